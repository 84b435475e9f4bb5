/** Two columns: the crystal, and beside it curves that scroll while it stays in sight. */

import { scrollingColumn } from "../shared/column";
import { element } from "../shared/dom";

export function board(crystal: HTMLElement, curves: HTMLElement): HTMLElement {
  return element("div", { class: "board" }, crystal, scrollingColumn(curves));
}
