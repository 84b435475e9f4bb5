/**
 * The engine against the native library (native.py), in Node. MISFIT_BUILD names the build folder with both
 * (viewer/engine/misfit-engine.wasm and python/), build/release unless it is set.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Arrangement, Engine, EngineError, type Input, type Kmc, type Model } from "../src/engine/engine";

vi.setConfig({ testTimeout: 300_000 });

const here = fileURLToPath(new URL(".", import.meta.url));
const build = process.env["MISFIT_BUILD"] ?? `${here}../../build/release`;
const wasm = `${process.env["MISFIT_ENGINE"] ?? `${build}/viewer/engine`}/misfit-engine.wasm`;
const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

interface Case extends Input {
  readonly seed: number;
  readonly events?: number;
  readonly then?: { readonly model?: Partial<Model>; readonly kmc?: Partial<Kmc>; readonly events: number };
  readonly blocks?: number;
  readonly composition?: number;
  readonly start?: Arrangement;
}

interface Stage {
  readonly times: number[];
  readonly turned: number[][];
  readonly scalars: Record<string, number>;
  readonly sigma: number[];
  readonly phi: number[];
  readonly deviation: number[];
  readonly rms: number;
  readonly std: number;
}
interface Answer extends Stage {
  readonly then?: Stage;
  readonly start?: number[];
}

const exchanging: Record<string, Case> = {
  "hexagon of side 16": { crystal: { shape: "hexagon", side: 16 }, seed: 2021, events: 1000 },
  "hexagon of side 16, published rates": {
    crystal: { shape: "hexagon", side: 16 },
    kmc: { rates: "published" },
    seed: 7,
    events: 1000,
  },
  "box of 6 x 6 x 6": {
    crystal: { shape: "box", size: [6, 6, 6] },
    model: { kT: 1.5, delta_mu: -200 },
    seed: 2021,
    events: 1000,
  },
  "box of 4 x 3 x 5 with an Ising term, nearest swaps": {
    crystal: { shape: "box", size: [4, 3, 5] },
    model: { kT: 1.5, J: 0.1, delta_mu: -20 },
    kmc: { swaps: "nearest", exchange_rate: 0.5, diffusion_rate: 2 },
    seed: 3,
    events: 1000,
  },
  "hexagon without an elastic term": {
    crystal: { shape: "hexagon", side: 8 },
    model: { epsilon: 0, J: 1, kT: 2, delta_mu: -10 },
    seed: 11,
    events: 1000,
  },
  "hexagon, relaxation": {
    crystal: { shape: "hexagon", side: 8 },
    seed: 5,
    events: 500,
    then: { kmc: { exchange_rate: 0 }, events: 500 },
  },
  "hexagon, softer and hotter on the way": {
    crystal: { shape: "hexagon", side: 8 },
    seed: 6,
    events: 300,
    then: { model: { kT: 0.5, epsilon: 0.7, J: 0.05, delta_mu: -3 }, events: 500 },
  },
};

const swapping: Record<string, Case> = {
  "core and shell": {
    crystal: { shape: "hexagon", side: 6, shell: { layers: 2, stiffness: 4 } },
    model: { kT: 0.4, delta_mu: 0 },
    seed: 2021,
    composition: 0.5,
    start: "random",
    blocks: 200,
  },
  "box with a shell": {
    crystal: { shape: "box", size: [4, 4, 4], shell: { layers: 1, stiffness: 3 } },
    model: { kT: 1.5, J: 0.2, delta_mu: 0 },
    seed: 4,
    composition: 0.3,
    start: "superlattice",
    blocks: 200,
  },
  "hexagon of side 16": {
    crystal: { shape: "hexagon", side: 16 },
    model: { kT: 0.2, delta_mu: 0 },
    seed: 5,
    composition: 0.6,
    start: "separated",
    blocks: 400,
  },
};
const attemptsOfBlock = 50; // native.py's

let native: Record<string, Answer> = {};
let module: WebAssembly.Module;

beforeAll(async () => {
  module = await WebAssembly.compile(readFileSync(wasm));
  const cases = { ...exchanging, ...Object.fromEntries(Object.entries(swapping).map(([k, v]) => [`swaps: ${k}`, v])) };
  const run = spawnSync(python, [`${here}native.py`], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 1e8,
    env: {
      ...process.env,
      PYTHONPATH: process.env["PYTHONPATH"] ?? `${build}/python`,
      XDG_CACHE_HOME: `${build}/test_cache`,
    },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  native = JSON.parse(run.stdout) as Record<string, Answer>;
}, 300_000);

async function engineOf(input: Input): Promise<Engine> {
  const engine = await Engine.load(module);
  engine.build(input);
  return engine;
}

/** Sites at which two arrays differ. */
function differing(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  return Array.from(a, (_, site) => site).filter((site) => a[site] !== b[site]);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] as number))), 0);
}

/** Goes on event by event; `begin` is when the stage began. */
function expectEvents(engine: Engine, expected: Stage, begin: number): void {
  for (let event = 0; event < expected.times.length; ++event) {
    const before = engine.sigma.slice();
    expect(engine.advance({ events: 1 })).toBe("paused");
    expect(differing(engine.sigma, before), `event ${event}`).toEqual(expected.turned[event]);
    const time = expected.times[event] as number;
    const { time: clock } = engine.scalars();
    // A clock that began at `begin` has that clock's rounding besides.
    expect(Math.abs(clock - begin - time), `event ${event}`).toBeLessThanOrEqual(1e-9 * time + 1e-15 * clock);
  }
}

/** What is measured agrees; sums of N terms of order 1, of which rounding leaves 1e-13 each. */
function expectMeasured(engine: Engine, expected: Stage): void {
  const rounding = 1e-10;
  const scalars = engine.scalars() as Record<string, number>;
  for (const [name, value] of Object.entries(expected.scalars))
    expect(Math.abs((scalars[name] as number) - value), name).toBeLessThan(rounding * Math.max(1, Math.abs(value)));
  expect(differing(engine.sigma, expected.sigma)).toEqual([]);
  expect(largestDifference(engine.phi, expected.phi)).toBeLessThan(rounding);
  const { deviation, rms, std } = engine.strain(0.1);
  expect(largestDifference(deviation, expected.deviation)).toBeLessThan(rounding);
  expect(Math.abs(rms - expected.rms)).toBeLessThan(rounding);
  expect(Math.abs(std - expected.std)).toBeLessThan(rounding);
}

describe("kinetic Monte Carlo", () => {
  for (const [name, input] of Object.entries(exchanging))
    it(`gives the native program's events, times to 1e-9, and what is measured: ${name}`, async () => {
      const engine = await engineOf(input);
      const expected = native[name] as Answer;
      expectEvents(engine, expected, 0);
      expectMeasured(engine, expected);
      if (!input.then || !expected.then) return;
      const { time } = engine.scalars();
      if (input.then.model) engine.setModel(input.then.model);
      if (input.then.kmc) engine.setKmc(input.then.kmc);
      expectEvents(engine, expected.then, time);
      expectMeasured(engine, expected.then);
    });

  it("goes the same way wherever calls are cut", async () => {
    const input: Input = { crystal: { shape: "hexagon", side: 6 }, seed: 8 };
    const whole = await engineOf(input);
    const cut = await engineOf(input);
    whole.advance({ events: 600 });
    const { time } = whole.scalars();
    for (let part = 1; part <= 20; ++part) expect(cut.advance({ until: (time * part) / 20 })).toBe("until");
    const left = 600 - cut.scalars().events;
    expect(left).toBeGreaterThan(0);
    cut.advance({ events: left });
    expect(cut.scalars()).toEqual(whole.scalars());
    expect(differing(cut.sigma, whole.sigma)).toEqual([]);
  });

  it("lets nothing happen before `until` and leaves the clock there", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 6 } });
    engine.advance({ until: 0.5 });
    const { events, composition } = engine.scalars();
    expect(engine.scalars().time).toBe(0.5);
    engine.setKmc({ exchange_rate: 0 });
    engine.advance({ until: 2 });
    expect(engine.scalars().time).toBe(2);
    expect(engine.scalars().composition).toBe(composition);
    expect(engine.scalars().events).toBeGreaterThan(events);
  });

  it("ends where it is told to, and is frozen where nothing can happen", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 3 }, kmc: { stop_at_composition: 0.5 } });
    expect(engine.advance({})).toBe("composition");
    engine.setKmc({ exchange_rate: 0, diffusion_rate: 0, stop_at_composition: -1 });
    expect(engine.advance({ events: 1 })).toBe("frozen");
  });

  it("starts again to the same events with the same seed, and to others with another", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 5 }, seed: 1 });
    const scalarsAfter = (): object => {
      engine.advance({ events: 100 });
      return engine.scalars();
    };
    const first = scalarsAfter();
    engine.restart(1);
    expect(scalarsAfter()).toEqual(first);
    engine.restart(2);
    expect(scalarsAfter()).not.toEqual(first);
  });
});

describe("equilibrium Monte Carlo", () => {
  for (const [name, input] of Object.entries(swapping))
    it(`makes the native program's swaps and keeps the composition: ${name}`, async () => {
      const engine = await engineOf(input);
      const expected = native[`swaps: ${name}`] as Answer;
      engine.arrange(input.start as Arrangement, input.composition as number);
      expect(differing(engine.sigma, expected.start as number[])).toEqual([]);
      const { composition } = engine.scalars();
      for (const [block, turned] of expected.turned.entries()) {
        const before = engine.sigma.slice();
        engine.attempt(attemptsOfBlock);
        expect(differing(engine.sigma, before), `block ${block}`).toEqual(turned);
      }
      expect(engine.scalars().accepted).toBeGreaterThan(0);
      expect(engine.scalars().attempts).toBe(attemptsOfBlock * expected.turned.length);
      expect(engine.scalars().composition).toBe(composition);
      expectMeasured(engine, expected);
    });

  it("stops at the first swap that is accepted, which is the one it would be in a row of attempts", async () => {
    const input: Input = { crystal: { shape: "hexagon", side: 6 }, model: { kT: 0.3, delta_mu: 0 } };
    const [single, row] = [await engineOf(input), await engineOf(input)];
    for (const engine of [single, row]) engine.arrange("random", 0.5);
    for (let accepted = 1; accepted <= 20; ++accepted) {
      const before = single.sigma.slice();
      expect(single.attemptUntilAccepted(1e6)).toBe(true);
      expect(differing(single.sigma, before).length).toBe(2);
      expect(single.scalars().accepted).toBe(accepted);
    }
    row.attempt(single.scalars().attempts);
    expect(differing(row.sigma, single.sigma)).toEqual([]);
    expect(row.scalars().accepted).toBe(20);
    row.arrange("random", 1);
    expect(row.attemptUntilAccepted(100)).toBe(false);
  });

  it("goes on from the present species, and kinetic Monte Carlo after it", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 6 } });
    engine.advance({ until: 0.1 });
    const before = engine.scalars();
    engine.attempt(1000);
    const between = engine.scalars();
    expect(between.composition).toBe(before.composition);
    expect(between.time).toBe(0.1);
    expect(between.accepted).toBeGreaterThan(0);
    expect(engine.advance({ events: 10 })).toBe("paused");
    expect(engine.scalars().events).toBe(before.events + 10);
    expect(engine.scalars().time).toBeGreaterThanOrEqual(0.1);
    expect(engine.scalars().stage).toBe(2);
  });
});

describe("painting", () => {
  it("keeps phi that of the species", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 7 }, model: { epsilon: 1.3 } });
    engine.advance({ events: 300 });
    for (let stroke = 0; stroke < 60; ++stroke) engine.flip((37 * stroke) % engine.size);
    const painted = engine.phi.slice();
    const { composition, energy_elastic } = engine.scalars();
    engine.setSigma(engine.sigma.slice()); // computes phi afresh
    expect(largestDifference(engine.phi, painted)).toBeLessThan(1e-12);
    expect(engine.scalars().composition).toBe(composition);
    expect(engine.scalars().energy_elastic).toBeCloseTo(energy_elastic, 10);
    expect(engine.advance({ events: 100 })).toBe("paused");
  });

  it("changes the energy of a lone atom by twice V_jj", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 10 }, model: { delta_mu: 0 } });
    engine.setSigma(new Int8Array(271).fill(-1));
    engine.flip(135);
    expect(engine.scalars().energy_elastic).toBeCloseTo(7.277174, 6);
    engine.flip(135);
    expect(engine.scalars().energy_elastic).toBeCloseTo(0, 12);
  });
});

describe("the crystal", () => {
  it("is read without copies: sites, neighbours, bonds, layers, shell", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 3, shell: { layers: 1, stiffness: 5 } } });
    expect(engine.size).toBe(37);
    expect(engine.dimension).toBe(2);
    expect(engine.coordination).toBe(6);
    expect(engine.sigma.buffer).toBe(engine.positions.buffer);
    expect(engine.bonds.length).toBe(2 * 90);
    expect(Array.from(engine.shell)).toEqual(Array.from(engine.layers, (layer) => Number(layer <= 1)));
    expect(Array.from(engine.sigma)).toEqual(Array.from(engine.shell, (inside) => 1 - 2 * inside));
    const { positions, neighbors, bonds } = engine;
    const away = (i: number, j: number): number =>
      Math.hypot(...[0, 1, 2].map((k) => (positions[3 * i + k] as number) - (positions[3 * j + k] as number)));
    for (let bond = 0; bond < bonds.length; bond += 2)
      expect(away(bonds[bond] as number, bonds[bond + 1] as number)).toBeCloseTo(1, 12);
    for (let site = 0; site < 37; ++site)
      for (const other of neighbors.subarray(6 * site, 6 * site + 6))
        if (other >= 0) expect(away(site, other)).toBeCloseTo(1, 12);
    expect(engine.points.length).toBe(3 * 37);
  });

  it("may be another one after", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 24 } });
    engine.build({ crystal: { shape: "box", size: [3, 3, 3] }, model: { kT: 1.5, delta_mu: -200 } });
    expect(engine.size).toBe(27);
    expect(engine.advance({ events: 50 })).toBe("paused");
  });
});

describe("what cannot be", () => {
  const saying = (input: Input): Promise<string> =>
    engineOf(input).then(
      () => "nothing",
      (error: unknown) => (error instanceof EngineError ? error.message : `no EngineError: ${String(error)}`),
    );

  it("is said in the library's words", async () => {
    const side = (n: number): Input => ({ crystal: { shape: "hexagon", side: n } });
    expect(await saying(side(1))).toBe("hexagon of side 1: the side is 2 or more");
    expect(await saying({ crystal: { shape: "box", size: [2, 2, 1] } })).toContain("each extent is 2 or more");
    expect(await saying(side(2.5))).toContain("side = 2.5");
    expect(await saying(side(60))).toContain("too many for a page");
    expect(await saying({ ...side(3), model: { kT: 0 } })).toBe("kT = 0: must be a number above 0");
    expect(await saying({ ...side(3), model: { epsilon: -1 } })).toBe("epsilon = -1: must be a number of 0 or more");
    expect(await saying({ ...side(3), model: { delta_mu: -1000 } })).toContain("at most 1400 kT");
    expect(await saying({ ...side(3), kmc: { diffusion_rate: NaN } })).toBe(
      "diffusion_rate = nan: must be a number of 0 or more",
    );
    expect(await saying({ ...side(3), seed: -1 })).toContain("seed = -1");
  });

  it("leaves all as it was", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 4 } });
    engine.advance({ events: 20 });
    const before = engine.scalars();
    expect(() => engine.setModel({ kT: -1 })).toThrow(EngineError);
    expect(() => engine.setKmc({ exchange_rate: -1 })).toThrow(EngineError);
    expect(() => engine.flip(37)).toThrow("there is no site 37");
    expect(() => engine.setSigma(new Int8Array(37))).toThrow(EngineError);
    expect(() => engine.arrange("random", 2)).toThrow("composition = 2");
    expect(() => engine.strain(0)).toThrow("mismatch = 0");
    expect(engine.model.kT).toBe(0.2);
    expect(engine.scalars()).toEqual(before);
  });

  it("is kinetic Monte Carlo with a shell, painting it, and anything before a crystal", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 3, shell: { layers: 1, stiffness: 2 } } });
    expect(() => engine.advance({ events: 1 })).toThrow("kinetic Monte Carlo of a crystal with a shell");
    expect(() => engine.flip(0)).toThrow("site 0 is in the shell");
    const empty = await Engine.load(module);
    expect(() => empty.sigma).toThrow("build one");
  });

  it("is said when rates leave the range of a double, and another temperature helps", async () => {
    const engine = await engineOf({ crystal: { shape: "hexagon", side: 6 }, model: { kT: 0.2 } });
    engine.advance({ events: 50 });
    expect(() => {
      engine.setModel({ kT: 1e-4, delta_mu: 0 });
      engine.advance({ events: 50 });
    }).toThrow("kT = 0.0001: must be larger with epsilon = 1 and J = 0, or the rates leave the range of a double");
    engine.setModel({ kT: 0.2 });
    expect(engine.advance({ events: 50 })).toBe("paused");
  });
});

it("is small, and builds V quickly (printed, not asserted)", async () => {
  const { size } = statSync(wasm);
  expect(size).toBeLessThan(1_000_000);
  const engine = await Engine.load(module);
  const times = [8, 12, 16, 20, 24].map((side) => {
    const begin = performance.now();
    engine.build({ crystal: { shape: "hexagon", side } });
    return `hexagon ${side}: ${(performance.now() - begin).toFixed(0)} ms`;
  });
  console.log(`${size} bytes; V: ${times.join(", ")}`);
});
