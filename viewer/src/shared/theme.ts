/** Light or dark: what the system says, until the reader chooses. */

import type { Palette } from "./colors";
import { palette } from "./colors";
import { button } from "./dom";

type Listener = (colors: Palette) => void;

export class Theme {
  colors: Palette;
  private readonly listeners = new Set<Listener>();

  constructor() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    this.colors = palette(system.matches);
    this.apply();
    system.addEventListener("change", () => this.set(system.matches));
  }

  /** Calls `listener` at once and whenever the colours change, until what it returns is called. */
  follow(listener: Listener): () => void {
    this.listeners.add(listener);
    listener(this.colors);
    return () => this.listeners.delete(listener);
  }

  toggle(): HTMLButtonElement {
    const text = () => (this.colors.dark ? "Light" : "Dark");
    const made = button(text(), () => this.set(!this.colors.dark), {
      class: "theme",
      "aria-label": "Light or dark page",
    });
    this.listeners.add(() => (made.textContent = text()));
    return made;
  }

  private set(dark: boolean): void {
    this.colors = palette(dark);
    this.apply();
    for (const listener of this.listeners) listener(this.colors);
  }

  private apply(): void {
    document.documentElement.dataset["theme"] = this.colors.dark ? "dark" : "light";
  }
}
