/** Plots: curves with bands of their standard error, thin single ones behind, points with error bars, a cursor. */

import uPlot from "uplot";

import type { Palette } from "./colors";
import type { Curve } from "./curve";
import { CurvePainter } from "./curve_painter";
import { button, download, element } from "./dom";
import { csv, power, short } from "./format";
import { lastNotAfter } from "./timeline";

export interface PlotOptions {
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly limits?: readonly [number, number] | null;
  /** The axis ends here, and begins at 0 where it is linear. */
  readonly until?: number;
  /** Names of the places 0, 1, ... of x where they are words. */
  readonly names?: readonly string[] | null;
  /** Places of dotted vertical lines. */
  readonly marks?: readonly number[];
  /** Said before the names in the legend. */
  readonly legend?: string;
  /** Called with the x of a press. */
  readonly press?: (x: number) => void;
}

const HEIGHT = 190;

export class Plot {
  readonly root: HTMLElement;
  private options: PlotOptions;
  private readonly place = element("div", { class: "plot-area" });
  private readonly line = element("div", { class: "cursor", hidden: true });
  private readonly legend = element("div", { class: "legend", role: "list" });
  /** Where the pointer is. */
  private readonly where = element("span", { class: "where" });
  private curves: readonly Curve[] = [];
  private told: { curve: Curve; text: Text; key: HTMLElement }[] = [];
  private colors: Palette;
  private logarithmic = false;
  /** Of the places on a linear x scale. */
  private unit = 1;
  private cursor: number | null = null;
  /** Under the pointer; null where it is not on the plot. */
  private hovered: number | null = null;
  private plot: uPlot | null = null;
  private readonly sizes: ResizeObserver;

  constructor(options: PlotOptions, colors: Palette) {
    this.options = options;
    this.colors = colors;
    const save = button("CSV", () => this.save(), { "aria-label": `Save the data of ${options.title} as CSV` });
    this.root = element(
      "figure",
      { class: "plot", "data-plot": options.name },
      element("figcaption", {}, options.title, save),
      this.place,
      this.legend,
    );
    this.sizes = new ResizeObserver(() => {
      const width = this.place.clientWidth;
      if (this.plot && width > 0 && width !== this.plot.width) {
        this.plot.setSize({ width, height: HEIGHT });
      } else if (!this.plot) this.draw();
    });
    this.sizes.observe(this.place);
  }

  /** Gives back what the page would hold of it; it cannot be used again. */
  dispose(): void {
    this.sizes.disconnect();
    this.plot?.destroy();
  }

  setCurves(curves: readonly Curve[]): void {
    this.curves = curves;
    this.unit = this.unitOf(curves);
    if (!this.plot || this.range() === null) return this.draw();
    this.plot.setData(this.still());
    this.makeLegend();
  }

  setColors(colors: Palette): void {
    this.colors = colors;
    this.draw();
  }

  /** Another name for the x axis, for curves that are set next. */
  setXLabel(label: string): void {
    if (label === this.options.xLabel) return;
    this.options = { ...this.options, xLabel: label };
    this.draw();
  }

  setLogarithmic(logarithmic: boolean): void {
    if (logarithmic === this.logarithmic) return;
    this.logarithmic = logarithmic;
    this.draw();
  }

  /** Draws a vertical line at this x, null for none; with `quietly` without telling the values there. */
  setCursor(x: number | null, quietly = false): void {
    this.cursor = x;
    this.moveLine();
    if (!quietly) this.tellValues();
  }

  /** The table behind the plot. */
  table(): string {
    const names: string[] = [];
    const columns: ArrayLike<number>[] = [];
    const told = this.curves.filter((curve) => curve.label || curve.name);
    const shared = told.every((curve) => curve.x === told[0]!.x);
    told.forEach((curve, k) => {
      const name = curve.name ?? curve.label;
      if (k === 0 || !shared) {
        names.push(shared ? this.options.xLabel : `${this.options.xLabel} (${name})`);
        columns.push(curve.x);
      }
      names.push(`${name} mean`);
      columns.push(curve.y);
      if (curve.error) {
        names.push(`${name} standard error`);
        columns.push(curve.error);
      }
    });
    return csv(names, columns);
  }

  private save(): void {
    download(`misfit-${this.options.name}.csv`, this.table(), "text/csv");
  }

  /** Curves have places of their own and are painted by a hook; uPlot has a still one, for its scales. */
  private still(): uPlot.AlignedData {
    return [this.range() ?? [0, 1], [0, 0]];
  }

  /** Makes the plot anew, for another look of its axes. */
  private draw(): void {
    const width = this.place.clientWidth;
    // Not on the page yet: the legend at once, so that the plot has its height when it comes there.
    if (width === 0) return this.makeLegend();
    this.plot?.destroy();
    this.plot = null;
    const { colors, options } = this;
    if (this.range() === null) {
      this.place.replaceChildren(element("p", { class: "nothing" }, "nothing recorded yet"));
      return this.makeLegend();
    }
    this.place.replaceChildren();
    const axis = {
      stroke: colors.ink,
      grid: { stroke: colors.grid, width: 1 },
      ticks: { stroke: colors.grid },
      font: FONT,
    };
    this.plot = new uPlot(
      {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, y: false },
        scales: {
          // Logarithms are taken here: uPlot's own scale does not reach down to times of 1e-30.
          x: { time: false, range: () => this.range() ?? [0, 1] },
          y: options.limits
            ? { range: () => [options.limits![0] - 0.02, options.limits![1] + 0.02] }
            : { range: () => this.height() },
        },
        axes: [
          {
            ...axis,
            label: options.xLabel,
            labelFont: FONT,
            labelSize: 22,
            size: 34,
            ...this.xTicks(),
          },
          {
            ...axis,
            label: options.yLabel,
            labelFont: FONT,
            labelSize: 24,
            // Room for the longest number beside the label.
            size: (_, values) => 34 + 7 * Math.max(3, ...(values ?? []).map((value) => String(value).length)),
            values: (_, splits) => splits.map(short),
          },
        ],
        series: [{}, { paths: () => null, points: { show: false } }],
        // The cursor's place too: a plot knows its scales only when it draws.
        hooks: {
          draw: [(plot) => this.painter(plot).paint(), () => this.moveLine()],
          setCursor: [(plot) => this.hover(plot)],
        },
      },
      this.still(),
      this.place,
    );
    this.plot.over.setAttribute("role", "img");
    this.plot.over.append(this.line);
    if (options.press) {
      const press = options.press;
      this.plot.over.addEventListener("click", () => {
        const at = this.pointed(this.plot!);
        if (at !== null) press(at);
      });
    }
    this.makeLegend();
  }

  /** Where the ticks of the x axis are and what they say; of a logarithmic one about eight decades. */
  private xTicks(): Partial<uPlot.Axis> {
    const { names } = this.options;
    if (names) return { splits: () => names.map((_, k) => k), values: () => [...names] };
    if (!this.logarithmic) {
      const values = (_: uPlot, splits: number[]) => splits.map((place) => short(place * this.unit));
      return this.unit === 1 ? { values } : { values, space: WIDE };
    }
    const splits = (_: uPlot, __: number, low: number, high: number) => {
      const every = Math.max(1, Math.ceil((high - low) / 8));
      const places: number[] = [];
      for (let exponent = every * Math.ceil(low / every); exponent <= high; exponent += every) places.push(exponent);
      return places;
    };
    return { splits, values: (_, places) => places.map((exponent) => `10${power(exponent)}`) };
  }

  /** A power of ten by which all places are at least 1, or 1: uPlot has no ticks closer together than 1e-24. */
  private unitOf(curves: readonly Curve[]): number {
    let high = this.options.until ?? 0;
    for (const { x } of curves) for (let k = 0; k < x.length; ++k) high = Math.max(high, Math.abs(x[k]!));
    return high > 0 && high < 1e-6 ? 10 ** Math.floor(Math.log10(high)) : 1;
  }

  /** The place of a value on the x scale; NaN where it has none. */
  private placeOf(x: number): number {
    if (!this.logarithmic) return x / this.unit;
    return x > 0 ? Math.log10(x) : NaN;
  }

  /** The x axis, from the least place to the greatest; null where nothing stands on it, or one place on a line. */
  private range(): [number, number] | null {
    let [low, high] = [Infinity, -Infinity];
    for (const { x } of this.curves) {
      for (let k = 0; k < x.length; ++k) {
        const place = this.placeOf(x[k]!);
        if (Number.isNaN(place)) continue;
        low = Math.min(low, place);
        high = Math.max(high, place);
      }
    }
    const { until } = this.options;
    if (until !== undefined && this.placeOf(until) > low) {
      high = this.placeOf(until);
      if (!this.logarithmic) low = 0;
    }
    if (!(low <= high)) return null;
    const room = this.curves.some((curve) => curve.points) ? 0.03 * (high - low) || 0.5 : 0;
    if (low === high && room === 0) return null;
    return [low - room, high + room];
  }

  private height(): [number, number] {
    let [low, high] = [Infinity, -Infinity];
    for (const { y, error, single } of this.curves) {
      const take = (value: number) => {
        if (!Number.isFinite(value)) return;
        low = Math.min(low, value);
        high = Math.max(high, value);
      };
      for (let k = 0; k < y.length; ++k) {
        const half = error && Number.isFinite(error[k]) ? error[k]! : 0;
        take(y[k]! - half);
        take(y[k]! + half);
      }
      for (const row of single ?? []) for (let k = 0; k < row.length; ++k) take(row[k]!);
    }
    if (!(low <= high)) return [0, 1];
    if (low > 0 && low < 0.5 * high) low = 0;
    const room = 0.05 * (high - low) || 0.5;
    return [low === 0 ? 0 : low - room, high + room];
  }

  private painter(plot: uPlot): CurvePainter {
    return new CurvePainter(plot, this.curves, this.options.marks ?? [], this.colors, (x) => this.placeOf(x));
  }

  /** The cursor is an element of its own, so that playing draws no curve again. */
  private moveLine(): void {
    const place = this.cursor === null ? NaN : this.placeOf(this.cursor);
    const shown = this.plot !== null && !Number.isNaN(place);
    const left = shown ? this.plot!.valToPos(place, "x") : -1;
    this.line.hidden = !shown || left < 0 || left > this.plot!.over.clientWidth + 1;
    this.line.style.transform = `translateX(${left}px)`;
  }

  /** The x under the pointer. */
  private pointed(plot: uPlot): number | null {
    const left = plot.cursor.left ?? -1;
    if (left < 0) return null;
    const place = plot.posToVal(left, "x");
    return this.logarithmic ? 10 ** place : place * this.unit;
  }

  private hover(plot: uPlot): void {
    const at = this.pointed(plot);
    if (at === this.hovered) return;
    this.hovered = at;
    this.tellValues();
  }

  /** The legend: what each curve is, with room for its value at the cursor. */
  private makeLegend(): void {
    const told = new Set<string>();
    this.told = this.curves
      .filter((curve) => curve.label && !told.has(curve.label) && told.add(curve.label))
      .map((curve) => {
        const dash = element("i", { class: curve.points ? "dot" : "line" });
        dash.style.setProperty("--color", curve.color(this.colors));
        if (curve.dash?.length) dash.classList.add("dashed");
        const text = document.createTextNode(curve.label);
        const key = element("span", { class: "key", role: "listitem", title: curve.meaning ?? "" }, dash, text);
        return { curve, text, key };
      });
    // Once long, it keeps its room: the next crystal may have fewer phases, and nothing below moves.
    if (this.told.length > 3) this.legend.classList.add("long");
    this.legend.replaceChildren(this.where, this.options.legend ?? "", ...this.told.map(({ key }) => key));
    this.tellValues();
  }

  /** The values under the pointer, or else at the cursor, which is also what a screen reader hears. */
  private tellValues(): void {
    const at = this.hovered ?? this.cursor;
    for (const { curve, text } of this.told) {
      const k = at === null ? -1 : curve.points ? nearest(curve.x, at) : lastNotAfter(curve.x, at);
      const said = k < 0 ? curve.label : `${curve.label} ${withError(curve, k)}`;
      if (text.data !== said) text.data = said;
    }
    const { names } = this.options;
    // On an axis of words, and of points, the values are those of the nearest place.
    const place =
      this.told[0]?.curve.points && at !== null ? this.told[0].curve.x[nearest(this.told[0].curve.x, at)]! : at;
    this.where.textContent = this.hovered === null || place === null ? "" : `at ${names?.[place] ?? short(place)}:`;
    const values = this.told.map(({ text }) => text.data).join(", ");
    this.plot?.over.setAttribute("aria-label", `${this.options.title}: ${values}`);
  }
}

function withError(curve: Curve, k: number): string {
  const error = curve.points ? (curve.error?.[k] ?? NaN) : NaN;
  return short(curve.y[k]!) + (Number.isFinite(error) && error > 0 ? ` ± ${short(Number(error.toPrecision(2)))}` : "");
}

function nearest(x: ArrayLike<number>, at: number): number {
  let best = x.length > 0 ? 0 : -1;
  for (let k = 1; k < x.length; ++k) if (Math.abs(x[k]! - at) < Math.abs(x[best]! - at)) best = k;
  return best;
}

/** Pixels for a number with a power of ten. */
const WIDE = 90;
const FONT = "12px system-ui, sans-serif";
