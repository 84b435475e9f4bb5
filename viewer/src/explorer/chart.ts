/** Curves that grow while the explorer runs. */

import { TABLE } from "../generated/table";
import { lineColor, lineDash } from "../shared/colors";
import type { Palette } from "../shared/colors";
import { choice, element } from "../shared/dom";
import { meaningOf } from "../shared/glossary";
import { Plot } from "../shared/plot";
import type { Snapshot } from "./session";

/** Points kept of a curve; beyond it every other one goes. */
const MOST = 1500;

const FRACTIONS = TABLE.phases.map((phase) => [`f_${phase.name}`, phase.name] as const);

interface Sample {
  readonly x: number;
  readonly composition: number;
  readonly energy: number;
  readonly fractions: readonly number[];
}

export class Charts {
  readonly root = element("div", { class: "plots" });
  private samples: Sample[] = [];
  private every = 1;
  private skipped = 0;
  private readonly plots: { composition: Plot; phases: Plot; energy: Plot };
  private dimension = 2;

  constructor(private colors: Palette) {
    const plot = (name: string, title: string, label: string, limits: readonly [number, number] | null) =>
      new Plot({ name, title, xLabel: "time t (1/k₀)", yLabel: label, limits }, this.colors);
    this.plots = {
      composition: plot("composition", "Composition", "composition c", [0, 1]),
      phases: plot("phases", "Phases", "phase fraction f", [0, 1]),
      energy: plot("energy", "Energy", "energy", null),
    };
    const scales = [
      ["log", "log time"],
      ["linear", "time"],
    ] as const;
    const scale = choice("Curves over", scales, "log", (value) => this.setLogarithmic(value === "log"));
    this.root.append(...this.all.map((each) => each.root), scale.box);
    this.setLogarithmic(true);
  }

  get all(): Plot[] {
    return [this.plots.composition, this.plots.phases, this.plots.energy];
  }

  private setLogarithmic(logarithmic: boolean): void {
    for (const plot of this.all) plot.setLogarithmic(logarithmic);
  }

  setColors(colors: Palette): void {
    this.colors = colors;
    for (const plot of this.all) plot.setColors(colors);
  }

  clear(dimension: number, xLabel: string): void {
    for (const plot of this.all) plot.setXLabel(xLabel);
    this.samples = [];
    this.every = 1;
    this.dimension = dimension;
    this.draw();
  }

  /** Adds what is measured at `x`; several at one x count once. */
  add(x: number, { scalars }: Snapshot): void {
    if (this.samples.length > 0 && this.samples[this.samples.length - 1]!.x >= x) return;
    if (++this.skipped < this.every) return;
    this.skipped = 0;
    this.samples.push({
      x,
      composition: scalars.composition,
      energy: scalars.energy_elastic + scalars.energy_ising,
      fractions: FRACTIONS.map(([name]) => scalars[name]),
    });
    if (this.samples.length > MOST) {
      this.samples = this.samples.filter((_, k) => k % 2 === 0);
      this.every *= 2;
    }
  }

  draw(): void {
    const x = this.samples.map((sample) => sample.x);
    const curve = (label: string, color: string, y: number[]) => ({
      label,
      meaning: meaningOf(label, this.dimension),
      color: (colors: Palette) => lineColor(color, colors),
      dash: lineDash(color),
      x,
      y,
    });
    this.plots.composition.setCurves([
      curve(
        "c",
        "A",
        this.samples.map((sample) => sample.composition),
      ),
    ]);
    this.plots.phases.setCurves(
      FRACTIONS.map(([, name], k) => [name, k] as const)
        .filter(([name]) => this.dimension === 2 || !name.startsWith("S"))
        .map(([name, k]) =>
          curve(
            name,
            name,
            this.samples.map((sample) => sample.fractions[k]!),
          ),
        ),
    );
    this.plots.energy.setCurves([
      curve(
        "elastic and Ising",
        "A",
        this.samples.map((sample) => sample.energy),
      ),
    ]);
  }
}
