/** The header of a report: what python/misfit/report writes. */

import type { Quantised } from "../shared/bundle";

export interface CrystalHeader {
  readonly arrays: string;
  readonly lattice: string;
  /** Whether the neighbours that tell phases are among the arrays. */
  readonly has_ring?: boolean;
  readonly shape: string;
  readonly dimension: 2 | 3;
  readonly period: readonly number[];
  readonly shell_layers: number;
  readonly shell_species: number;
}

export interface Deviations {
  readonly array: string;
  readonly limit: number;
  /** Where colours end. */
  readonly full: number;
  readonly places: readonly number[];
  readonly mismatch: number;
}

export interface Frames {
  readonly sigma: string;
  readonly time: string;
  readonly stage?: string;
}

export interface About {
  readonly file: string;
  /** The file as it was given. */
  readonly input: string;
  /** Every key as it ran, what --set changed included; null where the page was made without misfit report. */
  readonly resolved: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly facts: readonly (readonly [string, string])[];
  readonly citation: string;
}

interface Common {
  readonly title: string;
  readonly heading: string;
  /** Warnings: something is missing or may be wrong. Hints: what was chosen, and how to choose otherwise. */
  readonly notes: { readonly warnings: readonly string[]; readonly hints: readonly string[] };
  readonly about: About;
}

export interface Series {
  readonly name: string;
  readonly label: string;
  readonly color: string;
  readonly mean: string;
  readonly error: string;
  readonly single: Quantised;
  readonly places: readonly number[];
}

export interface Panel {
  readonly name: string;
  readonly title: string;
  readonly label: string;
  readonly clock: "scalars" | "frames";
  readonly series: readonly Series[];
  readonly limits: readonly [number, number] | null;
}

/** Trajectories of one input: what plays, and curves over time. */
export interface Ensemble {
  readonly crystal: CrystalHeader;
  readonly trajectories: readonly number[];
  /** How each trajectory ended, in words. */
  readonly ends: readonly string[];
  readonly end_times: readonly number[];
  readonly stage_starts: readonly number[];
  readonly until: number;
  readonly clocks: Readonly<Record<"scalars" | "frames", string>>;
  readonly frames: Frames | null;
  readonly deviations: Deviations | null;
  readonly panels: readonly Panel[];
}

export interface ExchangeHeader extends Common, Ensemble {
  readonly kind: "exchange";
}

export interface Row {
  readonly label: string;
  readonly points: readonly number[];
  readonly x: readonly number[];
}

export interface Point {
  readonly label: string;
  /** Its place in `crystals`; null: not finished. */
  readonly crystal: number | null;
  readonly chains?: readonly string[];
  readonly acceptance?: number;
  readonly frames?: Frames | null;
  readonly deviations?: Deviations | null;
  readonly course?: { readonly sweep: string; readonly value: Quantised } | null;
}

export interface SweepCurve {
  readonly row: number;
  readonly name: string;
  readonly label: string;
  readonly color: string;
  readonly mean: readonly (number | null)[];
  readonly error: readonly (number | null)[];
  readonly trusted: readonly boolean[];
  readonly smooth: Smooth | null;
  readonly peak?: string | null;
}

export interface Smooth {
  readonly x: readonly (number | null)[];
  readonly value: readonly (number | null)[];
  readonly error: readonly (number | null)[];
}

export interface SweepPanel {
  readonly name: string;
  readonly title: string;
  readonly label: string;
  readonly curves: readonly SweepCurve[];
}

/** Points of a sweep, of either method, and the curves over it. */
export interface Sweep {
  /** Null where nothing is swept. */
  readonly axis: { readonly key: string; readonly label: string; readonly names: readonly string[] | null } | null;
  readonly rows: readonly Row[];
  readonly points: readonly { readonly label: string }[];
  readonly panels: readonly SweepPanel[];
}

export interface ExchangePoint {
  readonly label: string;
  /** When exchange is complete, in words. */
  readonly complete: string | null;
  /** Null: no trajectory is finished, or the page has no room for this point. */
  readonly ensemble: Ensemble | null;
}

export interface ExchangeSweepHeader extends Common, Sweep {
  readonly kind: "exchange sweep";
  readonly points: readonly ExchangePoint[];
}

export interface EquilibriumHeader extends Common, Sweep {
  readonly kind: "equilibrium";
  readonly crystals: readonly CrystalHeader[];
  readonly points: readonly Point[];
  readonly distributions: readonly ({ readonly row: number } & Smooth)[];
}

export type Header = ExchangeHeader | ExchangeSweepHeader | EquilibriumHeader;
