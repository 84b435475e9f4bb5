/** Paints the curves of a plot: bands of the standard error, thin single ones behind, points with error bars, marks. */

import type uPlot from "uplot";

import type { Palette } from "./colors";
import type { Curve } from "./curve";
import { element } from "./dom";

/** Pixels below which a point of a thin line adds nothing. */
const SAME = 0.7;

export class CurvePainter {
  /** `placeOf` is where a value stands on the x scale, NaN for none; `marks` are places of dotted vertical lines. */
  constructor(
    private readonly plot: uPlot,
    private readonly curves: readonly Curve[],
    private readonly marks: readonly number[],
    private readonly colors: Palette,
    private readonly placeOf: (x: number) => number,
  ) {}

  paint(): void {
    const context = this.plot.ctx;
    const { left, top, width, height } = this.plot.bbox;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    this.paintSingles();
    for (const curve of this.curves) this.paintCurve(curve);
    this.paintMarks();
    context.restore();
  }

  private paintMarks(): void {
    const context = this.plot.ctx;
    const { top, height } = this.plot.bbox;
    context.strokeStyle = this.colors.ink;
    context.lineWidth = devicePixelRatio;
    context.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    for (const mark of this.marks) {
      const place = this.placeOf(mark);
      if (Number.isNaN(place)) continue;
      const x = this.plot.valToPos(place, "x", true);
      context.beginPath();
      context.moveTo(x, top);
      context.lineTo(x, top + height);
      context.stroke();
    }
    context.setLineDash([]);
  }

  private paintCurve(curve: Curve): void {
    const context = this.plot.ctx;
    const color = curve.color(this.colors);
    context.strokeStyle = color;
    context.fillStyle = color;
    context.setLineDash([]);
    if (curve.points) return this.paintPoints(curve, color);
    if (curve.error) this.paintBand(curve);
    context.setLineDash((curve.dash ?? []).map((length) => length * devicePixelRatio));
    context.lineWidth = (curve.thin ? 0.9 : 2) * devicePixelRatio;
    this.trace(context, curve.x, curve.y);
    context.setLineDash([]);
  }

  /**
   * Thin lines of all single runs, behind everything else. They are painted beside the screen, by the processor: a hundred
   * fine lines take the graphics of some machines seconds.
   */
  private paintSingles(): void {
    if (!this.curves.some((curve) => curve.single?.length)) return;
    const beside = element("canvas", { width: this.plot.ctx.canvas.width, height: this.plot.ctx.canvas.height });
    const context = beside.getContext("2d", { willReadFrequently: true });
    if (!context) return;
    context.lineWidth = 0.8 * devicePixelRatio;
    for (const curve of this.curves) {
      context.strokeStyle = curve.color(this.colors);
      context.globalAlpha = Math.max(0.07, Math.min(0.6, 4 / (curve.single?.length ?? 1)));
      for (const values of curve.single ?? []) this.trace(context, curve.x, values);
    }
    this.plot.ctx.drawImage(beside, 0, 0);
  }

  /** Strokes one line; points that would fall on the pixel of the one before are left out. */
  private trace(context: CanvasRenderingContext2D, x: ArrayLike<number>, y: ArrayLike<number>): void {
    let pen = false;
    let [lastX, lastY] = [0, 0];
    context.beginPath();
    for (let k = 0; k < y.length; ++k) {
      const place = this.placeOf(x[k]!);
      if (!Number.isFinite(y[k]) || Number.isNaN(place)) {
        pen = false;
        continue;
      }
      const [right, up] = [this.plot.valToPos(place, "x", true), this.plot.valToPos(y[k]!, "y", true)];
      const same = Math.abs(right - lastX) < SAME && Math.abs(up - lastY) < SAME;
      if (pen && same && k < y.length - 1) continue;
      if (pen) context.lineTo(right, up);
      else context.moveTo(right, up);
      pen = true;
      [lastX, lastY] = [right, up];
    }
    context.stroke();
  }

  private paintBand(curve: Curve): void {
    const context = this.plot.ctx;
    const at = (k: number, sign: number) =>
      [
        this.plot.valToPos(this.placeOf(curve.x[k]!), "x", true),
        this.plot.valToPos(curve.y[k]! + sign * curve.error![k]!, "y", true),
      ] as const;
    const places = Array.from({ length: curve.y.length }, (_, k) => k).filter(
      (k) =>
        Number.isFinite(curve.y[k]) && Number.isFinite(curve.error![k]) && !Number.isNaN(this.placeOf(curve.x[k]!)),
    );
    context.globalAlpha = 0.25;
    context.beginPath();
    for (const k of places) context.lineTo(...at(k, 1));
    for (const k of places.reverse()) context.lineTo(...at(k, -1));
    context.fill();
    context.globalAlpha = 1;
  }

  private paintPoints(curve: Curve, color: string): void {
    const context = this.plot.ctx;
    const radius = 3.5 * devicePixelRatio;
    context.lineWidth = 1.2 * devicePixelRatio;
    for (let k = 0; k < curve.y.length; ++k) {
      if (!Number.isFinite(curve.y[k])) continue;
      const [x, y] = [
        this.plot.valToPos(this.placeOf(curve.x[k]!), "x", true),
        this.plot.valToPos(curve.y[k]!, "y", true),
      ];
      const error = curve.error?.[k] ?? NaN;
      if (Number.isFinite(error)) {
        context.beginPath();
        context.moveTo(x, this.plot.valToPos(curve.y[k]! - error, "y", true));
        context.lineTo(x, this.plot.valToPos(curve.y[k]! + error, "y", true));
        context.stroke();
      }
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = curve.trusted?.[k] === false ? this.colors.paper : color;
      context.fill();
      context.stroke();
    }
    context.fillStyle = color;
  }
}
