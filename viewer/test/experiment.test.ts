import { expect, test } from "vitest";

import {
  DEFAULTS,
  fault,
  fitted,
  fromAddress,
  limitsOf,
  limitsText,
  settingsOf,
  sitesOf,
  toAddress,
  toToml,
  toXyz,
} from "../src/explorer/experiment";
import { nextWithDigits } from "../src/explorer/session";

test("a crystal's sites are counted before it is built", () => {
  expect(sitesOf({ ...DEFAULTS, side: 10 })).toBe(271);
  expect(sitesOf({ ...DEFAULTS, side: 16, layers: 8 })).toBe(1657);
  expect(sitesOf({ ...DEFAULTS, shape: "box", sizeX: 10, sizeY: 4, sizeZ: 2, layers: 1 })).toBe(12 * 6 * 4);
});

test("an address holds what differs from the defaults and brings it back", () => {
  expect(toAddress(DEFAULTS)).toBe("");
  const other = {
    ...DEFAULTS,
    shape: "box",
    sizeX: 5,
    kT: 0.35,
    delta_mu: -1e-3,
    rates: "published",
    seed: 7,
  } as const;
  expect(toAddress(other)).toBe("shape=box&sizeX=5&kT=0.35&delta_mu=-0.001&rates=published&seed=7");
  expect(fromAddress(`#${toAddress(other)}`)).toEqual({ parameters: other, faults: [] });
});

test("what an address has wrong is named, and the rest is taken", () => {
  const { parameters, faults } = fromAddress("#side=99&kT=0&rates=fast&sides=3&epsilon=2&J=");
  expect(parameters).toEqual({ ...DEFAULTS, epsilon: 2 });
  expect(faults).toEqual([
    "side = 99: allowed: an integer from 2 to 32",
    "kT = 0: allowed: a number above 0 and at most 1000",
    "rates = fast: allowed: exact, published",
    "there is no parameter sides",
    "J has no value",
  ]);
  expect(fault("seed", 1.5)).toContain("integer");
  expect(fault("kT", NaN)).toContain("nothing");
});

test("limits follow each other: a crystal has so many sites at the most", () => {
  const of = (key: "side" | "sizeZ" | "layers" | "kT", change: Partial<typeof DEFAULTS>) =>
    limitsText(limitsOf(key, { ...DEFAULTS, ...change }));
  expect(of("side", {})).toBe("2 to 32"); // 2977 sites; 33 would be 3169
  expect(of("side", { layers: 8 })).toBe("2 to 24");
  expect(of("sizeZ", { shape: "box", sizeX: 6, sizeY: 6 })).toBe("2 to 50");
  expect(of("sizeZ", { shape: "box", sizeX: 10, sizeY: 10 })).toBe("2 to 30");
  expect(of("layers", { shape: "box", sizeX: 10, sizeY: 10, sizeZ: 10 })).toBe("0 to 2");
  expect(of("kT", {})).toBe("above 0 to 1000");
  expect(fromAddress("#shape=box&sizeX=20&sizeY=20&sizeZ=20")).toEqual({
    parameters: { ...DEFAULTS, shape: "box" },
    faults: ["8000 sites: allowed: at most 3000"],
  });
});

test("another shape brings its constants, and keeps what was chosen", () => {
  const box = fitted(DEFAULTS, { ...DEFAULTS, shape: "box" });
  expect(box).toEqual({ ...DEFAULTS, shape: "box", kT: 1.5, delta_mu: -200, t_end: 5 });
  expect(fitted(box, { ...box, shape: "hexagon" })).toEqual(DEFAULTS);
  const warm = { ...DEFAULTS, kT: 0.35 };
  expect(fitted(warm, { ...warm, shape: "box" }).kT).toBe(0.35);
  const shell = { ...DEFAULTS, shape: "box", method: "equilibrium", layers: 1 } as const;
  expect(fitted(shell, { ...shell, sizeZ: 40 }).layers).toBe(0);
  expect(fitted(shell, { ...shell, method: "exchange" }).layers).toBe(0);
});

test("one stage is a [kmc] table, several are a list, a painted start is a file", () => {
  const one = toToml({
    parameters: DEFAULTS,
    startsFromFile: false,
    stages: [{ settings: settingsOf(DEFAULTS), end: 400 }],
  });
  expect(one).toContain("[kmc]\nt_end = 400.0\nstop_at_composition = 0.0\n");
  expect(one).not.toContain("[[stage]]");
  const still = { ...settingsOf(DEFAULTS), exchange_rate: 0, kT: 0.25 };
  const two = toToml({
    parameters: DEFAULTS,
    startsFromFile: true,
    stages: [
      { settings: settingsOf(DEFAULTS), end: 7.85 },
      { settings: still, end: 400 },
    ],
  });
  expect(two.match(/\[\[stage\]\]\nt_end = ([^\n]+)/g)).toEqual([
    "[[stage]]\nt_end = 7.85",
    "[[stage]]\nt_end = 392.15",
  ]);
  expect(two).toContain('[kmc]\nstart = "xyz"');
  expect(two).toContain("kT = 0.25\n");
  expect(two).toContain("exchange_rate = 0.0\n");
});

test("equilibrium begins where it is said", () => {
  const parameters = { ...DEFAULTS, method: "equilibrium", layers: 1, stiffness: 16.8, start: "separated" } as const;
  const text = toToml({ parameters, startsFromFile: false, stages: [] });
  expect(text).toContain("[crystal.shell]\nlayers = 1\nstiffness = 16.8");
  expect(text).toContain('[monte_carlo]\nstart = "separated"\ncomposition = 0.5');
  expect(toToml({ parameters, startsFromFile: true, stages: [] })).toContain('start_xyz = "misfit-start.xyz"');
});

test("species are written with places that misfit reads", () => {
  expect(toXyz([1, -1], [0, 0, 0, 0.5, 0.8660254, 0])).toBe(
    '2\nProperties=species:S:1:pos:R:3:sigma:I:1 pbc="F F F"\nCd 0.000000 0.000000 0.000000 1\nAg 0.500000 0.866025 0.000000 -1\n',
  );
});

test("a stage ends at the next time of three digits", () => {
  expect([7.8412, 7.84, 3.2e-13, 99.95, 0].map(nextWithDigits)).toEqual([7.85, 7.85, 3.21e-13, 100, 0]);
});
