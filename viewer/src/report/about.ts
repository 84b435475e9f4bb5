/** Where a run came from: its input, numbers, citation. */

import { button, element } from "../shared/dom";
import type { Header } from "./data";

export function aboutSection(header: Header): HTMLElement {
  const { about } = header;
  const facts = element("dl", {});
  for (const [name, text] of about.facts) facts.append(element("dt", {}, name), element("dd", {}, text));
  const keys = element("dl", {});
  for (const [name, text] of Object.entries(about.parameters)) {
    keys.append(element("dt", {}, name), element("dd", {}, text));
  }
  return element(
    "section",
    { class: "about", "aria-label": "About this run" },
    element(
      "div",
      { class: "columns" },
      element("div", {}, element("h2", {}, "The run"), facts),
      element(
        "div",
        {},
        element("h2", {}, "Its input ", copier(about.input, "Copy the input")),
        element("pre", { tabindex: 0 }, about.input),
        element("details", {}, element("summary", {}, "Every key, resolved"), keys),
      ),
    ),
    element("h2", {}, "To cite ", copier(about.citation, "Copy the citation")),
    element("p", { class: "citation" }, about.citation),
  );
}

function copier(text: string, label: string): HTMLButtonElement {
  const made = button("Copy", () => void copy(), { "aria-label": label });
  const copy = async () => {
    made.textContent = (await toClipboard(text)) ? "Copied" : "Select and copy it by hand";
    setTimeout(() => (made.textContent = "Copy"), 1500);
  };
  return made;
}

/** A page opened from disk may not have the clipboard of others. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", {}, text);
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
