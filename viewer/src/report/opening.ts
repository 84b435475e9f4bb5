/** How a page of exchange opens: at which moment, and on which scale of time. */

import type { Bundle } from "../shared/bundle";
import type { Coloring } from "../shared/colors";
import type { TimeScale } from "../shared/timeline";
import { halfwayTime, lastNotAfter, openingScale } from "../shared/timeline";
import type { Ensemble, Series } from "./data";

/** A share of the modulated phases that is worth to be seen. */
const NOTABLE = 0.01;

export interface Opening {
  /** Of a frame; null where nothing says which. */
  readonly time: number | null;
  readonly scale: TimeScale;
}

/** What a reader has chosen, which the page of another ensemble can begin with. */
export interface Shown {
  readonly time: number;
  readonly scale: TimeScale;
  readonly coloring: Coloring;
}

/** `frames` are the times of the frames, ascending. */
export function opening(bundle: Bundle<unknown>, header: Ensemble, frames: ArrayLike<number>): Opening {
  const { until } = header;
  const composition = meanOf(bundle, header, "composition")[0];
  const halfway = composition ? halfwayTime(composition.x, composition.y, until) : null;
  const modulated = meanOf(bundle, header, "phases", ({ label }) => label.startsWith("S"));
  return { time: tellingTime(frames, until, modulated, composition), scale: openingScale(halfway, until) };
}

interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

function meanOf(
  bundle: Bundle<unknown>,
  header: Ensemble,
  name: string,
  which: (series: Series) => boolean = () => true,
): Curve[] {
  const panel = header.panels.find((panel) => panel.name === name);
  if (!panel) return [];
  const x = bundle.numbers(header.clocks[panel.clock]);
  return panel.series.filter(which).map(({ mean }) => ({ x, y: bundle.numbers(mean) }));
}

/**
 * The frame that tells most: where the modulated phases together are most; where they hardly come, halfway through the
 * change of the composition. Null where neither is known or changes.
 */
export function tellingTime(
  frames: ArrayLike<number>,
  until: number,
  modulated: readonly Curve[],
  composition: Curve | undefined,
): number | null {
  const shown = Array.from(frames).filter((time) => time <= until * (1 + 1e-9));
  const at = ({ x, y }: Curve, time: number) => y[Math.max(0, lastNotAfter(x, time))]!;
  const most = (score: (time: number) => number) =>
    shown.reduce((best, time) => (score(time) > score(best) ? time : best), shown[0]!);
  if (shown.length === 0) return null;
  const share = (time: number) => modulated.reduce((sum, curve) => sum + at(curve, time), 0);
  const richest = most(share);
  if (share(richest) > NOTABLE) return richest;
  if (!composition) return null;
  const [begin, end] = [at(composition, 0), at(composition, until)];
  if (begin === end) return null;
  return most((time) => -Math.abs(at(composition, time) - 0.5 * (begin + end)));
}
