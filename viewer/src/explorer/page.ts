/** The explorer's page: the crystal, the player, the form, the curves. It asks the worker and shows what it answers. */

import { TABLE } from "../generated/table";
import type { Coloring } from "../shared/colors";
import type { Crystal } from "../shared/crystal";
import { PhaseClassifier } from "../shared/crystal";
import { CrystalView } from "../shared/crystal_view";
import { button, choice, download, element } from "../shared/dom";
import { count, short } from "../shared/format";
import { glossary } from "../shared/glossary";
import type { Theme } from "../shared/theme";
import { Charts } from "./chart";
import type { Change } from "./controls";
import { Controls } from "./controls";
import type { Parameters } from "./experiment";
import { START_FILE, fromAddress, sitesOf, toAddress } from "./experiment";
import type { Answer, Request } from "./messages";
import { PaceControl } from "./pace";
import type { Preset } from "./presets";
import { PresetBar, presetOf } from "./presets";
import type { Sites, Snapshot } from "./session";
import { Working } from "./working";

/** Pictures between two drawings of the curves. */
const CURVES_EVERY = 6;
/** Milliseconds between two changes of the numbers while it runs. */
const TELL_EVERY = 100;
const BRUSH_HELP = {
  2: "Press or drag to paint, or use tab, the arrow keys and space",
  3: "Press or drag to paint, or use tab, arrow keys, page up and down, and space",
};
const ENDS = {
  until: "the end of the time asked for",
  composition: "no A is left",
  frozen: "nothing can happen any more",
  max_events: "",
  paused: "",
};

export class ExplorerPage {
  readonly root: HTMLElement;
  private parameters: Parameters;
  private readonly view: CrystalView;
  private readonly charts: Charts;
  private readonly controls: Controls;
  private readonly status = element("output", { class: "status", role: "status" });
  private readonly message = element("p", { class: "warning", role: "alert" });
  private readonly runButton = button("Run", () => this.toggle(), { "aria-pressed": "false", "data-role": "run" });
  private readonly glossary = element("div", {});
  private readonly acting: (HTMLButtonElement | HTMLSelectElement)[] = [];
  private readonly numbers = element("dl", { class: "numbers" });
  private crystal: Crystal | null = null;
  private classifier: PhaseClassifier | null = null;
  /** A crystal is being built; what is wanted after it, if that has changed meanwhile. */
  private building = false;
  private wanted: Parameters | null = null;
  private readonly working = new Working();
  private running = false;
  private waiting = false;
  private last = 0;
  private pictures = 0;
  /** Tells the numbers of the last snapshot, where they were not yet. */
  private untold: (() => void) | null = null;
  private toldAt = 0;
  /** Nothing follows the last snapshot. */
  private ended = false;
  private readonly pace = new PaceControl();
  private readonly presets = new PresetBar((preset) => this.choose(preset));
  private brush = 0;
  private startsElsewhere = false;

  constructor(
    theme: Theme,
    private readonly ask: (request: Request) => void,
  ) {
    const { parameters, faults } = fromAddress(location.hash);
    this.parameters = parameters;
    this.message.textContent = faults.join("; ");
    this.view = new CrystalView("The crystal", theme.colors, ["species", "phase", "deviation", "potential"]);
    this.view.onSite = (site) => this.paint(site);
    this.view.onColoring = (coloring) => this.ask({ kind: "strain", wanted: coloring === "deviation" });
    this.charts = new Charts(theme.colors);
    this.controls = new Controls(parameters, (changed, change) => this.change(changed, change));
    this.root = element(
      "div",
      { class: "explorer" },
      this.presets.root,
      element(
        "div",
        { class: "board" },
        element(
          "section",
          { "aria-label": "Crystal" },
          this.working.root,
          this.view.root,
          this.player(),
          element("div", { class: "said" }, this.status, this.message),
          this.numbers,
          this.view.tools,
          this.keeping(),
          this.glossary,
        ),
        this.charts.root,
        this.controls.root,
      ),
    );
    if (this.view.note) this.root.prepend(element("p", { class: "warnings" }, this.view.note));
    theme.follow((colors) => {
      this.view.setColors(colors);
      this.charts.setColors(colors);
    });
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("hashchange", () => this.readAddress());
  }

  /** Opens running, except for readers who want nothing to move by itself. */
  begin(): void {
    const { method } = this.parameters;
    const preset = presetOf(this.parameters);
    this.pace.setMethod(method);
    this.pace.set(preset?.pace ?? "log", preset?.speed ?? (method === "exchange" ? 3 : 10));
    if (preset) this.setColoring(preset.coloring);
    this.presets.show(this.parameters);
    this.setRunning(!matchMedia("(prefers-reduced-motion: reduce)").matches);
    this.build(this.parameters);
  }

  private setColoring(coloring: Coloring): void {
    if (this.view.coloring === "deviation") this.ask({ kind: "strain", wanted: false });
    this.view.setColoring(coloring);
  }

  private choose({ parameters }: Preset): void {
    history.replaceState(null, "", `#${toAddress(parameters)}`);
    this.takeOver(parameters, []);
  }

  /** Has a crystal built; while one is, the last that is asked for is next. */
  private build(parameters: Parameters): void {
    if (this.building) {
      this.wanted = parameters;
      return;
    }
    this.setBuilding(true);
    this.status.textContent = "Computing the potential…";
    this.working.begin(sitesOf(parameters));
    this.ask({ kind: "build", parameters });
  }

  /** What acts on a crystal has to wait for it; the form does not. */
  private setBuilding(building: boolean): void {
    this.building = building;
    this.root.setAttribute("aria-busy", String(building));
    this.controls.setBuilding(building);
    for (const control of this.acting) control.disabled = building;
    if (building) return;
    this.working.end();
    const wanted = this.wanted;
    this.wanted = null;
    if (wanted) this.build(wanted);
  }

  /** Shows what the worker answers. */
  take(answer: Answer): void {
    if (answer.kind === "built") this.built(answer.sites);
    else if (answer.kind === "shown") this.shown(answer.snapshot, answer.restarted);
    else if (answer.kind === "saved") this.saved(answer.toml, answer.xyz);
    else {
      this.waiting = false;
      this.setRunning(false);
      this.setBuilding(false);
      this.status.textContent = "";
      this.message.textContent = answer.message;
      document.documentElement.dataset["ready"] = "yes";
    }
  }

  private player(): HTMLElement {
    const brush = choice(
      "Paint",
      [["0", "off"], ...TABLE.species.map(({ sigma, name }) => [String(sigma), name] as const)],
      "0",
      (value) => {
        this.brush = Number(value);
        this.view.setPainting(this.brush !== 0);
        this.status.textContent = this.brush === 0 ? "" : BRUSH_HELP[this.crystal!.dimension];
      },
    );
    const act = (text: string, role: string, press: () => void) => button(text, press, { "data-role": role });
    const step = act("Step", "step", () => this.step());
    const restart = act("Restart", "restart", () => this.ask({ kind: "restart", parameters: this.parameters }));
    this.acting.push(this.runButton, step, restart, brush.select);
    return element(
      "div",
      { class: "player", role: "group", "aria-label": "Player" },
      this.runButton,
      step,
      restart,
      brush.box,
      this.pace.root,
    );
  }

  /** What is left of a run when the page is closed. */
  private keeping(): HTMLElement {
    const save = button("Save as TOML", () => this.ask({ kind: "save" }), { "data-role": "save" });
    this.acting.push(save);
    const copy = button("Copy link", () => void navigator.clipboard?.writeText(location.href));
    return element("div", { class: "tools" }, save, copy);
  }

  private change(parameters: Parameters, change: Change): void {
    const before = this.parameters;
    this.parameters = parameters;
    this.message.textContent = "";
    history.replaceState(null, "", `#${toAddress(parameters)}`);
    this.presets.show(parameters);
    this.pace.setMethod(parameters.method);
    if (change === "build" || this.building) this.build(parameters);
    else this.ask({ kind: change === "switch" && before.method === parameters.method ? "change" : change, parameters });
  }

  private readAddress(): void {
    const { parameters, faults } = fromAddress(location.hash);
    if (toAddress(parameters) === toAddress(this.parameters) && faults.length === 0) return;
    this.takeOver(parameters, faults);
  }

  private takeOver(parameters: Parameters, faults: readonly string[]): void {
    this.parameters = parameters;
    this.controls.show(parameters);
    this.message.textContent = faults.join("; ");
    this.begin();
  }

  private built(sites: Sites): void {
    if (this.wanted) return this.setBuilding(false); // nobody waits for this one any more
    const before = this.crystal;
    this.crystal = {
      size: sites.layer.length,
      dimension: sites.dimension,
      position: sites.position,
      point: sites.point,
      layer: sites.layer,
      shellLayers: this.parameters.layers,
      period: [0, 0, 0],
    };
    this.classifier = new PhaseClassifier(this.crystal);
    this.view.setCrystal(this.crystal, this.classifier);
    if (!before || before.dimension !== sites.dimension) this.glossary.replaceChildren(glossary(sites.dimension));
    this.status.textContent = `${count(this.crystal.size)} sites, ready in ${short(sites.milliseconds / 1000)} s`;
    document.documentElement.dataset["ready"] = "yes";
    this.setBuilding(false);
    this.play();
  }

  private shown(snapshot: Snapshot, restarted: boolean): void {
    this.waiting = false;
    if (!this.crystal || snapshot.sigma.length !== this.crystal.size) return; // of a crystal that is gone
    const exchange = this.parameters.method === "exchange";
    if (snapshot.startsElsewhere && !this.startsElsewhere) {
      this.status.textContent = "From the species shown; Restart begins as the form says";
    }
    this.startsElsewhere = snapshot.startsElsewhere;
    if (restarted) this.charts.clear(this.crystal.dimension, exchange ? "time t (1/k₀)" : "sweeps");
    this.controls.setRelaxing(snapshot.relaxes);
    const { scalars } = snapshot;
    const x = exchange ? scalars.time : scalars.attempts / this.core();
    this.charts.add(x, snapshot);
    if (!this.running || ++this.pictures % CURVES_EVERY === 0) this.charts.draw();
    this.view.setFrame(
      {
        sigma: snapshot.sigma,
        phases: this.classifier!.classify(snapshot.sigma),
        deviation: snapshot.deviation,
        limit: largest(snapshot.deviation),
        potential: snapshot.phi,
      },
      exchange ? `The crystal at time ${short(scalars.time)}` : `The crystal after ${short(x)} sweeps`,
    );
    // As in a report: painting numbers takes time, and more than ten a second cannot be read.
    this.untold = () => this.tell(snapshot, exchange, x);
    if (!this.running || performance.now() - this.toldAt > TELL_EVERY) this.tellNow();
    this.ended = snapshot.ended !== null;
    if (snapshot.ended && this.running) {
      this.setRunning(false);
      this.charts.draw();
      this.status.textContent = `Ended: ${ENDS[snapshot.ended]}`;
    }
    if (this.running) requestAnimationFrame(this.next);
  }

  private tellNow(): void {
    this.untold?.();
    this.untold = null;
    this.toldAt = performance.now();
  }

  private tell({ scalars, speed, rms }: Snapshot, exchange: boolean, x: number): void {
    const rows: [string, string][] = exchange
      ? [
          ["time", short(scalars.time)],
          ["events", count(scalars.events)],
          ["events a second", short(speed)],
        ]
      : [
          ["sweeps", short(x)],
          ["accepted", `${(100 * (scalars.accepted / Math.max(1, scalars.attempts))).toPrecision(2)} %`],
          ["attempts a second", short(speed)],
        ];
    rows.push(["composition", short(scalars.composition)], ["elastic energy", short(scalars.energy_elastic)]);
    if (scalars.energy_ising !== 0) rows.push(["Ising energy", short(scalars.energy_ising)]);
    if (Number.isFinite(rms)) rows.push(["rms strain", short(rms)]);
    this.numbers.replaceChildren(
      ...rows.map(([name, value]) =>
        element("div", { "data-number": name }, element("dt", {}, name), element("dd", {}, value)),
      ),
    );
  }

  private core(): number {
    const { layer } = this.crystal!;
    return layer.reduce((sites, at) => sites + Number(at > this.parameters.layers), 0);
  }

  private saved(toml: string, xyz: string | null): void {
    download("misfit.toml", toml);
    if (xyz) download(START_FILE, xyz);
  }

  private toggle(): void {
    this.setRunning(!this.running);
    if (!this.running) return this.charts.draw();
    // What has come to its end begins again.
    if (this.ended) this.ask({ kind: "restart", parameters: this.parameters });
    this.status.textContent = "";
    this.play();
  }

  private play(): void {
    this.last = performance.now();
    if (this.running) requestAnimationFrame(this.next);
  }

  private setRunning(running: boolean): void {
    this.running = running;
    if (!running) this.tellNow();
    this.runButton.textContent = running ? "Pause" : "Run";
    this.runButton.setAttribute("aria-pressed", String(running));
  }

  private readonly next = (now: number): void => {
    if (!this.running || this.waiting || this.building) return;
    this.waiting = true;
    const seconds = Math.min(0.1, Math.max(0, now - this.last) / 1000);
    this.last = now;
    this.ask({ kind: "play", ...this.pace.value, seconds });
  };

  private step(): void {
    this.setRunning(false);
    this.ask({ kind: "step" });
  }

  private paint(site: number): void {
    if (this.brush !== 0 && !this.building) this.ask({ kind: "paint", site, spin: this.brush });
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (["INPUT", "SELECT", "TEXTAREA", "BUTTON", "SUMMARY"].includes(target.tagName)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || this.building) return;
    if (event.key === " ") this.toggle();
    else if (event.key === ".") this.step();
    else return;
    event.preventDefault();
  }
}

function largest(values: ArrayLike<number> | null): number {
  let most = 0;
  for (let k = 0; values && k < values.length; ++k) most = Math.max(most, Math.abs(values[k]!));
  return most || 1;
}
