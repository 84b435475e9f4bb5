/** A report of exchange: the crystal playing over time, and curves tied to the same time. */

import type { Bundle } from "../shared/bundle";
import { lineColor, lineDash } from "../shared/colors";
import type { Crystal } from "../shared/crystal";
import { profile } from "../shared/crystal";
import { CrystalView } from "../shared/crystal_view";
import type { Curve } from "../shared/curve";
import { button, choice, element } from "../shared/dom";
import { short } from "../shared/format";
import { glossary, meaningOf } from "../shared/glossary";
import { Plot } from "../shared/plot";
import type { Theme } from "../shared/theme";
import type { TimeScale } from "../shared/timeline";
import { Player, TimeMap } from "../shared/timeline";
import type { Ensemble, Panel } from "./data";
import { FrameReader, readCrystal } from "./frames";
import { keysHelp } from "./keys_help";
import type { Film } from "./movie";
import { MovieButton } from "./movie";
import type { Shown } from "./opening";
import { opening } from "./opening";

const SECONDS = 12;
/** Milliseconds. */
const TELL_EVERY = 100;
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const AXES = ["x", "y", "z"] as const;

export class ExchangePage {
  /** The crystal, playing, with what is chosen of it. */
  readonly left: HTMLElement;
  /** The curves. */
  readonly plotsBox = element("div", { class: "plots" });
  private readonly crystal: Crystal;
  private readonly reader: FrameReader | null;
  private readonly views: CrystalView[] = [];
  private readonly units: [number, number] = [0, 1];
  private readonly viewsBox = element("div", { class: "views" });
  private readonly plots = new Map<Panel, Plot>();
  private readonly profilePlot: Plot | null = null;
  private readonly notes: string[] = [];
  private readonly time = element("input", {
    type: "range",
    class: "time",
    min: 0,
    max: 1,
    step: "any",
    "aria-label": "Time",
  });
  private readonly clock = element("output", { "aria-live": "off" });
  private readonly player: Player;
  private readonly playButton: HTMLButtonElement;
  private readonly movie = new MovieButton(() => this.film());
  private readonly scaleSelect: HTMLSelectElement;
  private map: TimeMap;
  /** On the slider, 0 to 1. */
  private place = 0;
  private frame = 0;
  private toldAt = 0;
  private compare = false;
  private axis: 0 | 1 | 2;

  private readonly unfollow: () => void;
  private readonly listening = new AbortController();

  /**
   * `name` is what the run is called. `before` is what was shown of another ensemble; without it the page opens with the
   * frame that tells most.
   */
  constructor(
    private readonly bundle: Bundle<unknown>,
    private readonly header: Ensemble,
    private readonly theme: Theme,
    private readonly name: string,
    before: Shown | null = null,
  ) {
    this.crystal = readCrystal(bundle, header.crystal);
    this.axis = this.crystal.dimension === 3 ? 2 : 1;
    this.reader = header.frames && new FrameReader(bundle, this.crystal, header.frames, header.deviations);
    if (this.reader && this.reader.count === 0) this.reader = null;
    const opens = opening(bundle, header, this.times());
    const scaleShown = before?.scale ?? opens.scale;
    this.map = this.timeMap(scaleShown);
    this.time.dataset["until"] = String(header.until);
    this.player = new Player(
      SECONDS,
      () => this.place,
      (place) => this.goTo(this.map.timeAt(place), place),
      () => this.showPlaying(),
    );
    this.playButton = button("Play", () => this.player.toggle(), { "aria-pressed": "false", "data-role": "play" });
    const scale = choice(
      "Scale",
      [
        ["linear", "linear time"],
        ["log", "logarithmic time"],
      ],
      scaleShown,
      (value) => this.setScale(value as TimeScale),
    );
    this.scaleSelect = scale.select;
    scale.box.title =
      "A report opens in logarithmic time where half of the change of c comes within the first tenth of the time shown.";
    this.time.addEventListener("input", () =>
      this.goTo(this.map.timeAt(Number(this.time.value)), Number(this.time.value)),
    );

    for (const panel of header.panels) {
      const plot = new Plot(
        {
          name: panel.name,
          title: panel.title,
          xLabel: "time t (1/k₀)",
          yLabel: panel.label,
          limits: panel.limits,
          until: header.until,
          marks: header.stage_starts.slice(1),
          legend: header.trajectories.length > 1 ? "mean:" : "",
          press: (time) => this.goTo(time),
        },
        theme.colors,
      );
      plot.setLogarithmic(scaleShown === "log");
      this.plots.set(panel, plot);
      this.plotsBox.append(plot.root);
    }
    if (this.reader) {
      this.profilePlot = new Plot(
        {
          name: "profile",
          title: "Profile",
          xLabel: "place along the axis (spacings)",
          yLabel: "fraction of A in the layer",
          limits: [0, 1],
        },
        theme.colors,
      );
      const axes = AXES.slice(0, this.crystal.dimension).map((name, k) => [String(k), name] as const);
      const along = choice("along", axes, String(this.axis), (value) => {
        this.axis = Number(value) as 0 | 1 | 2;
        this.showProfile();
      });
      this.profilePlot.root.querySelector("figcaption")!.firstChild!.after(" ", along.box);
      this.plotsBox.append(this.profilePlot.root);
      this.addView();
    }
    const several = header.trajectories.length > 1;
    this.plotsBox.prepend(
      element(
        "p",
        { class: "help" },
        several
          ? `Bold: mean of ${header.trajectories.length} trajectories, with the band of its standard error. Faint: single ones; thin: the one whose picture is shown.`
          : "One trajectory.",
        header.stage_starts.length > 1 ? " Dotted: where a stage begins." : "",
      ),
    );
    this.left = this.makeLeft(scale.box);
    if (before) for (const view of this.views) view.setColoring(before.coloring);
    this.setCurves();
    this.unfollow = this.theme.follow((colors) => {
      for (const view of this.views) view.setColors(colors);
      for (const plot of this.allPlots()) plot.setColors(colors);
    });
    document.addEventListener("keydown", (event) => this.key(event), { signal: this.listening.signal });
    this.goTo(before?.time ?? (this.reader ? (opens.time ?? this.map.timeAt(0.12)) : 0));
  }

  get shown(): Shown {
    const coloring = this.views[0]?.coloring ?? "species";
    return { time: this.map.timeAt(this.place), scale: this.map.scale, coloring };
  }

  /** Pauses, and gives back what the browser and the page hold for it; it cannot be used again. */
  dispose(): void {
    this.movie.cancel();
    this.player.pause();
    this.listening.abort();
    this.unfollow();
    for (const view of this.views) view.dispose();
    for (const plot of this.allPlots()) plot.dispose();
  }

  /** What the browser lacks, to be said above the page. */
  get remarks(): readonly string[] {
    return this.notes;
  }

  private makeLeft(scale: HTMLElement): HTMLElement {
    const box = element("section", { "aria-label": "Crystal" });
    if (!this.reader) {
      box.append(
        element("p", {}, "This run kept no frames of the crystal; its curves are on the right."),
        glossary(this.crystal.dimension),
      );
      return box;
    }
    const trajectory = this.trajectoryChoice("Trajectory", 0);
    const second = this.trajectoryChoice("beside", 1);
    second.box.hidden = true;
    const compare = button(
      "Two side by side",
      () => {
        this.compare = !this.compare;
        compare.setAttribute("aria-pressed", String(this.compare));
        second.box.hidden = !this.compare;
        if (this.compare && this.views.length < 2) this.addView();
        this.viewsBox.replaceChildren(...this.views.slice(0, this.compare ? 2 : 1).map((view) => view.root));
        this.setCurves();
        this.show();
      },
      { "aria-pressed": "false" },
    );
    const speed = choice(
      "Speed",
      SPEEDS.map((value) => [String(value), `${value}×`] as const),
      "1",
      (value) => {
        this.player.speed = Number(value);
      },
    );
    box.append(
      this.viewsBox,
      element(
        "div",
        { class: "player", role: "group", "aria-label": "Player" },
        element("div", { class: "timeline" }, this.time, this.clock),
        this.playButton,
        element(
          "span",
          { class: "group" },
          button("◀", () => this.step(-1), { "aria-label": "One frame back" }),
          button("▶", () => this.step(1), { "aria-label": "One frame on" }),
        ),
        speed.box,
        scale,
      ),
      element(
        "div",
        { class: "player" },
        trajectory.box,
        this.header.trajectories.length > 1 ? compare : "",
        second.box,
        this.movie.root,
      ),
      keysHelp(this.crystal.dimension),
      glossary(this.crystal.dimension),
    );
    return box;
  }

  private trajectoryChoice(label: string, view: 0 | 1) {
    const { trajectories, ends, end_times } = this.header;
    const options = trajectories.map(
      (unit, k) => [String(k), `${unit}: ${ends[k]} at t = ${short(end_times[k]!)}`] as const,
    );
    this.units[view] = Math.min(view, trajectories.length - 1);
    return choice(label, options, String(this.units[view]), (value) => {
      this.units[view] = Number(value);
      this.setCurves();
      this.show();
    });
  }

  private addView(): void {
    const view = new CrystalView("The crystal", this.theme.colors);
    view.setCrystal(this.crystal, this.reader!.classifier);
    if (view.note && this.notes.length === 0) this.notes.push(view.note);
    const place = this.views.length;
    view.onCamera = () => this.views[1 - place]?.followCamera(view);
    this.views.push(view);
    if (place === 1) view.followCamera(this.views[0]!);
    this.viewsBox.append(view.root);
  }

  private allPlots(): Plot[] {
    return [...this.plots.values(), ...(this.profilePlot ? [this.profilePlot] : [])];
  }

  private times(): Float64Array {
    return this.reader?.times ?? this.bundle.numbers(this.header.clocks.scalars);
  }

  private timeMap(scale: TimeScale): TimeMap {
    return new TimeMap(this.times(), this.header.until, scale);
  }

  private setScale(scale: TimeScale): void {
    const time = this.map.timeAt(this.place);
    this.map = this.timeMap(scale);
    this.scaleSelect.value = scale;
    for (const plot of this.plots.values()) plot.setLogarithmic(scale === "log");
    this.goTo(time);
  }

  /** The curves of every panel: the mean with its band, all single ones, and those of the trajectories shown. */
  private setCurves(): void {
    for (const [panel, plot] of this.plots) {
      const x = this.bundle.numbers(this.header.clocks[panel.clock]);
      plot.setCurves(
        panel.series.flatMap((series): Curve[] => {
          const single = series.places.map((_, k) => this.bundle.row(series.single, k));
          const color: Curve["color"] = (colors) => lineColor(series.color, colors);
          const shown = this.shownUnits
            .map((unit) => series.places.indexOf(unit))
            .filter((k) => k >= 0 && single.length > 1)
            .map((k): Curve => ({ label: "", color, x, y: single[k]!, thin: true }));
          const mean: Curve = {
            label: series.label,
            meaning: meaningOf(series.label, this.crystal.dimension),
            color,
            dash: lineDash(series.color),
            x,
            y: this.bundle.numbers(series.mean),
            error: this.bundle.numbers(series.error),
            single,
          };
          return [mean, ...shown];
        }),
      );
    }
  }

  /** Whose pictures are seen, by their places in the record. */
  private get shownUnits(): number[] {
    return this.reader ? this.units.slice(0, this.compare ? 2 : 1) : [];
  }

  private goTo(time: number, place = this.map.placeOf(time), frame?: number): void {
    const until = Math.min(Math.max(time, 0), this.header.until);
    this.place = place;
    this.frame = frame ?? (this.reader ? this.map.frameAt(until) : 0);
    const shown = this.reader ? this.reader.times[this.frame]! : until;
    // While it plays, all but the picture changes ten times a second: more cannot be read, and where there is no
    // graphics card, painting the slider or a number takes as long as the crystal.
    const now = performance.now();
    const quietly = (this.player?.playing || this.movie.filming) && now - this.toldAt < TELL_EVERY;
    if (!quietly) {
      this.toldAt = now;
      this.time.value = String(place);
      this.time.setAttribute("aria-valuetext", `time ${short(shown)}`);
      this.clock.textContent = this.clockText(shown);
    }
    for (const plot of this.plots.values()) plot.setCursor(shown, quietly);
    this.show(quietly);
  }

  private clockText(time: number): string {
    const starts = this.header.stage_starts;
    const stage = `, stage ${starts.filter((start) => start <= time).length} of ${starts.length}`;
    return `t = ${short(time)}${starts.length > 1 ? stage : ""}`;
  }

  /** Every frame once, in as much time as it plays. */
  private film(): Film {
    this.player.pause();
    const before = this.place;
    const times = this.reader!.times;
    const units = this.shownUnits.map((unit) => `trajectory ${this.header.trajectories[unit]}`);
    return {
      run: this.name,
      shown: units.join(" "),
      views: this.views.slice(0, units.length),
      count: this.map.frameAt(this.header.until) + 1,
      seconds: SECONDS / this.player.speed,
      show: (frame) => this.goTo(times[frame]!, undefined, frame),
      words: (frame, view) => `${this.clockText(times[frame]!)}, ${units[view]}`,
      colors: () => this.theme.colors,
      end: () => {
        if (!this.listening.signal.aborted) this.goTo(this.map.timeAt(before), before);
      },
    };
  }

  private step(by: number): void {
    if (!this.reader) return;
    this.player.pause();
    const frame = Math.min(this.reader.count - 1, Math.max(0, this.frame + by));
    this.goTo(this.reader.times[frame]!);
  }

  private show(quietly = false): void {
    if (!this.reader) return;
    this.views.slice(0, this.compare ? 2 : 1).forEach((view, k) => {
      const unit = this.units[k as 0 | 1];
      const title = `Trajectory ${this.header.trajectories[unit]} at time ${short(this.reader!.times[this.frame]!)}`;
      view.setFrame(this.reader!.frame(unit, this.frame), title);
    });
    if (!quietly) this.showProfile();
  }

  private showProfile(): void {
    if (!this.reader || !this.profilePlot) return;
    const units = this.units.slice(0, this.compare ? 2 : 1);
    this.profilePlot.setCurves(
      units.map((unit, k): Curve => {
        const { place, value } = profile(this.crystal, this.reader!.sigma(unit, this.frame), this.axis);
        return {
          label: `trajectory ${this.header.trajectories[unit]}`,
          color: (colors) => lineColor(k === 0 ? "A" : "B", colors),
          dash: k === 0 ? [] : [7, 3],
          x: place,
          y: value,
        };
      }),
    );
  }

  private showPlaying(): void {
    if (!this.player.playing) this.goTo(this.map.timeAt(this.place), this.place);
    this.playButton.textContent = this.player.playing ? "Pause" : "Play";
    this.playButton.setAttribute("aria-pressed", String(this.player.playing));
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (["INPUT", "SELECT", "TEXTAREA", "BUTTON", "SUMMARY"].includes(target.tagName)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || !this.reader || this.movie.filming) return;
    if (event.key === " ") this.player.toggle();
    else if (event.key === "ArrowRight") this.step(1);
    else if (event.key === "ArrowLeft") this.step(-1);
    else if (event.key.toLowerCase() === "l") this.setScale(this.map.scale === "log" ? "linear" : "log");
    else return;
    event.preventDefault();
  }
}
