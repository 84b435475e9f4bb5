/** What a renderer draws: discs in two dimensions, spheres in three, in the order in which they must be drawn. */

import type { Rotation } from "./camera";
import { Camera, project, reach } from "./camera";
import type { Crystal } from "./crystal";

/** Half a lattice spacing, less a gap that shows the lattice. */
const DISC_RADIUS = 0.47;
const SPHERE_RADIUS = 0.5;

/** How view coordinates become pixels. */
export interface Frustum {
  /** Pixels for a lattice spacing. */
  readonly scale: number;
  readonly centerX: number;
  readonly centerY: number;
}

export class Scene {
  readonly crystal: Crystal;
  readonly camera = new Camera();
  readonly radius: number;
  /** [N, 4], 0 to 255. */
  readonly colors: Uint8Array;
  /** [N], 1: a dash upon the site; 2: a ring round it. */
  readonly marks: Uint8Array;
  /** [N], 0 for sites that are cut away. */
  readonly visible: Uint8Array;
  /** [N, 3], right, up, towards the eye. */
  readonly view: Float32Array;
  /** Sites in the order of drawing; the first `count` are drawn, of these the first `opaque` are solid. */
  readonly order: Uint32Array;
  count = 0;
  opaque = 0;
  private readonly extent: number;
  /** All sites from the back to the front, for the rotation that `sortedFor` is. */
  private readonly depth: Uint32Array;
  private sortedFor: Rotation | null = null;

  constructor(crystal: Crystal) {
    this.crystal = crystal;
    this.radius = crystal.dimension === 3 ? SPHERE_RADIUS : DISC_RADIUS;
    this.colors = new Uint8Array(4 * crystal.size);
    this.marks = new Uint8Array(crystal.size);
    this.visible = new Uint8Array(crystal.size).fill(1);
    this.view = new Float32Array(3 * crystal.size);
    this.order = new Uint32Array(crystal.size);
    this.extent = reach(crystal.position, this.radius, crystal.dimension);
    this.depth = Uint32Array.from({ length: crystal.size }, (_, site) => site);
    this.camera.reset(crystal.dimension);
  }

  /** Pixels of a picture of this size. */
  frustum(width: number, height: number): Frustum {
    const scale = (this.camera.zoom * Math.min(width, height)) / (2 * this.extent);
    return {
      scale,
      centerX: width / 2 - scale * this.camera.pan[0],
      centerY: height / 2 + scale * this.camera.pan[1],
    };
  }

  /** Turns the sites into the picture and puts them in the order of drawing: solid ones, then the others, from the back. */
  arrange(): void {
    if (this.sortedFor !== this.camera.rotation) this.turn();
    this.opaque = this.count = 0;
    for (const site of this.depth) {
      if (this.visible[site] && this.colors[4 * site + 3] === 255) this.order[this.opaque++] = site;
    }
    this.count = this.opaque;
    for (const site of this.depth) {
      const alpha = this.colors[4 * site + 3]!;
      if (this.visible[site] && alpha > 0 && alpha < 255) this.order[this.count++] = site;
    }
  }

  /** Only when the crystal has turned: sorting is what takes longest in a picture. */
  private turn(): void {
    this.sortedFor = this.camera.rotation;
    project(this.crystal.position, this.camera.rotation, this.view);
    if (this.crystal.dimension === 3) this.depth.sort((a, b) => this.view[3 * a + 2]! - this.view[3 * b + 2]!);
  }

  /** The site drawn at this pixel, the nearest to the eye of several; -1 if there is none. */
  siteAt(x: number, y: number, width: number, height: number): number {
    const { scale, centerX, centerY } = this.frustum(width, height);
    let best = -1;
    for (let k = 0; k < this.count; ++k) {
      const site = this.order[k]!;
      const dx = (x - centerX) / scale - this.view[3 * site]!;
      const dy = (centerY - y) / scale - this.view[3 * site + 1]!;
      if (dx * dx + dy * dy > this.radius * this.radius) continue;
      if (best < 0 || this.view[3 * site + 2]! > this.view[3 * best + 2]!) best = site;
    }
    return best;
  }
}
