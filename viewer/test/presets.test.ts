import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { Engine } from "../src/engine/engine";
import { fromAddress, toAddress } from "../src/explorer/experiment";
import type { Preset } from "../src/explorer/presets";
import { PRESETS, presetOf } from "../src/explorer/presets";
import type { Snapshot } from "../src/explorer/session";
import { Session } from "../src/explorer/session";

const ENGINE = process.env["MISFIT_ENGINE"] ?? "";

test("a preset's address brings it back", () => {
  for (const preset of PRESETS)
    expect(presetOf(fromAddress(toAddress(preset.parameters)).parameters)?.name).toBe(preset.name);
  expect(toAddress(PRESETS[0]!.parameters)).toBe("");
});

const mixed = ({ scalars }: Snapshot) => scalars.f_S1 + scalars.f_S2;
const plain = ({ scalars }: Snapshot) => scalars.f_U1 + scalars.f_U2;

/** Plays a preset as the page does, in steps of a tenth of a second, until `done` or its end. */
async function play(
  name: string,
  done: (now: Snapshot) => boolean,
): Promise<{ seconds: number; now: Snapshot; session: Session }> {
  const { parameters, pace, speed } = PRESETS.find((preset) => preset.name.startsWith(name)) as Preset;
  const session = new Session(await Engine.load(readFileSync(join(ENGINE, "misfit-engine.wasm"))));
  session.build(parameters);
  for (let seconds = 0; ; seconds += 0.1) {
    const now = session.snapshot();
    if (now.ended || done(now)) return { seconds, now, session };
    session.play(pace, speed, 0.1, Infinity);
  }
}

describe.skipIf(!ENGINE)("what the sentence of a preset says is seen", () => {
  test("exchange: the surface at once, mixtures for long, B in the end", async () => {
    const begun = await play("Exchange", (now) => now.scalars.composition < 0.9);
    expect(begun.now.scalars.time).toBeLessThan(1e-6);
    let [longest, seconds] = [0, 0];
    const ended = await play("Exchange", (now) => {
      if (mixed(now) > 0.1) seconds += 0.1;
      longest = Math.max(longest, mixed(now));
      return false;
    });
    expect(longest).toBeGreaterThan(0.25);
    expect(seconds).toBeGreaterThan(0.4 * ended.seconds);
    expect(ended.seconds).toBeLessThan(30);
    expect(ended.now.ended).toBe("composition");
    expect(ended.now.scalars.f_U2).toBe(1);
  });

  test("relaxation: S2 out of disorder, then plain A and B, and no B comes", async () => {
    let most = 0;
    const off = await play("Relaxation", (now) => now.relaxes);
    const end = await play("Relaxation", ({ relaxes, scalars }) => {
      if (relaxes) most = Math.max(most, scalars.f_S2);
      return false;
    });
    expect(end.now.ended).toBe("until");
    expect(end.now.scalars.time).toBe(1000);
    expect(off.now.scalars.f_unclassified).toBeGreaterThan(0.35);
    expect(most).toBeGreaterThan(2 * off.now.scalars.f_S2);
    expect(mixed(end.now)).toBeLessThan(0.1);
    expect(plain(end.now)).toBeGreaterThan(plain(off.now) + 0.2);
    expect(end.now.scalars.composition).toBe(off.now.scalars.composition);
    expect(end.seconds).toBeLessThan(30);
  });

  test("cube: the surface before 1e-24, A in columns, B in the end", async () => {
    const begun = await play("Cube", (now) => now.scalars.time > 1e-24);
    expect(begun.now.scalars.composition).toBeCloseTo(0.422, 2); // 6^3 of 8^3: all but the surface
    let excess = 0;
    const ended = await play("Cube", ({ sigma, scalars }) => {
      if (scalars.composition > 0.15 && scalars.composition < 0.25) excess = Math.max(excess, alongLines(sigma));
      return false;
    });
    expect(excess).toBeGreaterThan(2);
    expect(ended.now.scalars.composition).toBe(0);
    expect(ended.seconds).toBeLessThan(30);
  });

  test("core and shell: the halves mix", async () => {
    const begun = await play("Core", () => true);
    expect(plain(begun.now)).toBeGreaterThan(0.85);
    expect(mixed(begun.now)).toBe(0);
    const later = await play("Core", (now) => now.scalars.attempts > 300 * 721);
    expect(mixed(later.now)).toBeGreaterThan(0.6);
    expect(plain(later.now)).toBeLessThan(0.05);
  });

  test("rod: stripes along its length, of which there were none when exchange stopped", async () => {
    const stripes = (sigma: Int8Array) => {
      // Sites are in the order of z: 36 a layer.
      const layers = Array.from({ length: 30 }, (_, z) => sigma.subarray(36 * z, 36 * (z + 1)));
      const share = layers.map((layer) => layer.reduce((sum, spin) => sum + Number(spin > 0), 0) / 36);
      return { least: Math.min(...share.slice(1, -1)), most: Math.max(...share.slice(1, -1)), share };
    };
    const off = await play("Rod", (now) => now.relaxes);
    expect(stripes(off.now.sigma).most).toBeLessThan(0.45);
    expect(stripes(off.now.sigma).least).toBeGreaterThan(0.15);
    const end = await play("Rod", () => false);
    expect(stripes(end.now.sigma).most).toBeGreaterThan(0.45);
    expect(stripes(end.now.sigma).least).toBeLessThan(0.05);
    expect(end.seconds).toBeLessThan(40);
  });
});

/** How many more pairs of A are neighbours along x, y or z, whichever has most, than as many A at random would have. */
function alongLines(sigma: Int8Array): number {
  const steps = [1, 8, 64];
  const inside = (site: number) => [site % 8, Math.floor(site / 8) % 8, Math.floor(site / 64)];
  const interior = Array.from({ length: 512 }, (_, site) => site).filter((site) =>
    inside(site).every((k) => k > 0 && k < 7),
  );
  const share = interior.filter((site) => sigma[site]! > 0).length / interior.length;
  const pairs = steps.map((step, axis) => {
    const both = interior.filter((site) => inside(site)[axis]! < 6);
    return both.filter((site) => sigma[site]! > 0 && sigma[site + step]! > 0).length / both.length;
  });
  return Math.max(...pairs) / share ** 2;
}
