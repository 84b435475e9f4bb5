/** What draws a scene onto a canvas. */

import type { Scene } from "./scene";

export interface Renderer {
  /** Draws an arranged scene; `width` and `height` are the canvas' pixels, colours are 0 to 255. */
  draw(scene: Scene, width: number, height: number, background: readonly number[], ink: readonly number[]): void;

  /** Gives back what the browser holds for it; nothing is drawn after that. */
  dispose(): void;
}
