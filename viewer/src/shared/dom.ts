/** Short ways to make elements. */

type Attributes = Record<string, string | number | boolean | ((event: Event) => void)>;

/** An element with attributes, handlers (functions) and children. Properties such as `value` are set after the children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.append(...children);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (name === "value") (made as HTMLInputElement).value = String(value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, String(value));
  }
  return made;
}

/** A labelled list of choices; `choose` gets the value of the one taken. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  choose: (value: string) => void,
): { box: HTMLLabelElement; select: HTMLSelectElement } {
  const select = element(
    "select",
    { change: () => choose(select.value) },
    ...options.map(([value, text]) => element("option", { value }, text)),
  );
  select.value = chosen;
  return { box: element("label", { class: "choice" }, `${label} `, select), select };
}

/** A labelled slider; `slide` gets its value. */
export function slider(
  label: string,
  limits: { min: number; max: number; step: number },
  value: number,
  slide: (value: number) => void,
): { box: HTMLLabelElement; input: HTMLInputElement } {
  const input = element("input", { type: "range", ...limits, value, input: () => slide(Number(input.value)) });
  return { box: element("label", { class: "slider" }, `${label} `, input), input };
}

export function button(text: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return element("button", { type: "button", click: press, ...attributes }, text);
}

/** Hands a file to the browser to save. */
export function download(name: string, content: Blob | string, type = "text/plain"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A message that stands in the page's place: nothing else can be shown. */
export function showFailure(message: string): void {
  document.body.replaceChildren(
    element(
      "main",
      { class: "failure", role: "alert" },
      element("h1", {}, "This page has nothing to show"),
      element("p", {}, message),
    ),
  );
}
