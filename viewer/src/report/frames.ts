/** Frames of a report: species from bits, local deviations from bytes. */

import type { Bundle, Shaped } from "../shared/bundle";
import type { Frame } from "../shared/colors";
import type { Crystal } from "../shared/crystal";
import { PhaseClassifier, inSpace } from "../shared/crystal";
import type { CrystalHeader, Deviations, Frames } from "./data";

export function readCrystal(bundle: Bundle<unknown>, header: CrystalHeader): Crystal {
  const position = bundle.array(`${header.arrays}/position`);
  return {
    size: position.shape[0]!,
    dimension: header.dimension,
    position: inSpace(position.values, header.dimension),
    point: Int32Array.from(bundle.array(`${header.arrays}/point`).values),
    layer: Int32Array.from(bundle.array(`${header.arrays}/layer`).values),
    shellLayers: header.shell_layers,
    period: header.period,
    rings: header.has_ring
      ? {
          interior: Int32Array.from(bundle.array(`${header.arrays}/interior`).values),
          neighbors: Int32Array.from(bundle.array(`${header.arrays}/ring`).values),
        }
      : undefined,
  };
}

/** The frames of one ensemble, or of one point of a sweep: `[units, frames, sites]`. */
export class FrameReader {
  readonly times: Float64Array;
  readonly classifier: PhaseClassifier;
  readonly deviations: Deviations | null;
  private readonly bits: Shaped;
  private readonly bytes: Shaped | null;

  constructor(
    bundle: Bundle<unknown>,
    private readonly crystal: Crystal,
    frames: Frames,
    deviations: Deviations | null,
  ) {
    this.times = bundle.numbers(frames.time);
    this.bits = bundle.array(frames.sigma);
    this.deviations = deviations;
    this.bytes = deviations && bundle.array(deviations.array);
    this.classifier = new PhaseClassifier(crystal);
  }

  get units(): number {
    return this.bits.shape[0]!;
  }

  get count(): number {
    return this.bits.shape[1]!;
  }

  /** Species of every site, +1 or -1. */
  sigma(unit: number, frame: number): Int8Array {
    const length = this.bits.shape[2]!;
    const begin = (unit * this.count + frame) * length;
    const sigma = new Int8Array(this.crystal.size);
    for (let site = 0; site < sigma.length; ++site) {
      sigma[site] = (this.bits.values[begin + (site >> 3)]! >> (site & 7)) & 1 ? 1 : -1;
    }
    return sigma;
  }

  /** Local deviations, or null for a unit or a frame that has none; the last frame may be the only one with them. */
  deviation(unit: number, frame: number): Float32Array | null {
    const row = this.deviations?.places.indexOf(unit) ?? -1;
    if (row < 0 || !this.bytes || !this.deviations) return null;
    const [, kept] = this.bytes.shape as [number, number, number];
    const at = frame - (this.count - kept);
    if (at < 0) return null;
    const { size } = this.crystal;
    const begin = (row * kept + at) * size;
    const step = this.deviations.limit / 127;
    return Float32Array.from({ length: size }, (_, site) => step * this.bytes!.values[begin + site]!);
  }

  frame(unit: number, frame: number): Frame {
    const sigma = this.sigma(unit, frame);
    return {
      sigma,
      phases: this.classifier.classify(sigma),
      deviation: this.deviation(unit, frame),
      limit: this.deviations?.full ?? 1,
    };
  }
}
