/** Sites of a crystal as a page needs them, and the phases of its sites (paper: Eq. 13). */

import { TABLE } from "../generated/table";

/** Letters in shapes: N sites, D dimensions. */
export interface Crystal {
  readonly size: number;
  readonly dimension: 2 | 3;
  /** [N, 3], lattice spacings; z = 0 in two dimensions. */
  readonly position: Float32Array;
  /** [N, 3], lattice coordinates. */
  readonly point: Int32Array;
  /** [N], 1 at the surface. */
  readonly layer: Int32Array;
  readonly shellLayers: number;
  /** [3], lattice points after which the crystal repeats; 0: it does not. */
  readonly period: readonly number[];
  /** Interior sites and the neighbours that tell the phase of each, of lattices other than triangular and simple cubic. */
  readonly rings?: { readonly interior: Int32Array; readonly neighbors: Int32Array } | undefined;
}

export type PhaseName = (typeof TABLE.phases)[number]["name"];
/** The phases in the order of the succession, after what is in none. */
export const PHASES: readonly PhaseName[] = [
  "unclassified",
  ...TABLE.phases.map((phase) => phase.name).filter((name) => name !== "unclassified"),
];

/** Not interior: a site with neighbours missing or in the shell has no phase. */
export const NO_PHASE = 255;

const TRIANGULAR_RING = [
  [1, 0, 0],
  [0, 1, 0],
  [-1, 1, 0],
  [-1, 0, 0],
  [0, -1, 0],
  [1, -1, 0],
];
const CUBIC_RING = [-1, 0, 1]
  .flatMap((z) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => [x, y, z])))
  .filter(([x, y, z]) => [1, 2].includes(x! * x! + y! * y! + z! * z!));

/** [N, 3] from [N, D]. */
export function inSpace(position: ArrayLike<number>, dimension: number): Float32Array {
  const size = position.length / dimension;
  const result = new Float32Array(3 * size);
  for (let site = 0; site < size; ++site) {
    for (let axis = 0; axis < dimension; ++axis) result[3 * site + axis] = position[site * dimension + axis] as number;
  }
  return result;
}

/** Whether each site belongs to the shell, [N]. */
export function shellOf(crystal: Crystal): Uint8Array {
  return Uint8Array.from(crystal.layer, (layer) => Number(crystal.shellLayers > 0 && layer <= crystal.shellLayers));
}

/** Finds the phase of every site from the species of its neighbours. */
export class PhaseClassifier {
  /** Sites whose phase is defined: all neighbours exist and are not shell. */
  readonly interior: Int32Array;
  private readonly rings: Int32Array;
  private readonly ringSize: number;
  private readonly triangular: boolean;
  private readonly size: number;

  constructor(crystal: Crystal) {
    this.size = crystal.size;
    this.triangular = crystal.dimension === 2;
    if (crystal.rings) {
      this.interior = crystal.rings.interior;
      this.rings = crystal.rings.neighbors;
      this.ringSize = this.rings.length / Math.max(1, this.interior.length);
      return;
    }
    const steps = this.triangular ? TRIANGULAR_RING : CUBIC_RING;
    this.ringSize = steps.length;
    const siteAt = new Map<string, number>();
    const { point, period } = crystal;
    const wrap = (value: number, axis: number) => {
      const length = period[axis] ?? 0;
      return length > 0 ? ((value % length) + length) % length : value;
    };
    const key = (x: number, y: number, z: number) => `${wrap(x, 0)},${wrap(y, 1)},${wrap(z, 2)}`;
    for (let site = 0; site < crystal.size; ++site) {
      siteAt.set(key(point[3 * site]!, point[3 * site + 1]!, point[3 * site + 2]!), site);
    }
    const shell = shellOf(crystal);
    const interior: number[] = [];
    const rings: number[] = [];
    for (let site = 0; site < crystal.size; ++site) {
      if (shell[site]) continue;
      const ring = steps.map(([x, y, z]) =>
        siteAt.get(key(point[3 * site]! + x!, point[3 * site + 1]! + y!, point[3 * site + 2]! + z!)),
      );
      if (ring.some((other) => other === undefined || shell[other])) continue;
      interior.push(site);
      rings.push(...(ring as number[]));
    }
    this.interior = Int32Array.from(interior);
    this.rings = Int32Array.from(rings);
  }

  /** The phase of every site as a place in PHASES, NO_PHASE where it is not defined; `sigma` is +1 for A, -1 for B. */
  classify(sigma: Int8Array, phases: Uint8Array = new Uint8Array(this.size)): Uint8Array {
    phases.fill(NO_PHASE);
    for (let k = 0; k < this.interior.length; ++k) {
      const site = this.interior[k]!;
      phases[site] = this.phase(sigma, k, sigma[site]! > 0);
    }
    return phases;
  }

  /** Fractions of interior sites in each phase, in the order of PHASES. */
  fractions(phases: Uint8Array): number[] {
    const counts = PHASES.map(() => 0);
    for (const site of this.interior) counts[phases[site]!]!++;
    return counts.map((count) => count / Math.max(1, this.interior.length));
  }

  private phase(sigma: Int8Array, k: number, centerIsA: boolean): number {
    const begin = k * this.ringSize;
    const first = sigma[this.rings[begin]!]!;
    let alike = true;
    let alternating = this.triangular;
    for (let n = 1; n < this.ringSize; ++n) {
      const here = sigma[this.rings[begin + n]!]!;
      if (here !== first) alike = false;
      if (here === sigma[this.rings[begin + n - 1]!]) alternating = false;
    }
    if (alternating) return centerIsA ? 2 : 3;
    if (!alike) return 0;
    if (first > 0 === centerIsA) return centerIsA ? 1 : 4;
    if (!this.triangular) return 0;
    return centerIsA ? 3 : 2;
  }
}

/** Fraction of A in each layer of sites along an axis, ascending: c(z) and its like. */
export function profile(crystal: Crystal, sigma: Int8Array, axis: 0 | 1 | 2): { place: number[]; value: number[] } {
  const counts = new Map<number, [sites: number, A: number]>();
  for (let site = 0; site < crystal.size; ++site) {
    // In the triangular lattice rows along x lie half a spacing apart: a place, not a lattice coordinate.
    const place = Math.round(crystal.position[3 * site + axis]! * 1000) / 1000;
    const count = counts.get(place) ?? [0, 0];
    count[0]++;
    if (sigma[site]! > 0) count[1]++;
    counts.set(place, count);
  }
  const place = [...counts.keys()].sort((a, b) => a - b);
  return { place, value: place.map((at) => counts.get(at)![1] / counts.get(at)![0]) };
}
