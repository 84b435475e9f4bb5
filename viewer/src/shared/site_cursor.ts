/** A cursor on a site, for hands on the keyboard: arrows move it as the picture is seen. */

import type { Rotation } from "./camera";
import { element } from "./dom";
import type { Scene } from "./scene";

type Vector = readonly [number, number, number];

/** Between two rows of the triangular lattice. */
const ROW = Math.sqrt(3) / 2;
/** A site so near to where a step leads is meant; half a spacing is that of the row above. */
const NEAR = 0.6;

const KEYS: Readonly<Record<string, Vector>> = {
  ArrowRight: [1, 0, 0],
  ArrowLeft: [-1, 0, 0],
  ArrowUp: [0, 1, 0],
  ArrowDown: [0, -1, 0],
  PageDown: [0, 0, 1],
  PageUp: [0, 0, -1],
};

/**
 * The step that a key means, in positions; null for another key. In three dimensions arrows go along the axes of the
 * lattice that are seen across and upright, PageUp and PageDown along the third, away from the eye and towards it.
 */
export function stepOf(key: string, rotation: Rotation, dimension: number): Vector | null {
  const seen = KEYS[key];
  if (!seen) return null;
  if (dimension === 2) return seen[2] === 0 ? [seen[0], ROW * seen[1], 0] : null;
  const along = (row: number, axis: number) => rotation[3 * row + axis]!;
  const axes = [0, 1, 2];
  const longest = (row: number) => axes.sort((a, b) => Math.abs(along(row, a)) - Math.abs(along(row, b))).pop()!;
  const depth = longest(2);
  const across = longest(0);
  const step: [number, number, number] = [0, 0, 0];
  [across, axes[0]!, depth].forEach((axis, row) => (step[axis] = seen[row]! * Math.sign(along(row, axis))));
  return step;
}

export class SiteCursor {
  /** Lies upon the canvas. */
  readonly mark = element("div", { class: "site-cursor", hidden: true });
  /** -1: nowhere yet. */
  site = -1;
  /** Where the last step led; going up a triangular lattice it keeps the column. */
  private aim: [number, number, number] = [0, 0, 0];
  private lastKey = "";

  get shown(): boolean {
    return !this.mark.hidden;
  }

  /** Shows itself, at first on the site in the middle of the picture that is nearest to the eye. */
  show(scene: Scene): void {
    this.mark.hidden = false;
    if (this.site >= 0 && scene.visible[this.site]) return;
    const middle = scene.siteAt(0.5, 0.5, 1, 1);
    this.site = middle >= 0 ? middle : scene.visible.indexOf(1);
  }

  /** Goes one step on, if there is a site; whether the key is one of the cursor's. */
  move(key: string, scene: Scene): boolean {
    const { crystal, camera } = scene;
    const step = stepOf(key, camera.rotation, crystal.dimension);
    if (!step) return false;
    const here = Array.from(crystal.position.subarray(3 * this.site, 3 * this.site + 3)) as [number, number, number];
    const goesOn = key === this.lastKey;
    this.aim = [0, 1, 2].map((axis) => (goesOn && step[axis] === 0 ? this.aim[axis]! : here[axis]!) + step[axis]!) as [
      number,
      number,
      number,
    ];
    const next = nearest(this.aim, this.site, scene);
    if (next < 0) this.aim = here;
    else this.site = next;
    this.lastKey = key;
    return true;
  }

  /** Puts the mark where the site is drawn; `width` and `height` are the canvas' in the page's pixels. */
  place(scene: Scene, width: number, height: number): void {
    if (!this.shown || this.site < 0) return;
    const { scale, centerX, centerY } = scene.frustum(width, height);
    const { view, radius } = scene;
    const size = Math.max(10, 2.3 * scale * radius);
    const [x, y] = [centerX + scale * view[3 * this.site]!, centerY - scale * view[3 * this.site + 1]!];
    this.mark.style.width = this.mark.style.height = `${size}px`;
    this.mark.style.transform = `translate(${x - size / 2}px, ${y - size / 2}px)`;
  }
}

function nearest(aim: Vector, but: number, { crystal, visible }: Scene): number {
  let [best, least] = [-1, NEAR];
  for (let site = 0; site < crystal.size; ++site) {
    if (site === but || !visible[site]) continue;
    const away = Math.hypot(...[0, 1, 2].map((axis) => crystal.position[3 * site + axis]! - aim[axis]!));
    if (away < least - 1e-6) [best, least] = [site, away];
  }
  return best;
}
