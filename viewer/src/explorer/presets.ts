/** Runs that show something, and a sentence on what; the first is what the page opens with. */

import type { Coloring } from "../shared/colors";
import { button, element } from "../shared/dom";
import type { Parameters } from "./experiment";
import { DEFAULTS, THREE_DIMENSIONS, toAddress } from "./experiment";
import type { Pace } from "./session";

export interface Preset {
  readonly name: string;
  readonly sentence: string;
  readonly parameters: Parameters;
  readonly coloring: Coloring;
  /** So that it takes a quarter of a minute, and most of it goes to what the sentence is on. */
  readonly pace: Pace;
  readonly speed: number;
}

export const PRESETS: readonly Preset[] = [
  {
    name: "Exchange (Fig. 4)",
    sentence:
      "A crystal of plain A (U1) in surroundings of B: its surface turns at once, then ordered mixtures (S1, S2) live long before plain B (U2) fills all.",
    parameters: DEFAULTS,
    coloring: "phase",
    pace: "events",
    speed: 800,
  },
  {
    name: "Relaxation (Fig. 8)",
    sentence:
      "Exchange stops half way, at time 7.84: what is disordered inside becomes the mixture S2, and much later that gives way to plain A and B (U1, U2).",
    parameters: { ...DEFAULTS, off_at: 7.84, t_end: 1000 },
    coloring: "phase",
    pace: "events",
    speed: 3000,
  },
  {
    name: "Cube",
    sentence:
      "In three dimensions the whole surface turns before time 10⁻²⁴; inside, A is left in columns until B has filled the cube.",
    parameters: { ...DEFAULTS, shape: "box", ...THREE_DIMENSIONS },
    coloring: "species",
    pace: "events",
    speed: 60,
  },
  {
    name: "Core and shell",
    sentence:
      "A stiff shell of B, which stays, round a core half A and half B at equilibrium: the two halves (U1, U2) do not stay apart but mix (S1, S2).",
    parameters: { ...DEFAULTS, layers: 1, stiffness: 14, method: "equilibrium", start: "separated" },
    coloring: "phase",
    pace: "log",
    speed: 3,
  },
  {
    name: "Rod",
    sentence:
      "A rod whose exchange stops early, at time 10⁻⁴: what A is left in it gathers into stripes along its length.",
    parameters: {
      ...DEFAULTS,
      shape: "box",
      sizeX: 6,
      sizeY: 6,
      sizeZ: 30,
      ...THREE_DIMENSIONS,
      off_at: 1e-4,
      t_end: 12,
    },
    coloring: "species",
    pace: "events",
    speed: 400,
  },
];

/** The preset with these parameters, if there is one. */
export function presetOf(parameters: Parameters): Preset | undefined {
  return PRESETS.find((preset) => toAddress(preset.parameters) === toAddress(parameters));
}

/** A button for each; all sentences have one place, so that nothing moves when another one is shown. */
export class PresetBar {
  readonly root: HTMLElement;
  private readonly shown: readonly { preset: Preset; press: HTMLElement; sentence: HTMLElement }[];

  constructor(choose: (preset: Preset) => void) {
    this.shown = PRESETS.map((preset) => ({
      preset,
      press: button(preset.name, () => choose(preset)),
      sentence: element("p", {}, preset.sentence),
    }));
    this.root = element(
      "section",
      { class: "presets", "aria-label": "What to see" },
      element("div", { class: "choices" }, ...this.shown.map(({ press }) => press)),
      element("div", { class: "sentences", "aria-live": "polite" }, ...this.shown.map(({ sentence }) => sentence)),
    );
  }

  /** Says which preset these parameters are, and what is seen of it. */
  show(parameters: Parameters): void {
    const chosen = presetOf(parameters);
    for (const { preset, press, sentence } of this.shown) {
      press.setAttribute("aria-pressed", String(preset === chosen));
      sentence.classList.toggle("chosen", preset === chosen);
    }
  }
}
