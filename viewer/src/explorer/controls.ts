/** The explorer's form: every parameter with its limits, corrected as it is typed. */

import { KEYS } from "../generated/table";
import { button, element } from "../shared/dom";
import type { Parameters } from "./experiment";
import { RANGES, WORDS, fault, fitted, isNumberKey, limitsOf, limitsText } from "./experiment";

/** What a change of a parameter asks for: another crystal, the same from the beginning, or going on. */
export type Change = "build" | "restart" | "change" | "switch";

interface Field {
  readonly key: keyof Parameters;
  readonly label: string;
  /** The key of the program whose meaning it has; else what it means. */
  readonly path?: keyof typeof KEYS;
  readonly help?: string;
  readonly change: Change;
  /** For which crystals and methods it stands in the form. */
  readonly shown?: (parameters: Parameters) => boolean;
}

const exchange = (p: Parameters) => p.method === "exchange";
const equilibrium = (p: Parameters) => p.method === "equilibrium";
const hexagon = (p: Parameters) => p.shape === "hexagon";
const box = (p: Parameters) => p.shape === "box";

const GROUPS: readonly (readonly [title: string, fields: readonly Field[]])[] = [
  [
    "Crystal",
    [
      { key: "shape", label: "shape", path: "crystal.shape", change: "build" },
      { key: "side", label: "side", path: "crystal.side", change: "build", shown: hexagon },
      { key: "sizeX", label: "size x", path: "crystal.size", change: "build", shown: box },
      { key: "sizeY", label: "size y", path: "crystal.size", change: "build", shown: box },
      { key: "sizeZ", label: "size z", path: "crystal.size", change: "build", shown: box },
      { key: "layers", label: "shell layers", path: "crystal.shell.layers", change: "build", shown: equilibrium },
      {
        key: "stiffness",
        label: "shell stiffness",
        path: "crystal.shell.stiffness",
        change: "build",
        shown: (p) => equilibrium(p) && p.layers > 0,
      },
    ],
  ],
  [
    "Model",
    [
      { key: "kT", label: "temperature kT", path: "model.kT", change: "change" },
      { key: "epsilon", label: "mismatch ε", path: "model.epsilon", change: "change" },
      { key: "J", label: "attraction J", path: "model.J", change: "change" },
      { key: "delta_mu", label: "drive Δμ", path: "model.delta_mu", change: "change", shown: exchange },
    ],
  ],
  [
    "Run",
    [
      {
        key: "method",
        label: "method",
        help: "exchange: kinetic Monte Carlo; equilibrium: swaps anywhere",
        change: "switch",
      },
      {
        key: "exchange_rate",
        label: "exchange rate",
        path: "kmc.exchange_rate",
        change: "change",
        shown: exchange,
      },
      {
        key: "diffusion_rate",
        label: "diffusion rate",
        path: "kmc.diffusion_rate",
        change: "change",
        shown: exchange,
      },
      { key: "rates", label: "rates", path: "kmc.rates", change: "change", shown: exchange },
      { key: "swaps", label: "swaps", path: "kmc.swaps", change: "change", shown: (p) => exchange(p) && box(p) },
      { key: "t_end", label: "until time", path: "kmc.t_end", change: "change", shown: exchange },
      {
        key: "off_at",
        label: "exchange off at",
        help: "time after which A and B only swap; 0: never",
        change: "change",
        shown: exchange,
      },
      { key: "start", label: "start", path: "monte_carlo.start", change: "restart", shown: equilibrium },
      {
        key: "composition",
        label: "composition",
        path: "monte_carlo.composition",
        change: "restart",
        shown: equilibrium,
      },
      { key: "seed", label: "seed", path: "ensemble.seed", change: "restart" },
    ],
  ],
];

interface Row {
  readonly field: Field;
  readonly root: HTMLElement;
  readonly input: HTMLInputElement | HTMLSelectElement;
  readonly limits: HTMLElement;
}

export class Controls {
  readonly root = element("form", { class: "controls", "aria-label": "Parameters" });
  private parameters: Parameters;
  private readonly rows: Row[] = [];
  private readonly said = element("p", { class: "warning said", role: "alert" });
  private readonly relax = button("Exchange off", () => this.toggleExchange(), { "data-role": "relax" });
  private lastRate = 1;
  private relaxes = false;

  constructor(
    parameters: Parameters,
    private readonly changed: (parameters: Parameters, change: Change) => void,
  ) {
    this.parameters = parameters;
    this.root.addEventListener("submit", (event) => event.preventDefault());
    for (const [title, fields] of GROUPS) {
      const set = element("fieldset", {}, element("legend", {}, title));
      for (const field of fields) set.append(this.row(field));
      if (title === "Run") set.append(this.relax);
      this.root.append(set);
    }
    this.root.append(this.said);
    this.show(parameters);
  }

  /** Puts these values into the form, and shows the fields that mean something for them. */
  show(parameters: Parameters): void {
    this.parameters = parameters;
    this.said.textContent = "";
    for (const { field, root, input, limits } of this.rows) {
      input.value = String(parameters[field.key]);
      input.setAttribute("aria-invalid", "false");
      root.hidden = field.shown !== undefined && !field.shown(parameters);
      if (!isNumberKey(field.key)) continue;
      const range = limitsOf(field.key, parameters);
      (input as HTMLInputElement).min = String(range.least);
      (input as HTMLInputElement).max = String(range.most);
      limits.textContent = limitsText(range);
    }
    this.relax.hidden = parameters.method !== "exchange";
    this.showExchange();
  }

  /** What acts on the present crystal waits for one that is being built. */
  setBuilding(building: boolean): void {
    this.relax.disabled = building;
  }

  /** Says that exchange has stopped by itself, or has not. */
  setRelaxing(relaxes: boolean): void {
    if (relaxes === this.relaxes) return;
    this.relaxes = relaxes;
    this.showExchange();
  }

  private showExchange(): void {
    const off = this.relaxes || this.parameters.exchange_rate === 0;
    this.relax.textContent = off ? "Exchange on" : "Exchange off";
    this.relax.setAttribute("aria-pressed", String(off));
  }

  private row(field: Field): HTMLElement {
    const { key } = field;
    const name = `parameter-${key}`;
    const limits = element("small", { id: `${name}-limits`, class: "limits" });
    const input = isNumberKey(key)
      ? element("input", {
          id: name,
          type: "number",
          step: RANGES[key].integer ? 1 : "any",
          "aria-describedby": limits.id,
        })
      : element(
          "select",
          { id: name },
          ...WORDS[key as keyof typeof WORDS].map((word) => element("option", { value: word }, word)),
        );
    input.addEventListener("input", () => this.judge(key, input));
    input.addEventListener("change", () => this.take(field, input.value));
    const help = field.path ? KEYS[field.path].meaning : (field.help ?? "");
    const root = element(
      "div",
      { class: "field", title: help },
      element("label", { for: name }, field.label),
      input,
      limits,
    );
    this.rows.push({ field, root, input, limits });
    return root;
  }

  /** Marks what is being typed while it is wrong; whatever was said before is past. */
  private judge(key: keyof Parameters, input: HTMLInputElement | HTMLSelectElement): void {
    this.said.textContent = "";
    if (!isNumberKey(key)) return;
    const wrong = fault(key, numberOf(input.value), limitsOf(key, this.parameters)) !== "";
    input.setAttribute("aria-invalid", String(wrong));
  }

  /** A wrong value gives way to the one that the run has, and that is said. */
  private take(field: Field, text: string): void {
    const { key } = field;
    if (!isNumberKey(key)) return this.set({ ...this.parameters, [key]: text }, field.change);
    const wrong = fault(key, numberOf(text), limitsOf(key, this.parameters));
    if (!wrong) return this.set({ ...this.parameters, [key]: Number(text) }, field.change);
    this.show(this.parameters);
    this.said.textContent = `${wrong}; it stays ${this.parameters[key]}`;
  }

  private set(parameters: Parameters, change: Change): void {
    const next = fitted(this.parameters, parameters);
    const builds = next.layers !== this.parameters.layers;
    this.show(next);
    this.changed(next, builds ? "build" : change);
  }

  private toggleExchange(): void {
    const rate = this.parameters.exchange_rate;
    if (this.relaxes && rate > 0) return this.set({ ...this.parameters, off_at: 0 }, "change");
    if (rate > 0) this.lastRate = rate;
    this.set({ ...this.parameters, exchange_rate: rate > 0 ? 0 : this.lastRate }, "change");
  }
}

function numberOf(text: string): number {
  return text.trim() === "" ? NaN : Number(text);
}
