/** How sharp pictures are: coarse while the machine cannot draw enough of them, sharp as soon as they are still. */

/** Milliseconds: 30 pictures a second, and a little. */
const SLOW = 36;
/** Milliseconds after which a picture is still. */
const STILL = 250;
/** Of the pixels along each side. */
const COARSE = 0.5;
/** What a new picture counts in the mean. */
const WEIGHT = 0.15;

export class Sharpness {
  private mean = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private current = 1;

  /** `becameStill` is called when a coarse picture is to be drawn again, sharp. */
  constructor(private readonly becameStill: () => void) {}

  /** The share of the pixels along each side that the next picture gets. */
  get share(): number {
    return this.current;
  }

  /** Says how long a picture had to wait until it could be drawn; not how long nothing was asked for. */
  waited(milliseconds: number): void {
    this.mean += WEIGHT * (milliseconds - this.mean);
    if (this.mean > SLOW) this.current = COARSE;
    clearTimeout(this.timer);
    if (this.current < 1) this.timer = setTimeout(() => this.still(), STILL);
  }

  private still(): void {
    this.mean = 0;
    this.current = 1;
    this.becameStill();
  }
}
