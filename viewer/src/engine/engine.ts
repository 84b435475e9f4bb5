/**
 * misfit's C++ library in a page: one crystal, its kinetic and equilibrium Monte Carlo. The module
 * build/<preset>/viewer/engine/misfit-engine.wasm is built from viewer/engine/; this is its other side, the same in a
 * Web Worker, on a page and in Node. Letters in shapes: N sites.
 */

import { KEYS, TABLE } from "../generated/table";

/** What cannot be: a crystal, a constant. The message is the library's own, one that a user can act on. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/** Sites that are added on every side of the core and keep their species, B. */
export interface Shell {
  readonly layers: number;
  /** Of a bond between two sites of the shell, relative to the others. */
  readonly stiffness: number;
}

export type CrystalInput = (
  | { readonly shape: "hexagon"; readonly side: number }
  | { readonly shape: "box"; readonly size: readonly [number, number, number] }
) & { readonly shell?: Shell };

/** The [model] table. */
export interface Model {
  readonly kT: number;
  readonly epsilon: number;
  readonly J: number;
  readonly delta_mu: number;
}

/** The [kmc] table, without its end. */
export interface Kmc {
  readonly exchange_rate: number;
  readonly diffusion_rate: number;
  readonly rates: (typeof RATES)[number];
  readonly swaps: (typeof SWAPS)[number];
  /** Events end when the fraction of A has come down to this; a negative value never ends them. */
  readonly stop_at_composition: number;
}

export interface Input {
  readonly crystal: CrystalInput;
  readonly model?: Partial<Model>;
  readonly kmc?: Partial<Kmc>;
  /** Key of all random numbers, an integer from 0 to 2^53 - 1. */
  readonly seed?: number;
}

export const DEFAULT_MODEL: Model = {
  kT: KEYS["model.kT"].default,
  epsilon: KEYS["model.epsilon"].default,
  J: KEYS["model.J"].default,
  delta_mu: KEYS["model.delta_mu"].default,
};
export const DEFAULT_KMC: Kmc = {
  exchange_rate: KEYS["kmc.exchange_rate"].default,
  diffusion_rate: KEYS["kmc.diffusion_rate"].default,
  rates: KEYS["kmc.rates"].default,
  swaps: KEYS["kmc.swaps"].default,
  stop_at_composition: -1,
};
export const DEFAULT_SEED = KEYS["ensemble.seed"].default;

export const RATES = KEYS["kmc.rates"].words;
export const SWAPS = KEYS["kmc.swaps"].words;
export const ARRANGEMENTS = TABLE.arrangements;
export type Arrangement = (typeof ARRANGEMENTS)[number];

/**
 * Why `advance` returned: the next event does not come before `until`; stop_at_composition is reached; (never here);
 * every rate is zero; so many events have happened.
 */
export const STOPS = TABLE.stops;
export type Stop = (typeof STOPS)[number];

/** In the order of struct Scalars in viewer/engine/explorer.hpp. */
const SCALARS = [
  "time", // since the restart, in units of 1/k0
  "stage", // how often the random numbers have begun anew
  "events", // of kinetic Monte Carlo since the restart
  "attempts", // of equilibrium Monte Carlo since the restart
  "accepted", // of these
  "composition", // fraction of A over all sites
  "core_composition",
  "energy_elastic",
  "energy_ising",
  "energy_chemical",
  "f_U1", // fractions of interior sites
  "f_S1",
  "f_S2",
  "f_U2",
  "f_unclassified",
  "phi_deviation", // largest that was seen between phi kept up to date and phi from scratch
] as const;
export type Scalars = Record<(typeof SCALARS)[number], number>;

/** Local change of area (3D: of volume) where the springs pull the sites. */
export interface Strain {
  /** [N]. A view, as `sigma` is. */
  readonly deviation: Float64Array;
  /** Over interior sites, about zero and about their mean; NaN without an interior site. */
  readonly rms: number;
  readonly std: number;
}

/** What viewer/engine/interface.cpp exports. Pointers are numbers. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  open_page(): number;
  error_text(page: number): number;
  build_hexagon(page: number, side: number, layers: number, stiffness: number, seed: number): number;
  build_box(page: number, x: number, y: number, z: number, layers: number, stiffness: number, seed: number): number;
  set_model(page: number, kT: number, epsilon: number, J: number, delta_mu: number): number;
  set_kmc(page: number, exchange: number, diffusion: number, rates: number, swaps: number, stopAt: number): number;
  restart(page: number, seed: number): number;
  set_sigma(page: number): number;
  arrange(page: number, arrangement: number, composition: number): number;
  flip(page: number, site: number): number;
  advance(page: number, until: number, budget: number): number;
  attempt(page: number, attempts: number): number;
  attempt_until_accepted(page: number, most: number): number;
  measure(page: number): number;
  deviate(page: number, mismatch: number): number;
  deviation_spread(page: number): number;
  deviations(page: number): number;
  site_total(page: number): number;
  dimension(page: number): number;
  coordination(page: number): number;
  bond_total(page: number): number;
  sigma(page: number): number;
  phi(page: number): number;
  incoming(page: number): number;
  positions(page: number): number;
  points(page: number): number;
  layers(page: number): number;
  neighbors(page: number): number;
  bonds(page: number): number;
  shell(page: number): number;
}

const BAD_FILE = 8; // WASI's EBADF

/** What the module asks of its surroundings: it has no environment, and nothing is to be done when memory grows. */
const SURROUNDINGS: WebAssembly.Imports = {
  env: { emscripten_notify_memory_growth: () => undefined },
  wasi_snapshot_preview1: {
    environ_sizes_get: () => BAD_FILE,
    environ_get: () => BAD_FILE,
    proc_exit: (status: number) => {
      throw new Error(`the engine has ended with status ${status}`);
    },
  },
};

function requireInteger(name: string, value: number, least: number): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw new EngineError(`${name} = ${value}: allowed: integers from ${least} on`);
  return value;
}

function requireWord(words: readonly string[], name: string, word: string): number {
  const index = words.indexOf(word);
  if (index < 0) throw new EngineError(`${name} = "${word}": allowed: ${words.join(", ")}`);
  return index;
}

/**
 * One crystal and its state. `build` first; it throws EngineError for what cannot be, as the others do, and after
 * that only `build` is of use.
 *
 * Arrays (`sigma`, `phi`, ...) are views on the engine's memory, without a copy: they show the present state and are
 * lost when memory grows, so take them anew from the engine after every other call, and copy what is to be kept.
 *
 * Events are those of trajectory 0 of the program with the same input and seed; attempts those of chain 0. Whatever is
 * changed by hand on the way (constants, species, the kind of Monte Carlo) begins a stage with random numbers of its
 * own: turning exchange off after `advance({ until: t })` gives the events of the program's second stage. Only `time`
 * goes on here, where a stage of the program begins at 0.
 */
export class Engine {
  readonly #module: Exports;
  readonly #page: number;
  #isBuilt = false;
  #model = DEFAULT_MODEL;
  #kmc = DEFAULT_KMC;

  private constructor(module: Exports) {
    this.#module = module;
    module._initialize();
    this.#page = module.open_page();
  }

  /** From the bytes of misfit-engine.wasm, or from what WebAssembly.compile made of them. */
  static async load(wasm: BufferSource | WebAssembly.Module): Promise<Engine> {
    const compiled = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
    const instance = await WebAssembly.instantiate(compiled, SURROUNDINGS);
    return new Engine(instance.exports as unknown as Exports);
  }

  /**
   * Another crystal, all A but its shell, at time 0. Where epsilon is not 0 this computes V: O(N^3), the one thing that
   * takes long. Throws EngineError.
   */
  build(input: Input): void {
    const { crystal } = input;
    const shell = crystal.shell ?? { layers: 0, stiffness: 1 };
    const seed = requireInteger("seed", input.seed ?? DEFAULT_SEED, 0);
    requireInteger("shell layers", shell.layers, 0);
    this.#isBuilt = false;
    if (crystal.shape === "hexagon") {
      requireInteger("side", crystal.side, 1);
      this.#must(this.#module.build_hexagon(this.#page, crystal.side, shell.layers, shell.stiffness, seed));
    } else {
      for (const extent of crystal.size) requireInteger("size", extent, 1);
      this.#must(this.#module.build_box(this.#page, ...crystal.size, shell.layers, shell.stiffness, seed));
    }
    this.#model = { ...DEFAULT_MODEL, ...input.model };
    this.#kmc = { ...DEFAULT_KMC, ...input.kmc };
    this.#setKmc(this.#kmc);
    this.#setModel(this.#model);
    this.#isBuilt = true;
  }

  get model(): Model {
    return this.#model;
  }

  get kmc(): Kmc {
    return this.#kmc;
  }

  /** Changes some constants of the model; V stays. Throws EngineError and leaves all as it was. O(N^2). */
  setModel(change: Partial<Model>): void {
    this.#requireBuilt();
    const model = { ...this.#model, ...change };
    this.#setModel(model);
    this.#model = model;
  }

  /** Changes some rates: exchange_rate: 0 relaxes. Throws EngineError and leaves all as it was. O(N z). */
  setKmc(change: Partial<Kmc>): void {
    this.#requireBuilt();
    const kmc = { ...this.#kmc, ...change };
    this.#setKmc(kmc);
    this.#kmc = kmc;
  }

  /** The same crystal and constants from the start: all A but the shell, time 0, these random numbers. O(N^2). */
  restart(seed: number): void {
    this.#requireBuilt();
    this.#must(this.#module.restart(this.#page, requireInteger("seed", seed, 0)));
  }

  /** Other species, [N], +1 (A) and -1 (B); -1 in the shell. Throws EngineError. O(N^2). */
  setSigma(sigma: ArrayLike<number>): void {
    this.#requireBuilt();
    if (sigma.length !== this.size) throw new EngineError(`${sigma.length} species for ${this.size} sites`);
    this.#view(Int8Array, this.#module.incoming(this.#page), this.size).set(sigma);
    this.#must(this.#module.set_sigma(this.#page));
  }

  /** A on floor(composition N_core) sites of the core, as a chain of the program starts. Throws EngineError. O(N^2). */
  arrange(arrangement: Arrangement, composition: number): void {
    this.#requireBuilt();
    const index = requireWord(ARRANGEMENTS, "arrangement", arrangement);
    this.#must(this.#module.arrange(this.#page, index, composition));
  }

  /** Turns one site of the core: A into B, B into A. Throws EngineError for another site. O(N). */
  flip(site: number): void {
    this.#requireBuilt();
    this.#must(this.#module.flip(this.#page, requireInteger("site", site, 0)));
  }

  /**
   * Kinetic Monte Carlo: lets events happen until the next one would not come before the time `until`, or so many
   * `events` have. The state is left as it is after the last event. Where calls are cut does not change the
   * trajectory. Throws EngineError for a crystal with a shell, and when a rate leaves the range of a double.
   * O(N) an event.
   */
  advance({ until = Infinity, events = Number.MAX_SAFE_INTEGER }: { until?: number; events?: number }): Stop {
    this.#requireBuilt();
    const stop = this.#module.advance(this.#page, until, requireInteger("events", events, 0));
    this.#must(stop);
    return STOPS[stop - 1] as Stop;
  }

  /**
   * Equilibrium Monte Carlo: so many attempts to swap two core sites; a sweep is as many as there are core sites.
   * O(1) an attempt that is rejected, O(N) one that is accepted.
   */
  attempt(attempts: number): void {
    this.#requireBuilt();
    this.#must(this.#module.attempt(this.#page, requireInteger("attempts", attempts, 0)));
  }

  /** The same until one is accepted, at most so many; whether one was. O(N) an attempt. */
  attemptUntilAccepted(most: number): boolean {
    this.#requireBuilt();
    const answer = this.#module.attempt_until_accepted(this.#page, requireInteger("most", most, 0));
    this.#must(answer);
    return answer === 2;
  }

  /** What is measured of the present state. O(N z). */
  scalars(): Scalars {
    this.#requireBuilt();
    const values = this.#view(Float64Array, this.#module.measure(this.#page), SCALARS.length);
    return Object.fromEntries(SCALARS.map((name, index) => [name, values[index]])) as Scalars;
  }

  /**
   * Strain of the present state for a mismatch Delta in lattice spacings, above 0 and at most 0.5. Throws EngineError.
   * O(N^1.5) in two dimensions, O(N^1.67) in three; the first time the springs are inverted, O(N^2) and O(N^2.33).
   */
  strain(mismatch = 0.1): Strain {
    this.#requireBuilt();
    this.#must(this.#module.deviate(this.#page, mismatch));
    const [rms, std] = this.#view(Float64Array, this.#module.deviation_spread(this.#page), 2) as unknown as [
      number,
      number,
    ];
    return { deviation: this.#view(Float64Array, this.#module.deviations(this.#page), this.size), rms, std };
  }

  /** N, shell included. */
  get size(): number {
    this.#requireBuilt();
    return this.#module.site_total(this.#page);
  }

  get dimension(): 2 | 3 {
    this.#requireBuilt();
    return this.#module.dimension(this.#page) as 2 | 3;
  }

  /** Neighbours of a site inside: 6 or 18. */
  get coordination(): number {
    this.#requireBuilt();
    return this.#module.coordination(this.#page);
  }

  /** Species, [N]: +1 is A, -1 is B. */
  get sigma(): Int8Array {
    return this.#view(Int8Array, this.#module.sigma(this.#page), this.size);
  }

  /** V (sigma - m), epsilon included, [N]. */
  get phi(): Float64Array {
    return this.#view(Float64Array, this.#module.phi(this.#page), this.size);
  }

  /** Lattice spacings, about their mean, [N, 3]; z = 0 in two dimensions. */
  get positions(): Float64Array {
    return this.#view(Float64Array, this.#module.positions(this.#page), 3 * this.size);
  }

  /** Lattice coordinates, [N, 3]. */
  get points(): Int32Array {
    return this.#view(Int32Array, this.#module.points(this.#page), 3 * this.size);
  }

  /** 1 at the surface, growing inwards, [N]. */
  get layers(): Int32Array {
    return this.#view(Int32Array, this.#module.layers(this.#page), this.size);
  }

  /** [N, coordination], -1 where there is none; those of the second half are opposite to those of the first. */
  get neighbors(): Int32Array {
    return this.#view(Int32Array, this.#module.neighbors(this.#page), this.coordination * this.size);
  }

  /** Both ends of every bond, once, [bonds, 2]. */
  get bonds(): Int32Array {
    this.#requireBuilt();
    return this.#view(Int32Array, this.#module.bonds(this.#page), 2 * this.#module.bond_total(this.#page));
  }

  /** 1 in the shell, 0 in the core, [N]. */
  get shell(): Int8Array {
    return this.#view(Int8Array, this.#module.shell(this.#page), this.size);
  }

  #setModel(model: Model): void {
    this.#must(this.#module.set_model(this.#page, model.kT, model.epsilon, model.J, model.delta_mu));
  }

  #setKmc(kmc: Kmc): void {
    const rates = requireWord(RATES, "rates", kmc.rates);
    const swaps = requireWord(SWAPS, "swaps", kmc.swaps);
    const { exchange_rate, diffusion_rate, stop_at_composition } = kmc;
    this.#must(this.#module.set_kmc(this.#page, exchange_rate, diffusion_rate, rates, swaps, stop_at_composition));
  }

  #requireBuilt(): void {
    if (!this.#isBuilt) throw new EngineError("there is no crystal yet: build one");
  }

  #view<View>(
    array: new (buffer: ArrayBuffer, offset: number, length: number) => View,
    at: number,
    length: number,
  ): View {
    return new array(this.#module.memory.buffer as ArrayBuffer, at, length);
  }

  #must(status: number): void {
    if (status !== 0) return;
    const bytes = new Uint8Array(this.#module.memory.buffer);
    const begin = this.#module.error_text(this.#page);
    throw new EngineError(new TextDecoder().decode(bytes.slice(begin, bytes.indexOf(0, begin))));
  }
}
