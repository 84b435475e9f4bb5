import { expect, test } from "vitest";

import { even, movieName, movieScale, movieType } from "../src/shared/movie";

test("a movie is of the first type that the browser writes", () => {
  const type = (...supported: string[]) => movieType((mime) => supported.some((each) => mime.startsWith(each)));
  expect(type("video/mp4", "video/webm")?.mime).toBe("video/webm;codecs=vp9");
  expect(type("video/webm;codecs=vp8", "video/mp4")?.suffix).toBe("webm");
  expect(type("video/mp4")).toEqual({ mime: "video/mp4", suffix: "mp4" });
  expect(type()).toBeNull();
});

test("a movie's file is named after run and trajectory in plain ASCII", () => {
  const name = (run: string, shown = "trajectory 3") => movieName(run, shown, { mime: "video/webm", suffix: "webm" });
  expect(name("hexagon, side 16, 721 sites, kT = 0.2, Δμ = −20")).toBe(
    "misfit-hexagon-side-16-721-sites-kT=0.2-delta_mu=-20-trajectory-3.webm",
  );
  expect(name("box, 12 345 sites: 3.2 × 10⁻²⁰ / “k₀”")).toBe(
    "misfit-box-12-345-sites-3.2-x-10-20-k0-trajectory-3.webm",
  );
  const long = name("côté/".repeat(99));
  expect(long).toMatch(/^misfit-(cote-)+[cote]*-trajectory-3\.webm$/);
  expect(long.length).toBeLessThan(150);
});

test("a movie has the pixels of the page, twice those of a small picture, and an even number on each side", () => {
  expect(movieScale(1000, 900, 1)).toBe(1);
  expect(movieScale(500, 500, 1)).toBe(2);
  expect(movieScale(500, 400, 2)).toBe(2);
  expect(1500 * movieScale(1500, 900, 2)).toBeCloseTo(1920, 9);
  expect([1, 2, 3, 4.9, 721].map(even)).toEqual([2, 2, 4, 4, 722]);
});
