/** Drawing a scene onto a canvas, with WebGL2 or, where a browser lacks it, with the plain 2D canvas. */

import { CanvasRenderer } from "./canvas_renderer";
import type { Scene } from "./scene";
import { WebglRenderer } from "./webgl_renderer";

export interface Renderer {
  /** Draws an arranged scene; `width` and `height` are the canvas' pixels, colours are 0 to 255. */
  draw(scene: Scene, width: number, height: number, background: readonly number[], ink: readonly number[]): void;
}

/** The best renderer that this browser has. `note` is empty, or says what the reader should know of it. */
export function makeRenderer(canvas: HTMLCanvasElement): { renderer: Renderer; note: string } {
  try {
    return { renderer: new WebglRenderer(canvas), note: "" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      renderer: new CanvasRenderer(canvas),
      note: `This browser draws without WebGL2 (${reason}): large crystals may be slow.`,
    };
  }
}
