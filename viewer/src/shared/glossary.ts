/** What species and phases are, in a sentence each, for readers who do not know the paper (its Eq. 13 and Fig. 4B). */

import { element } from "./dom";

type Meanings = Readonly<Record<string, string>>;

const SPECIES: Meanings = {
  A: "the species that leaves in an exchange; by itself its lattice would be the wider one.",
  B: "the species that comes in from the surroundings; by itself its lattice would be the narrower one.",
};

/** Every neighbour is a nearest one: six of them. */
const TRIANGULAR: Meanings = {
  U1: "plain A, not mixed with B: a site of A with A on all six neighbouring sites.",
  S1: "ordered mixture of two A to one B: a B with six A round it, or an A with A and B in turn round it.",
  S2: "ordered mixture of one A to two B: an A with six B round it, or a B with A and B in turn round it.",
  U2: "plain B, not mixed with A: a site of B with B on all six neighbouring sites.",
  unclassified: "any other surroundings: a border between phases, or disorder.",
};

/** The nearest ones; in the simple cubic lattice nearest and next-nearest ones, eighteen. */
const CUBIC: Meanings = {
  U1: "plain A, not mixed with B: a site of A with A on all neighbouring sites (a cube's eighteen).",
  U2: "plain B, not mixed with A: a site of B with B on all neighbouring sites (a cube's eighteen).",
  unclassified: "any other surroundings: a border, disorder, or an ordered mixture such as columns and stripes.",
};

function phases(dimension: number): Meanings {
  return dimension === 2 ? TRIANGULAR : CUBIC;
}

/** What this name in a legend means; empty for a name that is neither a species nor a phase. */
export function meaningOf(name: string, dimension: number): string {
  const meaning = SPECIES[name] ?? phases(dimension)[name];
  return meaning === undefined ? "" : `${name}: ${meaning}`;
}

/** A note to be opened: what the names in the legends mean. */
export function glossary(dimension: number): HTMLElement {
  const known = phases(dimension);
  const list = element("dl", {});
  for (const [name, meaning] of Object.entries({ ...SPECIES, ...known })) {
    list.append(element("dt", {}, name), element("dd", {}, meaning));
  }
  const names = ["A", "B", ...Object.keys(known).filter((name) => name !== "unclassified")];
  return element(
    "details",
    { class: "glossary" },
    element("summary", {}, `What are ${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}?`),
    list,
    element(
      "p",
      { class: "help" },
      "Each site gets its phase from itself and its neighbours. Sites with neighbours missing or in a shell have none, and fractions f leave them out.",
    ),
  );
}
