/** A column that scrolls beside the crystal and says that there is more of it. */

import { button, element } from "./dom";

/** Pixels that are not worth a word. */
const NOTHING = 8;

/** Puts `content` into a box above a strip with a button that goes on, while some of it is below. */
export function scrollingColumn(content: HTMLElement): HTMLElement {
  const on = button("More below ↓", () => content.scrollBy({ top: 0.8 * content.clientHeight, behavior: "smooth" }));
  const more = element("div", { class: "more" }, on);
  const look = () => {
    on.hidden = content.scrollTop + content.clientHeight >= content.scrollHeight - NOTHING;
  };
  content.classList.add("scrolls");
  content.addEventListener("scroll", look, { passive: true });
  const sizes = new ResizeObserver(look);
  sizes.observe(content);
  for (const child of content.children) sizes.observe(child);
  return element("div", { class: "column" }, content, more);
}
