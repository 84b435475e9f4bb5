import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { Engine } from "../src/engine/engine";
import type { Parameters } from "../src/explorer/experiment";
import { DEFAULTS, START_FILE } from "../src/explorer/experiment";
import { Session } from "../src/explorer/session";

const PROGRAM = process.env["MISFIT_PROGRAM"] ?? "";
const ENGINE = process.env["MISFIT_ENGINE"] ?? "";

async function session(parameters: Parameters): Promise<Session> {
  const made = new Session(await Engine.load(readFileSync(join(ENGINE, "misfit-engine.wasm"))));
  made.build(parameters);
  return made;
}

/** Plays until time `until`, or until the run has ended. */
function playTo(made: Session, until: number): void {
  while (made.snapshot().scalars.time < until && made.snapshot().ended === null) made.play("log", 2, 0.1, 1000);
}

/** Species of the last frame of the run of what the page saves, by the program. */
function byProgram(made: Session): number[] {
  const folder = mkdtempSync(join(tmpdir(), "misfit-session-"));
  const { toml, xyz } = made.save();
  writeFileSync(join(folder, "misfit.toml"), toml);
  if (xyz) writeFileSync(join(folder, START_FILE), xyz);
  const misfit = (...words: string[]) => execFileSync(PROGRAM, words, { cwd: folder, encoding: "utf8", stdio: "pipe" });
  misfit("run", "misfit.toml", "--out", "out");
  misfit("export", "out", "--xyz", "-o", "frames.xyz");
  const lines = readFileSync(join(folder, "frames.xyz"), "utf8").trim().split("\n");
  const size = Number(lines[0]);
  return lines.slice(-size).map((line) => (line.startsWith("Cd") ? 1 : -1));
}

const SMALL: Parameters = { ...DEFAULTS, side: 6, t_end: 5 };

describe.skipIf(!PROGRAM || !ENGINE)("what the explorer saves gives the same with misfit", () => {
  test("an exchange to its end", async () => {
    const made = await session({ ...SMALL, t_end: 0.5 });
    playTo(made, 0.5);
    expect(made.snapshot().ended).toBe("until");
    expect([...made.snapshot().sigma]).toEqual(byProgram(made));
  });

  test("an exchange that is stopped and relaxes at another temperature", async () => {
    const made = await session(SMALL);
    playTo(made, 0.4);
    made.change({ ...SMALL, exchange_rate: 0, kT: 0.3 });
    const kept = made.snapshot().scalars.composition;
    playTo(made, 5);
    const last = made.snapshot();
    expect(last.scalars.composition).toBe(kept);
    expect(last.scalars.stage).toBe(1);
    expect([...last.sigma]).toEqual(byProgram(made));
  });

  test("an exchange that stops by itself and relaxes", async () => {
    const made = await session({ ...SMALL, off_at: 0.4 });
    playTo(made, 0.3);
    expect(made.snapshot().relaxes).toBe(false);
    playTo(made, 5);
    expect(made.snapshot().relaxes).toBe(true);
    expect(made.save().toml.match(/(t_end|exchange_rate) = .*/g)).toEqual([
      "t_end = 0.4",
      "exchange_rate = 1.0",
      "t_end = 4.6",
      "exchange_rate = 0.0",
    ]);
    expect([...made.snapshot().sigma]).toEqual(byProgram(made));
  });

  test("an exchange from painted sites", async () => {
    const made = await session({ ...SMALL, t_end: 0.01 });
    playTo(made, 1e-6);
    const before = made.snapshot().scalars;
    expect(before.events).toBeGreaterThan(0);
    for (const site of [40, 41, 45, 46]) made.paint(site, -1);
    const { time, events } = made.snapshot().scalars;
    expect([time, events]).toEqual([before.time, before.events]); // the page counts on
    made.play("log", 2, 0.1, 1000);
    expect(made.snapshot().scalars.time).toBeGreaterThanOrEqual(10 ** 0.199 * time);
    playTo(made, Infinity);
    expect(made.snapshot().scalars.time).toBe(time + 0.01);
    expect([...made.snapshot().sigma]).toEqual(byProgram(made));
  });

  test("equilibrium of a core in a shell, for as many sweeps", async () => {
    const made = await session({
      ...SMALL,
      side: 4,
      layers: 1,
      stiffness: 4,
      method: "equilibrium",
      start: "separated",
    });
    made.play("log", 100_000, 0.1, 1e6); // 10,000 sweeps, as the input has
    expect(made.snapshot().scalars.attempts).toBe(37 * 10_000);
    expect([...made.snapshot().sigma]).toEqual(byProgram(made));
  });
});

describe.skipIf(!ENGINE)("a run in the explorer", () => {
  test("steps by one event, and by one accepted attempt", async () => {
    const made = await session(SMALL);
    made.step();
    expect(made.snapshot().scalars.events).toBe(1);
    made.switchTo({ ...SMALL, method: "equilibrium" });
    for (let k = 0; k < 3; ++k) made.step();
    expect(made.snapshot().scalars.accepted).toBe(made.snapshot().scalars.composition < 1 ? 3 : 0);
  });

  test("keeps to its events a second", async () => {
    const made = await session(SMALL);
    const events = [25, 25, 4, 4].map((speed) => {
      made.play("events", speed, 0.1, 1000);
      return made.snapshot().scalars.events;
    });
    expect(events).toEqual([2, 5, 5, 5]);
    made.switchTo({ ...SMALL, method: "equilibrium" });
    made.play("events", 30, 0.1, 1e6);
    expect(made.snapshot().scalars.accepted).toBe(3);
  });

  test("keeps to its decades a second", async () => {
    const made = await session(SMALL);
    made.play("log", 1, 0.1, 1000);
    const before = made.snapshot().scalars.time;
    for (let k = 0; k < 10; ++k) made.play("log", 1, 0.1, 1000);
    expect(Math.log10(made.snapshot().scalars.time / before)).toBeCloseTo(1, 9);
  });

  test("ends when no A is left", async () => {
    const made = await session({ ...SMALL, side: 3, t_end: 1e6 });
    for (let k = 0; k < 200 && made.snapshot().ended === null; ++k) made.play("full", 0, 0.1, 1000);
    expect(made.snapshot().ended).toBe("composition");
    expect(made.snapshot().scalars.composition).toBe(0);
  });

  test("tells strain when it is wanted", async () => {
    const made = await session(SMALL);
    playTo(made, 1e-3);
    expect(made.snapshot().deviation).toBeNull();
    made.wantStrain(true);
    expect(made.snapshot().deviation!.length).toBe(91);
    expect(made.snapshot().rms).toBeGreaterThan(0);
  });
});
