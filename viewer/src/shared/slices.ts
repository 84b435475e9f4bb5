/** Planes that cut a crystal: what lies before the lower or behind the upper one of an axis is not shown. */

import { element, slider } from "./dom";
import { short } from "./format";
import type { Scene } from "./scene";

const AXES = ["x", "y", "z"] as const;

/** Sliders for the planes along each axis; `changed` is called when they have changed what is visible of the scene. */
export function slices(scene: Scene, changed: () => void): HTMLElement {
  const { position, size } = scene.crystal;
  const cuts = AXES.map(() => ({ low: -Infinity, high: Infinity }));
  const apply = () => {
    for (let site = 0; site < size; ++site) {
      const inside = cuts.every(({ low, high }, axis) => {
        const at = position[3 * site + axis]!;
        return at >= low - 0.01 && at <= high + 0.01;
      });
      scene.visible[site] = Number(inside);
    }
    changed();
  };
  const box = element("details", { class: "slices" }, element("summary", {}, "Slice"));
  AXES.forEach((name, axis) => {
    let [low, high] = [Infinity, -Infinity];
    for (let k = axis; k < position.length; k += 3) {
      low = Math.min(low, position[k]!);
      high = Math.max(high, position[k]!);
    }
    const limits = { min: low, max: high, step: 0.5 };
    const [first, last] = [element("output", {}, short(low)), element("output", {}, short(high))];
    const cut = (end: "low" | "high", told: HTMLOutputElement) => (value: number) => {
      cuts[axis]![end] = value;
      told.textContent = short(value);
      apply();
    };
    const from = slider(`${name} from`, limits, low, cut("low", first));
    const to = slider("to", limits, high, cut("high", last));
    box.append(element("div", {}, from.box, first, to.box, last));
  });
  return box;
}
