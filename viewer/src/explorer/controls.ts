/** The explorer's form: every parameter with what it means, checked as it is typed. */

import { button, element } from "../shared/dom";
import type { Parameters } from "./experiment";
import { RANGES, WORDS, fault, isNumberKey } from "./experiment";

/** What a change of a parameter asks for: another crystal, the same from the beginning, or going on. */
export type Change = "build" | "restart" | "change" | "switch";

interface Field {
  readonly key: keyof Parameters;
  readonly label: string;
  readonly help: string;
  readonly change: Change;
  /** For which crystals and methods it stands in the form. */
  readonly shown?: (parameters: Parameters) => boolean;
}

const exchange = (p: Parameters) => p.method === "exchange";
const equilibrium = (p: Parameters) => p.method === "equilibrium";

const GROUPS: readonly (readonly [title: string, fields: readonly Field[]])[] = [
  [
    "Crystal",
    [
      {
        key: "shape",
        label: "shape",
        help: "hexagon of the triangular lattice, or box of the simple cubic one",
        change: "build",
      },
      { key: "side", label: "side", help: "sites on each edge", change: "build", shown: (p) => p.shape === "hexagon" },
      { key: "sizeX", label: "size x", help: "sites along x", change: "build", shown: (p) => p.shape === "box" },
      { key: "sizeY", label: "size y", help: "sites along y", change: "build", shown: (p) => p.shape === "box" },
      { key: "sizeZ", label: "size z", help: "sites along z", change: "build", shown: (p) => p.shape === "box" },
      {
        key: "layers",
        label: "shell layers",
        help: "of B, on every side; for equilibrium",
        change: "build",
        shown: equilibrium,
      },
      {
        key: "stiffness",
        label: "shell stiffness",
        help: "of bonds within the shell",
        change: "build",
        shown: (p) => equilibrium(p) && p.layers > 0,
      },
    ],
  ],
  [
    "Model",
    [
      { key: "kT", label: "kT", help: "thermal energy", change: "change" },
      { key: "epsilon", label: "ε", help: "elastic energy of the mismatch", change: "change" },
      { key: "J", label: "J", help: "Ising coupling; above 0 like species attract", change: "change" },
      { key: "delta_mu", label: "Δμ", help: "below 0: drives A out and B in", change: "change", shown: exchange },
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
        help: "bare rate at a surface site; 0: relaxation",
        change: "change",
        shown: exchange,
      },
      {
        key: "diffusion_rate",
        label: "diffusion rate",
        help: "bare rate of a swap of neighbours",
        change: "change",
        shown: exchange,
      },
      {
        key: "rates",
        label: "rates",
        help: "exact, or with the self-term of the paper's released program",
        change: "change",
        shown: exchange,
      },
      {
        key: "swaps",
        label: "swaps",
        help: "in three dimensions: next-nearest neighbours too, or nearest only",
        change: "change",
        shown: (p) => exchange(p) && p.shape === "box",
      },
      { key: "t_end", label: "until time", help: "units of 1/k₀", change: "change", shown: exchange },
      {
        key: "off_at",
        label: "exchange off at",
        help: "time after which A and B only swap; 0: never",
        change: "change",
        shown: exchange,
      },
      {
        key: "start",
        label: "start",
        help: "species of the core at the beginning",
        change: "restart",
        shown: equilibrium,
      },
      {
        key: "composition",
        label: "composition",
        help: "fraction of A in the core",
        change: "restart",
        shown: equilibrium,
      },
      { key: "seed", label: "seed", help: "of all random numbers", change: "restart" },
    ],
  ],
];

export class Controls {
  readonly root = element("form", { class: "controls", "aria-label": "Parameters" });
  private parameters: Parameters;
  private readonly rows = new Map<Field, HTMLElement>();
  private readonly inputs = new Map<keyof Parameters, HTMLInputElement | HTMLSelectElement>();
  private readonly faults = element("p", { class: "warning", role: "alert" });
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
    this.root.append(this.faults);
    this.show(parameters);
  }

  /** Puts these values into the form, and shows the fields that mean something for them. */
  show(parameters: Parameters): void {
    this.parameters = parameters;
    for (const [key, input] of this.inputs) {
      input.value = String(parameters[key]);
      input.setAttribute("aria-invalid", "false");
    }
    for (const [field, row] of this.rows) row.hidden = field.shown !== undefined && !field.shown(parameters);
    this.relax.hidden = parameters.method !== "exchange";
    this.showExchange();
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
    const input = isNumberKey(key)
      ? element("input", {
          id: name,
          type: "number",
          step: RANGES[key].integer ? 1 : "any",
          min: RANGES[key].least,
          max: RANGES[key].most,
        })
      : element(
          "select",
          { id: name },
          ...WORDS[key as keyof typeof WORDS].map((word) => element("option", { value: word }, word)),
        );
    input.addEventListener("change", () => this.take(field, input.value));
    this.inputs.set(key, input);
    const row = element(
      "div",
      { class: "field", title: field.help },
      element("label", { for: name }, field.label),
      input,
    );
    this.rows.set(field, row);
    return row;
  }

  private take(field: Field, text: string): void {
    const { key } = field;
    if (isNumberKey(key)) {
      const wrong = fault(key, text.trim() === "" ? NaN : Number(text));
      this.faults.textContent = wrong;
      this.inputs.get(key)!.setAttribute("aria-invalid", String(wrong !== ""));
      if (wrong) return;
      this.set({ ...this.parameters, [key]: Number(text) }, field.change);
    } else this.set({ ...this.parameters, [key]: text }, field.change);
  }

  private set(parameters: Parameters, change: Change): void {
    // A shell keeps the surroundings out: there is nothing to exchange.
    if (parameters.method === "exchange" && parameters.layers > 0) {
      parameters = { ...parameters, layers: 0 };
      change = "build";
    }
    this.show(parameters);
    this.changed(parameters, change);
  }

  private toggleExchange(): void {
    const rate = this.parameters.exchange_rate;
    if (this.relaxes && rate > 0) return this.set({ ...this.parameters, off_at: 0 }, "change");
    if (rate > 0) this.lastRate = rate;
    this.set({ ...this.parameters, exchange_rate: rate > 0 ? 0 : this.lastRate }, "change");
  }
}
