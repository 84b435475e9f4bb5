/** A report of equilibrium: curves over the sweep, and the configurations of the point that is chosen on them. */

import type { Bundle } from "../shared/bundle";
import { lineColor, lineDash, seriesColor, seriesDash } from "../shared/colors";
import { CrystalView } from "../shared/crystal_view";
import { scrollingColumn } from "../shared/column";
import type { Curve } from "../shared/curve";
import { choice, element, slider } from "../shared/dom";
import { count } from "../shared/format";
import { glossary, meaningOf } from "../shared/glossary";
import { Plot } from "../shared/plot";
import type { Theme } from "../shared/theme";
import type { EquilibriumHeader, Row, Smooth, SweepCurve, SweepPanel } from "./data";
import { FrameReader, readCrystal } from "./frames";

const numbers = (values: readonly (number | null)[]) => values.map((value) => value ?? NaN);

/** The bins from the first to the last that are not empty, with one empty one on either side. */
function inhabited<T extends Smooth>(shown: T): T {
  const full = shown.value.map((value, k) => [value ?? 0, k] as const).filter(([value]) => value > 0);
  const begin = Math.max(0, (full[0]?.[1] ?? 0) - 1);
  const end = (full[full.length - 1]?.[1] ?? shown.value.length) + 2;
  const cut = (values: Smooth["x"]) => values.slice(begin, end);
  return { ...shown, x: cut(shown.x), value: cut(shown.value), error: cut(shown.error) };
}

export class EquilibriumPage {
  readonly root = element("div", { class: "board" });
  private readonly header: EquilibriumHeader;
  private readonly view: CrystalView;
  private readonly plots: [SweepPanel, Plot][] = [];
  private readonly coursePlot: Plot;
  private readonly chainBox = element("span", {});
  private readonly frameBox = element("div", { class: "player" });
  private readonly said = element("p", { role: "status" });
  private readonly pointSelect: HTMLSelectElement;
  private readonly readers = new Map<number, FrameReader | null>();
  private point = -1;
  private chain = 0;
  private frame = 0;

  constructor(
    private readonly bundle: Bundle<EquilibriumHeader>,
    private readonly theme: Theme,
  ) {
    this.header = bundle.header;
    const { header } = this;
    this.view = new CrystalView("The crystal", theme.colors);
    const points = header.points.flatMap((point, k) =>
      point.crystal === null ? [] : [[String(k), point.label || "the only one"] as const],
    );
    const chosen = choice("Point", points, points[0]![0], (value) => this.choose(Number(value)));
    this.pointSelect = chosen.select;
    this.coursePlot = new Plot(
      { name: "course", title: "This point's chains", xLabel: "sweeps", yLabel: "f_U = f_U1 + f_U2" },
      theme.colors,
    );
    const plots = element("div", { class: "plots" });
    for (const panel of header.panels) {
      const plot = new Plot(
        {
          name: panel.name,
          title: panel.title,
          xLabel: header.axis!.label,
          yLabel: panel.label,
          names: header.axis!.names,
          limits: panel.name === "fractions" ? [0, 1] : null,
          press: (x) => this.chooseAt(x),
        },
        theme.colors,
      );
      this.plots.push([panel, plot]);
      plots.append(plot.root);
    }
    if (header.distributions.length > 0) plots.append(this.distributionPlot().root);
    plots.append(this.coursePlot.root);
    this.root.append(
      element(
        "section",
        { "aria-label": "Crystal" },
        this.view.root,
        element("div", { class: "player" }, chosen.box, this.chainBox),
        this.frameBox,
        this.said,
        header.rows.length > 0
          ? element(
              "p",
              { class: "help" },
              "A press on a curve shows the configurations there. Open points: runs too short for their own correlation time.",
            )
          : "",
        glossary(this.dimension),
      ),
      scrollingColumn(plots),
    );
    theme.follow((colors) => {
      this.view.setColors(colors);
      for (const plot of this.allPlots()) plot.setColors(colors);
    });
    this.choose(Number(points[Math.floor(points.length / 2)]![0]));
  }

  get remarks(): readonly string[] {
    return this.view.note ? [this.view.note] : [];
  }

  private distribution: Plot | null = null;

  private distributionPlot(): Plot {
    this.distribution = new Plot(
      { name: "distribution", title: "P(f_U) where χ is largest", xLabel: "f_U", yLabel: "density P(f_U)" },
      this.theme.colors,
    );
    this.distribution.setCurves(
      this.header.distributions.map(inhabited).map((shown, k) => ({
        label: this.header.rows[shown.row]!.label || "P(f_U)",
        color: (colors) => seriesColor(k, colors),
        dash: seriesDash(k),
        x: numbers(shown.x),
        y: numbers(shown.value),
        error: numbers(shown.error),
      })),
    );
    return this.distribution;
  }

  private allPlots(): Plot[] {
    return [...this.plots.map(([, plot]) => plot), this.coursePlot, ...(this.distribution ? [this.distribution] : [])];
  }

  /** All crystals of a sweep have one lattice. */
  private get dimension(): number {
    return this.header.crystals[0]!.dimension;
  }

  private rowOf(point: number): number {
    return this.header.rows.findIndex((row) => row.points.includes(point));
  }

  /** The point of the present row that is nearest to this place on the axis. */
  private chooseAt(x: number): void {
    const row = this.header.rows[Math.max(0, this.rowOf(this.point))];
    if (!row) return;
    const finished = row.points
      .map((point, k) => [point, row.x[k]!] as const)
      .filter(([point]) => this.header.points[point]!.crystal !== null);
    finished.sort((a, b) => Math.abs(a[1] - x) - Math.abs(b[1] - x));
    if (finished[0]) this.choose(finished[0][0]);
  }

  private choose(point: number): void {
    const before = this.rowOf(this.point);
    this.point = point;
    this.pointSelect.value = String(point);
    const row = this.rowOf(point);
    if (row !== before || this.plots.length === 0) this.setCurves(row);
    const at = row < 0 ? null : this.header.rows[row]!.x[this.header.rows[row]!.points.indexOf(point)]!;
    for (const [, plot] of this.plots) plot.setCursor(at);
    this.chain = Math.min(this.chain, (this.header.points[point]!.chains?.length ?? 1) - 1);
    this.showPoint();
  }

  private setCurves(row: number): void {
    for (const [panel, plot] of this.plots) {
      // Fractions of one row; where there is one curve a row, those of all rows.
      const curves = panel.name === "fractions" ? panel.curves.filter((curve) => curve.row === row) : panel.curves;
      const several = panel.name !== "fractions" && this.header.rows.length > 1;
      plot.setCurves(curves.flatMap((curve) => this.drawn(curve, this.header.rows[curve.row]!, several)));
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

  private reader(): FrameReader | null {
    const { point } = this;
    if (!this.readers.has(point)) {
      const header = this.header.points[point]!;
      const crystal = readCrystal(this.bundle, this.header.crystals[header.crystal!]!);
      const reader = header.frames
        ? new FrameReader(this.bundle, crystal, header.frames, header.deviations ?? null)
        : null;
      this.readers.set(point, reader);
      if (reader) this.view.setCrystal(crystal, reader.classifier);
    } else if (this.readers.get(point)) {
      const crystal = readCrystal(this.bundle, this.header.crystals[this.header.points[point]!.crystal!]!);
      this.view.setCrystal(crystal, this.readers.get(point)!.classifier);
    }
    return this.readers.get(point)!;
  }

  private showPoint(): void {
    const header = this.header.points[this.point]!;
    const reader = this.reader();
    const chains = (header.chains ?? []).map((start, k) => [String(k), `${k}: ${start}`] as const);
    const chosen = choice("Chain", chains, String(this.chain), (value) => {
      this.chain = Number(value);
      this.showFrame(reader);
    });
    this.chainBox.replaceChildren(chosen.box);
    this.said.textContent =
      header.acceptance === undefined
        ? ""
        : `${(100 * header.acceptance).toPrecision(2)} % of the attempts here were accepted.`;
    this.showCourse();
    if (!reader) {
      this.frameBox.replaceChildren("No frames of the crystal were kept at this point.");
      return;
    }
    this.frame = reader.count - 1;
    const frames = slider("Frame", { min: 0, max: reader.count - 1, step: 1 }, this.frame, (value) => {
      this.frame = value;
      this.showFrame(reader);
    });
    this.frameBox.replaceChildren(frames.box);
    this.showFrame(reader);
  }

  private showFrame(reader: FrameReader | null): void {
    if (!reader) return;
    const title = `${this.header.points[this.point]!.label || "Chain"}, chain ${this.chain}, sweep ${count(reader.times[this.frame]!)}`;
    this.view.setFrame(reader.frame(this.chain, this.frame), title);
    this.coursePlot.setCursor(reader.times[this.frame]!);
    const told = this.frameBox.querySelector("output") ?? this.frameBox.appendChild(element("output", {}));
    told.textContent = `sweep ${count(reader.times[this.frame]!)}`;
  }

  private showCourse(): void {
    const { course, chains } = this.header.points[this.point]!;
    this.coursePlot.root.hidden = !course;
    if (!course) return;
    const x = this.bundle.numbers(course.sweep);
    this.coursePlot.setCurves(
      (chains ?? []).map(
        (start, k): Curve => ({
          label: `chain ${k}: ${start}`,
          color: (colors) => seriesColor(k, colors),
          dash: seriesDash(k),
          x,
          y: this.bundle.row(course.value, k),
        }),
      ),
    );
  }
}
