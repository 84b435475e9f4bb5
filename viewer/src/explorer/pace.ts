/** How fast a run is played: in what even steps, and how many a second. */

import { choice, element, slider } from "../shared/dom";
import { short } from "../shared/format";
import type { Parameters } from "./experiment";
import type { Pace } from "./session";

type Method = Parameters["method"];

interface Unit {
  readonly choice: string;
  readonly each: string;
  readonly least: number;
  readonly most: number;
}

const UNITS: Record<Method, Record<Exclude<Pace, "full">, Unit>> = {
  exchange: {
    events: { choice: "even in events", each: "events", least: 1, most: 10_000 },
    log: { choice: "even in log time", each: "decades of time", least: 0.1, most: 10 },
  },
  equilibrium: {
    events: { choice: "even in swaps", each: "swaps", least: 1, most: 10_000 },
    log: { choice: "even in sweeps", each: "sweeps", least: 1, most: 10_000 },
  },
};

export class PaceControl {
  readonly root: HTMLElement;
  private pace: Pace = "log";
  private readonly place: HTMLInputElement;
  private readonly select: HTMLSelectElement;
  private readonly told = element("output", {});
  private method: Method = "exchange";

  constructor() {
    const paces = ["events", "log", "full"].map((pace) => [pace, "as fast as it goes"] as const);
    const which = choice("Pace", paces, this.pace, (value) => {
      this.pace = value as Pace;
      this.tell();
    });
    const speed = slider("speed", { min: 0, max: 1, step: 0.001 }, 0.5, () => this.tell());
    this.select = which.select;
    this.place = speed.input;
    speed.box.append(" ", this.told);
    this.root = element("div", { class: "pace" }, which.box, speed.box);
    this.setMethod(this.method);
  }

  /** Words and units of this method. */
  setMethod(method: Method): void {
    this.method = method;
    for (const option of this.select.options)
      if (option.value !== "full") option.text = UNITS[method][option.value as "events" | "log"].choice;
    this.tell();
  }

  set(pace: Pace, speed: number): void {
    this.pace = this.select.value = pace;
    if (this.unit)
      this.place.value = String(Math.log(speed / this.unit.least) / Math.log(this.unit.most / this.unit.least));
    this.tell();
  }

  /** What the session is to be asked for. */
  get value(): { pace: Pace; speed: number } {
    const { unit } = this;
    if (!unit) return { pace: this.pace, speed: Infinity };
    return { pace: this.pace, speed: unit.least * (unit.most / unit.least) ** Number(this.place.value) };
  }

  private get unit(): Unit | null {
    return this.pace === "full" ? null : UNITS[this.method][this.pace];
  }

  private tell(): void {
    this.place.disabled = this.pace === "full";
    this.told.textContent = this.unit ? `${short(this.value.speed)} ${this.unit.each} a second` : "no limit";
  }
}
