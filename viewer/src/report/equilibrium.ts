/** A report of equilibrium: curves over the sweep, and the configurations of the point that is chosen on them. */

import type { Bundle } from "../shared/bundle";
import { seriesColor, seriesDash } from "../shared/colors";
import { CrystalView } from "../shared/crystal_view";
import type { Curve } from "../shared/curve";
import { choice, element, slider } from "../shared/dom";
import { count } from "../shared/format";
import { glossary } from "../shared/glossary";
import { Plot } from "../shared/plot";
import type { Theme } from "../shared/theme";
import { board } from "./board";
import type { EquilibriumHeader, Smooth } from "./data";
import { FrameReader, readCrystal } from "./frames";
import { SweepPlots, numbers } from "./sweep_plots";

/** The bins from the first to the last that are not empty, with one empty one on either side. */
function inhabited<T extends Smooth>(shown: T): T {
  const full = shown.value.map((value, k) => [value ?? 0, k] as const).filter(([value]) => value > 0);
  const begin = Math.max(0, (full[0]?.[1] ?? 0) - 1);
  const end = (full[full.length - 1]?.[1] ?? shown.value.length) + 2;
  const cut = (values: Smooth["x"]) => values.slice(begin, end);
  return { ...shown, x: cut(shown.x), value: cut(shown.value), error: cut(shown.error) };
}

export class EquilibriumPage {
  readonly root: HTMLElement;
  private readonly header: EquilibriumHeader;
  private readonly view: CrystalView;
  private readonly sweep: SweepPlots;
  private readonly coursePlot: Plot;
  private readonly chainBox = element("span", {});
  private readonly frameBox = element("div", { class: "player" });
  private readonly said = element("p", { role: "status" });
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
    const finished = header.points.flatMap((point, k) => (point.crystal === null ? [] : [k]));
    this.sweep = new SweepPlots(header, finished, this.dimension, theme.colors, (point) => this.choose(point));
    this.coursePlot = new Plot(
      { name: "course", title: "This point's chains", xLabel: "sweeps", yLabel: "f_U = f_U1 + f_U2" },
      theme.colors,
    );
    const plots = element("div", { class: "plots" }, ...this.sweep.plots.map((plot) => plot.root));
    if (header.distributions.length > 0) plots.append(this.distributionPlot().root);
    plots.append(this.coursePlot.root);
    this.root = board(
      element(
        "section",
        { "aria-label": "Crystal" },
        this.view.root,
        element("div", { class: "player" }, this.sweep.choice, this.chainBox),
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
      plots,
    );
    theme.follow((colors) => {
      this.view.setColors(colors);
      for (const plot of this.allPlots()) plot.setColors(colors);
    });
    this.choose(this.sweep.middle);
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
    return [...this.sweep.plots, this.coursePlot, ...(this.distribution ? [this.distribution] : [])];
  }

  /** All crystals of a sweep have one lattice. */
  private get dimension(): number {
    return this.header.crystals[0]!.dimension;
  }

  private choose(point: number): void {
    this.point = point;
    this.sweep.show(point);
    this.chain = Math.min(this.chain, (this.header.points[point]!.chains?.length ?? 1) - 1);
    this.showPoint();
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
