/** What a plot draws. */

import type { Palette } from "./colors";

/** One curve; every array has the length of `x`. */
export interface Curve {
  readonly label: string;
  /** What the label means, where it needs to be said. */
  readonly meaning?: string;
  readonly color: (colors: Palette) => string;
  readonly dash?: number[];
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly error?: ArrayLike<number>;
  /** Single runs behind the mean. */
  readonly single?: readonly ArrayLike<number>[];
  /** Points with error bars instead of a line with a band. */
  readonly points?: boolean;
  /** A fine line: one run among its mean. */
  readonly thin?: boolean;
  /** What the table calls it where the legend does not; a curve with neither name is in neither. */
  readonly name?: string;
  /** [n], false: an open point, whose error is not to be trusted. */
  readonly trusted?: readonly boolean[];
}
