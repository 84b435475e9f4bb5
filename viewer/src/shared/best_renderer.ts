/** Drawing with WebGL2 or, where a browser lacks it, with the plain 2D canvas. */

import { CanvasRenderer } from "./canvas_renderer";
import type { Renderer } from "./renderer";
import { WebglRenderer } from "./webgl_renderer";

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
