/** What the explorer computes: parameters, their place in the address, and the same as an input of misfit. */

import type { Arrangement, Kmc } from "../engine/engine";
import { ARRANGEMENTS, DEFAULT_KMC, DEFAULT_MODEL, DEFAULT_SEED, RATES, SWAPS } from "../engine/engine";
import { KEYS, TABLE } from "../generated/table";
import { short } from "../shared/format";

export interface Parameters {
  readonly shape: "hexagon" | "box";
  readonly side: number;
  readonly sizeX: number;
  readonly sizeY: number;
  readonly sizeZ: number;
  readonly layers: number;
  readonly stiffness: number;
  readonly kT: number;
  readonly epsilon: number;
  readonly J: number;
  readonly delta_mu: number;
  readonly method: "exchange" | "equilibrium";
  readonly exchange_rate: number;
  readonly diffusion_rate: number;
  readonly rates: Kmc["rates"];
  readonly swaps: Kmc["swaps"];
  readonly t_end: number;
  /** When exchange stops by itself and what is left relaxes; 0: never. */
  readonly off_at: number;
  readonly composition: number;
  readonly start: Arrangement;
  readonly seed: number;
}

export const DEFAULTS: Parameters = {
  shape: "hexagon",
  side: 16,
  sizeX: 8,
  sizeY: 8,
  sizeZ: 8,
  layers: KEYS["crystal.shell.layers"].default,
  stiffness: KEYS["crystal.shell.stiffness"].default,
  ...DEFAULT_MODEL,
  method: "exchange",
  exchange_rate: DEFAULT_KMC.exchange_rate,
  diffusion_rate: DEFAULT_KMC.diffusion_rate,
  rates: DEFAULT_KMC.rates,
  swaps: DEFAULT_KMC.swaps,
  t_end: KEYS["kmc.t_end"].default,
  off_at: 0,
  composition: KEYS["monte_carlo.composition"].default,
  start: KEYS["monte_carlo.start"].default,
  seed: DEFAULT_SEED,
};

/** What the paper exchanges a cube with (its Fig. 9), where the defaults are for a hexagon. */
export const THREE_DIMENSIONS = { kT: 1.5, delta_mu: -200, t_end: 5 } as const;

export const WORDS = {
  shape: ["hexagon", "box"],
  method: ["exchange", "equilibrium"],
  rates: RATES,
  swaps: SWAPS,
  start: ARRANGEMENTS,
} as const;

type NumberKey = { [K in keyof Parameters]: Parameters[K] extends number ? K : never }[keyof Parameters];

/** What a number may be: its least and greatest value, whether it is an integer, whether the least itself is allowed. */
interface Range {
  readonly least: number;
  readonly most: number;
  readonly integer: boolean;
  readonly above: boolean;
}

/** What the program allows for a key, between -most and most: a page is for small crystals and plain numbers. */
function range(key: keyof typeof KEYS, most: number): Range {
  const { type } = KEYS[key];
  const allowed: { minimum?: number; exclusiveMinimum?: number; maximum?: number } = KEYS[key].range;
  return {
    least: allowed.exclusiveMinimum ?? allowed.minimum ?? -most,
    most: Math.min(most, allowed.maximum ?? most),
    integer: type === "integer" || type === "list of integers",
    above: allowed.exclusiveMinimum !== undefined,
  };
}

export const RANGES: Record<NumberKey, Range> = {
  side: range("crystal.side", 32),
  sizeX: range("crystal.size", 50),
  sizeY: range("crystal.size", 50),
  sizeZ: range("crystal.size", 50),
  layers: range("crystal.shell.layers", 8),
  stiffness: range("crystal.shell.stiffness", 1000),
  kT: range("model.kT", 1000),
  epsilon: range("model.epsilon", 1000),
  J: range("model.J", 1000),
  delta_mu: range("model.delta_mu", 10000),
  exchange_rate: range("kmc.exchange_rate", 1e6),
  diffusion_rate: range("kmc.diffusion_rate", 1e6),
  t_end: range("kmc.t_end", 1e12),
  off_at: { least: 0, most: 1e12, integer: false, above: false },
  composition: range("monte_carlo.composition", 1),
  seed: range("ensemble.seed", Number.MAX_SAFE_INTEGER),
};

/** More would take a page minutes to compute V of. */
export const MOST_SITES = 3000;
const CRYSTAL_SIZES: readonly NumberKey[] = ["side", "sizeX", "sizeY", "sizeZ", "layers"];

/** Sites of the crystal, shell included. */
export function sitesOf({ shape, side, sizeX, sizeY, sizeZ, layers }: Parameters): number {
  const edge = side + layers;
  if (shape === "hexagon") return 3 * edge * (edge - 1) + 1;
  return [sizeX, sizeY, sizeZ].reduce((sites, size) => sites * (size + 2 * layers), 1);
}

/** What a key may be while the other parameters are these: a crystal has MOST_SITES at the most. */
export function limitsOf(key: NumberKey, parameters: Parameters): Range {
  const range = RANGES[key];
  if (!CRYSTAL_SIZES.includes(key)) return range;
  let { most } = range;
  while (most > range.least && sitesOf({ ...parameters, [key]: most }) > MOST_SITES) --most;
  return { ...range, most };
}

/** The same in words: "2 to 32", "above 0 to 1000". */
export function limitsText({ least, most, above }: Range): string {
  return `${above ? "above " : ""}${short(least)} to ${short(most)}`;
}

/** Why this value is not allowed for this key; empty if it is. */
export function fault(key: NumberKey, value: number, range: Range = RANGES[key]): string {
  const { least, most, integer, above } = range;
  const inside = above ? value > least : value >= least;
  if (inside && value <= most && (!integer || Number.isInteger(value))) return "";
  const kind = integer ? "an integer" : "a number";
  return `${key} = ${Number.isNaN(value) ? "nothing" : value}: allowed: ${kind} ${above ? "above" : "from"} ${least} ${above ? "and at most" : "to"} ${most}`;
}

/**
 * Parameters that go with a change of some: a hexagon and a box each with constants of their kind, unless others were
 * chosen; no more shell than there may be, and none in exchange, from which it would keep the surroundings out.
 */
export function fitted(before: Parameters, after: Parameters): Parameters {
  const result: { -readonly [K in keyof Parameters]: Parameters[K] } = { ...after };
  if (before.shape !== after.shape) {
    const [from, to] =
      after.shape === "box" ? ([DEFAULTS, THREE_DIMENSIONS] as const) : ([THREE_DIMENSIONS, DEFAULTS] as const);
    for (const key of ["kT", "delta_mu", "t_end"] as const) if (before[key] === from[key]) result[key] = to[key];
  }
  if (result.method === "exchange") result.layers = 0;
  result.layers = Math.min(result.layers, limitsOf("layers", result).most);
  return result;
}

export function isNumberKey(key: string): key is NumberKey {
  return key in RANGES;
}

/** The parameters that are not the defaults, as they stand in an address after #. */
export function toAddress(parameters: Parameters): string {
  const changed = Object.entries(parameters).filter(([key, value]) => value !== DEFAULTS[key as keyof Parameters]);
  return new URLSearchParams(changed.map(([key, value]) => [key, String(value)])).toString();
}

/** Parameters from an address, and what in it was not understood. */
export function fromAddress(hash: string): { parameters: Parameters; faults: string[] } {
  const result: Record<string, number | string> = { ...DEFAULTS };
  const faults: string[] = [];
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    if (isNumberKey(key)) {
      const wrong = text.trim() === "" ? `${key} has no value` : fault(key, Number(text));
      if (wrong) faults.push(wrong);
      else result[key] = Number(text);
    } else if (key in WORDS) {
      const words = WORDS[key as keyof typeof WORDS] as readonly string[];
      if (words.includes(text)) result[key] = text;
      else faults.push(`${key} = ${text}: allowed: ${words.join(", ")}`);
    } else faults.push(`there is no parameter ${key}`);
  }
  const sites = sitesOf(result as unknown as Parameters);
  if (sites > MOST_SITES) {
    faults.push(`${sites} sites: allowed: at most ${MOST_SITES}`);
    for (const key of CRYSTAL_SIZES) result[key] = DEFAULTS[key];
  }
  return { parameters: result as unknown as Parameters, faults };
}

/** Keys that may change while a run goes on: each change begins a stage. */
export const STAGE_KEYS = [
  "kT",
  "epsilon",
  "J",
  "delta_mu",
  "exchange_rate",
  "diffusion_rate",
  "rates",
  "swaps",
] as const;
export type StageSettings = Pick<Parameters, (typeof STAGE_KEYS)[number]>;

export function settingsOf(parameters: Parameters): StageSettings {
  return Object.fromEntries(STAGE_KEYS.map((key) => [key, parameters[key]])) as unknown as StageSettings;
}

/** A stage of exchange that is over, or the present one; `end` is counted from the beginning of the run. */
export interface Stage {
  readonly settings: StageSettings;
  readonly end: number;
}

/** How a run of the explorer began and went on: enough to do it again. */
export interface History {
  readonly parameters: Parameters;
  /** Species at the beginning that no rule gives: painted ones, or those that exchange had left. */
  readonly startsFromFile: boolean;
  readonly stages: readonly Stage[];
}

export const START_FILE = "misfit-start.xyz";

/** An input of misfit that does what the page did: the same events. */
export function toToml(history: History): string {
  const p = history.parameters;
  const lines = ["# From misfit's explorer.", "[crystal]"];
  lines.push(`shape = "${p.shape}"`);
  lines.push(p.shape === "hexagon" ? `side = ${p.side}` : `size = [${p.sizeX}, ${p.sizeY}, ${p.sizeZ}]`);
  if (p.layers > 0) lines.push("", "[crystal.shell]", `layers = ${p.layers}`, `stiffness = ${number(p.stiffness)}`);
  const first = p.method === "exchange" ? history.stages[0]!.settings : settingsOf(p);
  lines.push(
    "",
    "[model]",
    ...(["kT", "epsilon", "J", "delta_mu"] as const).map((key) => `${key} = ${number(first[key])}`),
  );
  lines.push("", ...(p.method === "exchange" ? exchange(history) : equilibrium(history)), "");
  return lines.join("\n");
}

function exchange(history: History): string[] {
  const { parameters: p, stages } = history;
  const start = history.startsFromFile ? ['start = "xyz"', `start_xyz = "${START_FILE}"`] : [];
  const ensemble = ["[ensemble]", "trajectories = 1", `seed = ${p.seed}`];
  if (stages.length === 1) {
    return ["[kmc]", ...start, ...stageLines(stages[0]!.settings, stages[0]!.end, []), "", ...ensemble];
  }
  const lines = [...ensemble];
  if (start.length > 0) lines.push("", "[kmc]", ...start);
  stages.forEach((stage, k) => {
    const before = k === 0 ? 0 : stages[k - 1]!.end;
    const model = k === 0 ? [] : (["kT", "epsilon", "J", "delta_mu"] as const);
    lines.push("", "[[stage]]", ...stageLines(stage.settings, stage.end - before, model));
  });
  return lines;
}

function stageLines(settings: StageSettings, length: number, model: readonly (keyof StageSettings)[]): string[] {
  return [
    `t_end = ${number(length)}`,
    "stop_at_composition = 0.0",
    ...model.map((key) => `${key} = ${number(settings[key] as number)}`),
    `exchange_rate = ${number(settings.exchange_rate)}`,
    `diffusion_rate = ${number(settings.diffusion_rate)}`,
    `rates = "${settings.rates}"`,
    `swaps = "${settings.swaps}"`,
  ];
}

function equilibrium(history: History): string[] {
  const { parameters: p } = history;
  const start = history.startsFromFile
    ? ['start = "xyz"', `start_xyz = "${START_FILE}"`]
    : [`start = "${p.start}"`, `composition = ${number(p.composition)}`];
  return ["[monte_carlo]", ...start, "equilibration = 0", "sweeps = 10000", "sample_interval = 10", `seed = ${p.seed}`];
}

/** A number as TOML reads it: every digit, and a point in it. */
function number(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text.replace(/^(-?\d+)e/, "$1.0e") : `${text}.0`;
}

/** Species as an extended XYZ file, as misfit reads it. `position` is [N, 3]. */
export function toXyz(sigma: ArrayLike<number>, position: ArrayLike<number>): string {
  const lines = [String(sigma.length), 'Properties=species:S:1:pos:R:3:sigma:I:1 pbc="F F F"'];
  for (let site = 0; site < sigma.length; ++site) {
    const place = [0, 1, 2].map((axis) => position[3 * site + axis]!.toFixed(6)).join(" ");
    lines.push(`${TABLE.species[sigma[site]! > 0 ? 0 : 1].element} ${place} ${sigma[site]}`);
  }
  return lines.join("\n") + "\n";
}
