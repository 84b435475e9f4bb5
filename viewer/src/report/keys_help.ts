/** What the keyboard does in a report of exchange. */

import { element } from "../shared/dom";

export function keysHelp(dimension: number): HTMLElement {
  return element(
    "p",
    { class: "help" },
    element("kbd", {}, "space"),
    " plays, ",
    element("kbd", {}, "←"),
    " ",
    element("kbd", {}, "→"),
    " step, ",
    element("kbd", {}, "L"),
    " logarithmic time. On the picture: ",
    element("kbd", {}, "+"),
    " ",
    element("kbd", {}, "−"),
    dimension === 3 ? " zoom, drag or " : " zoom, drag moves.",
    ...(dimension === 3 ? [element("kbd", {}, "shift"), " with arrows turn."] : []),
  );
}
