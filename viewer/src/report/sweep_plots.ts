/** Plots over a sweep, and a list of its points: both choose the point that is shown. */

import { lineColor, lineDash, seriesColor, seriesDash } from "../shared/colors";
import type { Palette } from "../shared/colors";
import type { Curve } from "../shared/curve";
import { choice } from "../shared/dom";
import { meaningOf } from "../shared/glossary";
import { Plot } from "../shared/plot";
import type { Row, Sweep, SweepCurve, SweepPanel } from "./data";

/** Numbers of a header, NaN where there is none. */
export const numbers = (values: readonly (number | null)[]) => values.map((value) => value ?? NaN);

export class SweepPlots {
  /** The list of points. */
  readonly choice: HTMLElement;
  readonly plots: readonly Plot[];
  private readonly panels: readonly (readonly [SweepPanel, Plot])[];
  private readonly select: HTMLSelectElement;
  private shownRow = -1;
  private point: number;

  /** `shown` are the points that can be chosen; `choose` is called with the one that the reader took. */
  constructor(
    private readonly sweep: Sweep,
    private readonly shown: readonly number[],
    private readonly dimension: number,
    colors: Palette,
    private readonly choose: (point: number) => void,
  ) {
    this.point = shown[0]!;
    const points = shown.map((point) => [String(point), sweep.points[point]!.label || "the only one"] as const);
    const chosen = choice("Point", points, points[0]![0], (value) => choose(Number(value)));
    this.choice = chosen.box;
    this.select = chosen.select;
    this.panels = sweep.panels.map((panel) => [panel, this.plotOf(panel, colors)] as const);
    this.plots = this.panels.map(([, plot]) => plot);
  }

  /** The point that a page opens with. */
  get middle(): number {
    return this.shown[Math.floor(this.shown.length / 2)]!;
  }

  /** Marks this point as the one that is shown. */
  show(point: number): void {
    this.point = point;
    this.select.value = String(point);
    const row = this.rowOf(point);
    if (row !== this.shownRow) this.setCurves(row);
    this.shownRow = row;
    const at = row < 0 ? null : this.sweep.rows[row]!.x[this.sweep.rows[row]!.points.indexOf(point)]!;
    for (const plot of this.plots) plot.setCursor(at);
  }

  private plotOf(panel: SweepPanel, colors: Palette): Plot {
    const axis = this.sweep.axis!;
    return new Plot(
      {
        name: panel.name,
        title: panel.title,
        xLabel: axis.label,
        yLabel: panel.label,
        names: axis.names,
        limits: panel.name === "fractions" ? [0, 1] : null,
        press: (x) => this.chooseAt(x),
      },
      colors,
    );
  }

  private rowOf(point: number): number {
    return this.sweep.rows.findIndex((row) => row.points.includes(point));
  }

  /** The point of the present row that is nearest to this place on the axis. */
  private chooseAt(x: number): void {
    const row = this.sweep.rows[this.rowOf(this.point)];
    if (!row) return;
    const near = row.points
      .map((point, k) => [point, Math.abs(row.x[k]! - x)] as const)
      .filter(([point]) => this.shown.includes(point));
    near.sort((a, b) => a[1] - b[1]);
    if (near[0]) this.choose(near[0][0]);
  }

  private setCurves(row: number): void {
    for (const [panel, plot] of this.panels) {
      // Fractions of one row; where there is one curve a row, those of all rows.
      const curves = panel.name === "fractions" ? panel.curves.filter((curve) => curve.row === row) : panel.curves;
      const several = panel.name !== "fractions" && this.sweep.rows.length > 1;
      plot.setCurves(curves.flatMap((curve) => this.drawn(curve, this.sweep.rows[curve.row]!, several)));
    }
  }

  private drawn(curve: SweepCurve, row: Row, several: boolean): Curve[] {
    const color: Curve["color"] = (colors) =>
      several ? seriesColor(curve.row, colors) : lineColor(curve.color, colors);
    const dash = several ? seriesDash(curve.row) : lineDash(curve.color);
    const label = (several ? row.label : curve.label) + (curve.peak ? `: ${curve.peak}` : "");
    const points: Curve = {
      label,
      meaning: meaningOf(curve.label, this.dimension),
      color,
      x: row.x,
      y: numbers(curve.mean),
      error: numbers(curve.error),
      points: true,
      trusted: curve.trusted,
    };
    const line: Curve = curve.smooth
      ? {
          label: "",
          name: `${label} reweighted`,
          color,
          dash,
          x: numbers(curve.smooth.x),
          y: numbers(curve.smooth.value),
          error: numbers(curve.smooth.error),
        }
      : { label: "", color, dash, x: row.x, y: numbers(curve.mean) };
    return [points, line];
  }
}
