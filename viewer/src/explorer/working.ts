/** What stands over the picture while V is computed. */

import { element } from "../shared/dom";
import { count } from "../shared/format";

/** Milliseconds between two looks at the clock. */
const TELL_EVERY = 100;

export class Working {
  readonly root: HTMLElement;
  private readonly text = element("span", {});
  private timer = 0;

  constructor() {
    this.root = element(
      "div",
      { class: "working", hidden: true },
      element("progress", { "aria-label": "Computing" }),
      this.text,
    );
  }

  /** Counts the seconds from now on. */
  begin(sites: number): void {
    this.end();
    const begun = performance.now();
    const tell = () => {
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      this.text.textContent = `Computing V of ${count(sites)} sites: ${seconds} s`;
    };
    tell();
    this.timer = window.setInterval(tell, TELL_EVERY);
    this.root.hidden = false;
  }

  end(): void {
    window.clearInterval(this.timer);
    this.root.hidden = true;
  }
}
