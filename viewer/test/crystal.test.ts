import { expect, test } from "vitest";

import type { Crystal } from "../src/shared/crystal";
import { NO_PHASE, PHASES, PhaseClassifier, inSpace, profile, shellOf } from "../src/shared/crystal";

function triangular(points: number[][], shellLayers = 0, layer?: number[], period = [0, 0, 0]): Crystal {
  const flat = points.flatMap(([x, y]) => [x! + y! / 2, (y! * Math.sqrt(3)) / 2]);
  return {
    size: points.length,
    dimension: 2,
    position: inSpace(flat, 2),
    point: Int32Array.from(points.flatMap(([x, y]) => [x!, y!, 0])),
    layer: Int32Array.from(layer ?? points.map(() => 1)),
    shellLayers,
    period,
  };
}

const SEVEN = [
  [0, -1],
  [1, -1],
  [-1, 0],
  [0, 0],
  [1, 0],
  [-1, 1],
  [0, 1],
];
const CENTER = 3;
/** Round the ring, from x upwards: indices in SEVEN. */
const RING = [4, 6, 5, 2, 0, 1];

function phaseOf(center: number, ring: number[]): string {
  const sigma = new Int8Array(7);
  sigma[CENTER] = center;
  ring.forEach((spin, k) => (sigma[RING[k]!] = spin));
  const classifier = new PhaseClassifier(triangular(SEVEN));
  const phases = classifier.classify(sigma);
  RING.forEach((site) => expect(phases[site]).toBe(NO_PHASE));
  return PHASES[phases[CENTER]!]!;
}

test("phases of all 128 states of seven sites follow the table of the paper", () => {
  for (let state = 0; state < 128; ++state) {
    const ring = Array.from({ length: 6 }, (_, k) => ((state >> k) & 1 ? 1 : -1));
    const center = state & 64 ? 1 : -1;
    const sum = ring.reduce((a, b) => a + b, 0);
    const alternating = ring.every((spin, k) => spin !== ring[(k + 1) % 6]);
    let expected = "unclassified";
    if (alternating) expected = center > 0 ? "S1" : "S2";
    if (sum === 6) expected = center > 0 ? "U1" : "S1";
    if (sum === -6) expected = center > 0 ? "S2" : "U2";
    expect(phaseOf(center, ring)).toBe(expected);
  }
});

test("a periodic crystal has no surface", () => {
  const points = [0, 1, 2, 3].flatMap((y) => [0, 1, 2, 3].map((x) => [x, y]));
  const classifier = new PhaseClassifier(triangular(points, 0, undefined, [4, 4, 0]));
  expect(classifier.interior.length).toBe(16);
  expect(PHASES[classifier.classify(new Int8Array(16).fill(1))[0]!]).toBe("U1");
});

test("sites of the shell have no phase and take it from their neighbours", () => {
  const crystal = triangular(SEVEN, 1, [1, 1, 1, 2, 1, 1, 1]);
  expect([...shellOf(crystal)]).toEqual([1, 1, 1, 0, 1, 1, 1]);
  expect(new PhaseClassifier(crystal).interior.length).toBe(0);
});

test("a cube knows U1 and U2 by its 18 neighbours", () => {
  const points = [0, 1, 2].flatMap((z) => [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => [x, y, z])));
  const crystal: Crystal = {
    size: 27,
    dimension: 3,
    position: Float32Array.from(points.flat()),
    point: Int32Array.from(points.flat()),
    layer: Int32Array.from(points.map((point) => (point.every((x) => x === 1) ? 2 : 1))),
    shellLayers: 0,
    period: [0, 0, 0],
  };
  const classifier = new PhaseClassifier(crystal);
  expect([...classifier.interior]).toEqual([13]);
  const sigma = new Int8Array(27).fill(-1);
  expect(PHASES[classifier.classify(sigma)[13]!]).toBe("U2");
  sigma[0] = 1; // a corner: third neighbour, not of the 18
  expect(PHASES[classifier.classify(sigma)[13]!]).toBe("U2");
  sigma[1] = 1;
  expect(PHASES[classifier.classify(sigma)[13]!]).toBe("unclassified");
  expect(classifier.fractions(classifier.classify(sigma))).toEqual([1, 0, 0, 0, 0]);
});

test("neighbours that are given tell the phases of any lattice", () => {
  const crystal: Crystal = {
    size: 5,
    dimension: 3,
    position: new Float32Array(15),
    point: new Int32Array(15),
    layer: Int32Array.from([1, 1, 2, 1, 1]),
    shellLayers: 0,
    period: [0, 0, 0],
    rings: { interior: Int32Array.from([2]), neighbors: Int32Array.from([0, 1, 3, 4]) },
  };
  const classifier = new PhaseClassifier(crystal);
  expect([...classifier.interior]).toEqual([2]);
  expect(PHASES[classifier.classify(Int8Array.from([1, 1, 1, 1, 1]))[2]!]).toBe("U1");
  expect(PHASES[classifier.classify(Int8Array.from([1, 1, 1, 1, -1]))[2]!]).toBe("unclassified");
});

test("a profile is the fraction of A in each row", () => {
  const sigma = Int8Array.from([1, 1, -1, 1, -1, -1, -1]);
  const { place, value } = profile(triangular(SEVEN), sigma, 1);
  expect(place.map((y) => y.toFixed(3))).toEqual(["-0.866", "0.000", "0.866"]);
  expect(value).toEqual([1, 1 / 3, 0]);
});
