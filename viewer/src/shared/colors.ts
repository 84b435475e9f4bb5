/** Colours of sites and curves: those of the pictures of `misfit plot`, as the program tells them. */

import { TABLE } from "../generated/table";
import type { PhaseName } from "./crystal";
import { NO_PHASE, PHASES } from "./crystal";

const [A, B] = TABLE.species;
export const SPECIES_COLORS = { A: A.color, B: B.color } as const;
/** The same on a dark page: A would be lost on it. */
export const DARK_SPECIES_COLORS = { A: A.dark_color, B: B.dark_color } as const;

function phaseColors(which: "color" | "dark_color"): Record<PhaseName, string> {
  return Object.fromEntries(TABLE.phases.map((phase) => [phase.name, phase[which]])) as Record<PhaseName, string>;
}
const S1 = TABLE.phases.find((phase) => phase.name === "S1")!;
/** Of a curve: paler on the sites, it must be seen as a line. */
const UNCLASSIFIED_LINE = TABLE.phases.find((phase) => phase.name === "unclassified")!.line_color;

export type Rgb = readonly [number, number, number];

/** Colours of one theme of the page. */
export interface Palette {
  readonly dark: boolean;
  readonly species: { readonly A: string; readonly B: string };
  readonly phases: Record<PhaseName, string>;
  readonly ink: string;
  readonly paper: string;
  readonly grid: string;
}

export function palette(dark: boolean): Palette {
  const species = dark ? DARK_SPECIES_COLORS : SPECIES_COLORS;
  return {
    dark,
    species,
    phases: phaseColors(dark ? "dark_color" : "color"),
    ink: dark ? "#e6e6e6" : "#222222",
    paper: dark ? "#16181d" : "#ffffff",
    grid: dark ? "#33373f" : "#e3e3e3",
  };
}

/** The colour of a curve by the word that the data use for it. */
export function lineColor(name: string, colors: Palette): string {
  if (name === "unclassified") return UNCLASSIFIED_LINE;
  if (name in colors.phases) return colors.phases[name as PhaseName];
  if (name === "B") return colors.species.B;
  return colors.species.A;
}

/** Dashes that tell the curves of phases apart without colour; [] is a full line. */
export function lineDash(name: string): number[] {
  return { S1: [7, 3], S2: [2, 2], U2: [9, 3, 2, 3], unclassified: [1, 3], B: [7, 3] }[name] ?? [];
}

/** Colours that tell curves of no phase apart, such as several sizes. */
export function seriesColor(k: number, colors: Palette): string {
  const list = [colors.species.A, colors.species.B, S1.color, colors.ink, "#2f9e83", "#c99700"];
  return list[k % list.length]!;
}

export function seriesDash(k: number): number[] {
  return [[], [7, 3], [9, 3, 2, 3], [2, 2], [5, 2, 1, 2], [12, 4]][k % 6]!;
}

export function rgb(color: string): Rgb {
  const value = parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** How the sites of a picture are coloured. */
export type Coloring = "species" | "phase" | "deviation" | "potential";

/** What a picture of one frame is painted from. */
export interface Frame {
  readonly sigma: Int8Array;
  readonly phases: Uint8Array;
  /** Local change of area or volume, [N]; null where it is not known. */
  readonly deviation: ArrayLike<number> | null;
  /** The deviation that gets the full colour. */
  readonly limit: number;
  /** phi = V (sigma - m), [N], where it is known. */
  readonly potential?: ArrayLike<number>;
}

/** Colours [N, 4] of the sites, 0 to 255, the last one opacity; marks [N]: 1 for a dash, which says compressed. */
export interface Paint {
  readonly colors: Uint8Array;
  readonly marks: Uint8Array;
}

/** Opacity of what is shown through: 0 to 1. */
export interface Opacity {
  /** Of B, and of sites of no phase, in three dimensions. */
  readonly ground: number;
  readonly shell: number;
}

const PURPLE: Rgb[] = ["#f7f7f7", "#b2abd2", "#8073ac", "#542788", "#2d004b"].map(rgb);
const ORANGE: Rgb[] = ["#f7f7f7", "#fdb863", "#e08214", "#b35806", "#7f3b08"].map(rgb);

/** Purple is compressed, orange expanded, white unchanged; `value` between -1 and 1. */
export function deviationColor(value: number): Rgb {
  const scale = value < 0 ? PURPLE : ORANGE;
  const place = Math.min(1, Math.abs(value)) * (scale.length - 1);
  const below = Math.min(scale.length - 2, Math.floor(place));
  const share = place - below;
  const [from, to] = [scale[below]!, scale[below + 1]!];
  return [0, 1, 2].map((k) => Math.round(from[k]! + share * (to[k]! - from[k]!))) as unknown as Rgb;
}

/** What is shown on a scale about zero, and the value of full colour; null where the frame does not have it. */
export function scaledValues(frame: Frame, coloring: Coloring): { values: ArrayLike<number>; limit: number } | null {
  if (coloring === "deviation" && frame.deviation) return { values: frame.deviation, limit: frame.limit };
  if (coloring !== "potential" || !frame.potential) return null;
  let limit = 0;
  for (let site = 0; site < frame.potential.length; ++site) limit = Math.max(limit, Math.abs(frame.potential[site]!));
  return { values: frame.potential, limit: limit || 1 };
}

/** Fills the colours of all sites. `shell` is [N], true for sites of the shell, which are always shown through. */
export function paint(
  frame: Frame,
  coloring: Coloring,
  shell: Uint8Array,
  dimension: number,
  opacity: Opacity,
  colors: Palette,
  into: Paint,
): void {
  const species = [rgb(colors.species.B), rgb(colors.species.A)];
  const phaseColors = PHASES.map((name) => rgb(colors.phases[name]));
  const ground = dimension === 3 ? opacity.ground : 1;
  const scaled = scaledValues(frame, coloring);
  into.marks.fill(0);
  for (let site = 0; site < frame.sigma.length; ++site) {
    const isA = frame.sigma[site]! > 0;
    let color: Rgb = species[Number(isA)]!;
    let alpha = isA ? 1 : ground;
    if (coloring === "phase") {
      const phase = frame.phases[site]!;
      if (phase !== NO_PHASE) {
        color = phaseColors[phase]!;
        alpha = PHASES[phase] === "unclassified" ? ground : 1;
      } else {
        alpha = dimension === 3 ? Math.min(opacity.shell, opacity.ground) : opacity.shell;
      }
    } else if (scaled) {
      const value = (scaled.values[site] as number) / scaled.limit;
      color = deviationColor(value);
      alpha = dimension === 3 ? Math.min(1, ground + Math.abs(value)) : 1;
      if (value < -0.01) into.marks[site] = 1;
    }
    if (shell[site]) alpha = Math.min(alpha, opacity.shell);
    into.colors.set(color, 4 * site);
    into.colors[4 * site + 3] = Math.round(255 * alpha);
  }
}
