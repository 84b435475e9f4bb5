/** Where a run came from: its input, numbers, citation. */

import { button, element } from "../shared/dom";
import type { Header } from "./data";

export function aboutSection(header: Header): HTMLElement {
  const { about } = header;
  const facts = element("dl", {});
  for (const [name, text] of about.facts) facts.append(element("dt", {}, name), element("dd", {}, text));
  return element(
    "section",
    { class: "about", "aria-label": "About this run" },
    element(
      "div",
      { class: "columns" },
      element("div", {}, element("h2", {}, "The run"), facts),
      element("div", {}, ...inputOf(about)),
    ),
    element("h2", {}, "To cite ", copier(about.citation, "Copy the citation")),
    element("p", { class: "citation" }, about.citation),
  );
}

/** The input that gives this run again, and the file that was given. */
function inputOf({ input, resolved }: Header["about"]): HTMLElement[] {
  const given = element("pre", { tabindex: 0 }, input);
  if (resolved === null) {
    return [
      element("h2", {}, "Its input file ", copier(input, "Copy the input")),
      element("p", { class: "help" }, "As it was given: what --set changed is not in it."),
      given,
    ];
  }
  return [
    element("h2", {}, "Its input ", copier(resolved, "Copy the input")),
    element("pre", { tabindex: 0 }, resolved),
    element("details", {}, element("summary", {}, "The file as it was given, before --set"), given),
  ];
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
