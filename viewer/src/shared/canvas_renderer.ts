/** Draws a scene with the 2D canvas: discs from the back to the front, spheres as shaded discs. */

import type { Renderer } from "./renderer";
import type { Scene } from "./scene";

export class CanvasRenderer implements Renderer {
  private readonly context: CanvasRenderingContext2D;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("This browser can draw neither with WebGL2 nor on a 2D canvas.");
    this.context = context;
  }

  draw(scene: Scene, width: number, height: number, background: readonly number[], ink: readonly number[]): void {
    const { context } = this;
    context.globalAlpha = 1;
    context.fillStyle = css(background);
    context.fillRect(0, 0, width, height);
    for (const disc of discs(scene, width, height)) {
      context.globalAlpha = disc.alpha;
      context.fillStyle = disc.color;
      circle(context, disc.x, disc.y, disc.radius);
      if (scene.crystal.dimension === 3) {
        context.globalAlpha = 0.35 * disc.alpha;
        context.fillStyle = "#ffffff";
        circle(context, disc.x - 0.3 * disc.radius, disc.y - 0.35 * disc.radius, 0.4 * disc.radius);
      }
      if (disc.mark === 1) {
        context.globalAlpha = 1;
        context.fillStyle = "#ffffff";
        context.fillRect(
          disc.x - 0.45 * disc.radius,
          disc.y - 0.13 * disc.radius,
          0.9 * disc.radius,
          0.26 * disc.radius,
        );
      }
      if (disc.mark === 2) {
        context.globalAlpha = 1;
        context.strokeStyle = css(ink);
        context.lineWidth = 0.2 * disc.radius;
        context.stroke();
      }
    }
  }

  dispose(): void {
    // A 2D canvas holds nothing but its own pixels.
  }
}

/** A site as a picture without depth has it. */
export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly color: string;
  readonly alpha: number;
  readonly mark: number;
}

/** The sites of an arranged scene in pixels, those at the back first. */
export function discs(scene: Scene, width: number, height: number): Disc[] {
  const { scale, centerX, centerY } = scene.frustum(width, height);
  const sites = Array.from(scene.order.subarray(0, scene.count));
  if (scene.crystal.dimension === 3) sites.sort((a, b) => scene.view[3 * a + 2]! - scene.view[3 * b + 2]!);
  return sites.map((site) => ({
    x: centerX + scale * scene.view[3 * site]!,
    y: centerY - scale * scene.view[3 * site + 1]!,
    radius: scale * scene.radius,
    color: css(scene.colors.subarray(4 * site, 4 * site + 3)),
    alpha: scene.colors[4 * site + 3]! / 255,
    mark: scene.marks[site]!,
  }));
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function css(color: ArrayLike<number>): string {
  return `rgb(${color[0]}, ${color[1]}, ${color[2]})`;
}
