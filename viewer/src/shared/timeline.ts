/** A slider over time, linear or logarithmic, that can play. It knows frames by their times. */

export type TimeScale = "linear" | "log";

/**
 * When half of what the composition changes until the time `until` has changed; `null` where it does not change.
 * `times` ascend, one for each composition.
 */
export function halfwayTime(times: ArrayLike<number>, composition: ArrayLike<number>, until: number): number | null {
  let count = 0;
  while (count < times.length && times[count]! <= until * (1 + 1e-9)) ++count;
  if (count === 0) return null;
  const begin = composition[0]!;
  const change = Math.abs(composition[count - 1]! - begin);
  if (!(change > 0)) return null;
  let k = 0;
  while (Math.abs(composition[k]! - begin) < 0.5 * change) ++k;
  return times[k]!;
}

/** The last place whose x is not after this one; -1 if there is none. A place that comes back from a slider may be smaller by rounding. */
export function lastNotAfter(x: ArrayLike<number>, at: number): number {
  let [low, high] = [-1, x.length - 1];
  const reach = at * (1 + 1e-9);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (x[middle]! <= reach) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Logarithmic where half of the change of the composition comes within the first tenth of the time shown. */
export function openingScale(halfway: number | null, until: number): TimeScale {
  return halfway !== null && halfway <= 0.1 * until ? "log" : "linear";
}

/** Between a place on a slider, 0 to 1, and a time. */
export class TimeMap {
  readonly first: number;

  /** `times` ascend; the logarithmic scale begins at the first that is above 0, and its place 0 is the first of all. */
  constructor(
    private readonly times: ArrayLike<number>,
    readonly until: number,
    readonly scale: TimeScale,
  ) {
    let first = 0;
    for (let k = 0; k < times.length && first <= 0; ++k) first = times[k]!;
    this.first = first;
  }

  private get logarithmic(): boolean {
    return this.scale === "log" && this.first > 0 && this.until > this.first;
  }

  timeAt(place: number): number {
    if (!this.logarithmic) return place * this.until;
    // A little room on the left is time 0, which has no logarithm.
    if (place <= ZERO_ROOM) return place === 0 ? 0 : this.first;
    return this.first * Math.pow(this.until / this.first, (place - ZERO_ROOM) / (1 - ZERO_ROOM));
  }

  placeOf(time: number): number {
    if (!this.logarithmic) return this.until > 0 ? clamp(time / this.until) : 0;
    if (time < this.first) return 0;
    return clamp(ZERO_ROOM + ((1 - ZERO_ROOM) * Math.log(time / this.first)) / Math.log(this.until / this.first));
  }

  /** The last frame that is not after this time. */
  frameAt(time: number): number {
    return Math.max(0, lastNotAfter(this.times, time));
  }
}

const ZERO_ROOM = 0.01;

/** Moves a place from 0 to 1 in so many seconds at speed 1. */
export class Player {
  speed = 1;
  private last = 0;
  private running = false;

  constructor(
    private readonly seconds: number,
    private readonly place: () => number,
    private readonly move: (place: number) => void,
    private readonly changed: () => void,
  ) {}

  get playing(): boolean {
    return this.running;
  }

  toggle(): void {
    if (this.running) this.pause();
    else this.play();
  }

  play(): void {
    if (this.running) return;
    if (this.place() >= 1) this.move(0);
    this.running = true;
    this.last = performance.now();
    this.changed();
    requestAnimationFrame(this.step);
  }

  pause(): void {
    this.running = false;
    this.changed();
  }

  private readonly step = (now: number): void => {
    if (!this.running) return;
    const place = Math.min(1, this.place() + (this.speed * Math.max(0, now - this.last)) / (1000 * this.seconds));
    this.last = now;
    this.move(place);
    if (place >= 1) this.pause();
    else requestAnimationFrame(this.step);
  };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
