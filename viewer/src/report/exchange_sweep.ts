/** A report of a sweep of exchange: curves over the sweep, and the trajectories of the point that is chosen on them. */

import type { Bundle } from "../shared/bundle";
import { element } from "../shared/dom";
import type { Theme } from "../shared/theme";
import { board } from "./board";
import type { ExchangeSweepHeader } from "./data";
import { ExchangePage } from "./exchange";
import { SweepPlots } from "./sweep_plots";

export class ExchangeSweepPage {
  readonly root: HTMLElement;
  private readonly sweep: SweepPlots;
  private readonly said = element("p", { class: "said", role: "status" });
  private readonly name = element("h2", {});
  /** Where the parts of the chosen point's page stand. */
  private readonly crystalPlace = element("div", {});
  private readonly curvesPlace = element("section", { "aria-label": "Curves over time" });
  private point = -1;
  private page: ExchangePage | null = null;

  constructor(
    private readonly bundle: Bundle<ExchangeSweepHeader>,
    private readonly theme: Theme,
  ) {
    const { header } = bundle;
    const shown = header.points.flatMap((point, k) => (point.ensemble ? [k] : []));
    const { dimension } = header.points[shown[0]!]!.ensemble!.crystal;
    this.sweep = new SweepPlots(header, shown, dimension, theme.colors, (point) => this.choose(point));
    const isBound = header.panels.some(({ curves }) => curves.some(({ trusted }) => trusted.includes(false)));
    const curves = element(
      "div",
      { class: "plots" },
      element(
        "p",
        { class: "help" },
        "A press on a curve shows the trajectories there.",
        isBound ? " Open points are lower bounds: some trajectories there have not completed their exchange." : "",
      ),
      ...this.sweep.plots.map((plot) => plot.root),
      this.curvesPlace,
    );
    const crystal = element(
      "div",
      {},
      element("div", { class: "player" }, this.sweep.choice),
      this.said,
      this.crystalPlace,
    );
    this.root = board(crystal, curves);
    theme.follow((colors) => {
      for (const plot of this.sweep.plots) plot.setColors(colors);
    });
    this.choose(this.sweep.middle);
  }

  /** What the browser lacks, to be said above the page. */
  get remarks(): readonly string[] {
    return this.page?.remarks ?? [];
  }

  private choose(point: number): void {
    if (point === this.point) return;
    this.point = point;
    const { label, complete, ensemble } = this.bundle.header.points[point]!;
    this.page?.dispose();
    const name = `${this.bundle.header.heading}, ${label}`;
    this.page = new ExchangePage(this.bundle, ensemble!, this.theme, name, this.page?.shown);
    this.sweep.show(point);
    this.name.textContent = label;
    this.said.textContent = complete ?? "";
    this.crystalPlace.replaceChildren(this.page.left);
    this.curvesPlace.replaceChildren(this.name, this.page.plotsBox);
  }
}
