/** What a reader of a report sees first, on a screen of 1280 x 800, and under the pointer. */

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { PROGRAM, columns, open, openBrowser, ready, runAndReport, saved, settled, slide } from "./support";

const HEXAGON = `
[crystal]
shape = "hexagon"
side = 5
[kmc]
t_end = 60.0
stop_at_composition = 0.0
[ensemble]
trajectories = 10
`;
/** Over before 1e-24, below which uPlot has no ticks. */
const EARLY = `
[crystal]
shape = "box"
size = [4, 4, 4]
[model]
kT = 0.4
delta_mu = -80.0
[kmc]
t_end = 1e-27
[ensemble]
trajectories = 2
[record.scalars]
log_start = 1e-60
[record.sigma]
log_start = 1e-60
`;
/** So short that no error can be trusted. */
const SHORT = `
[crystal]
shape = "hexagon"
side = 5
[crystal.shell]
layers = 1
[monte_carlo]
composition = 0.5
equilibration = 0
sweeps = 100
sample_interval = 2
frames = 2
[sweep]
"crystal.shell.stiffness" = [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]
`;

describe.skipIf(!PROGRAM)("the first screen of a report", () => {
  let browser: Browser;
  let hexagon: string;
  let early: string;
  beforeAll(async () => {
    browser = await openBrowser();
    hexagon = runAndReport("first-hexagon", HEXAGON);
    early = runAndReport("first-early", EARLY);
  });
  afterAll(() => browser?.close());

  async function report(out: string): Promise<{ page: Page; faults: string[] }> {
    const opened = await open(browser, join(out, "report.html"));
    await opened.page.setViewportSize({ width: 1280, height: 800 });
    await ready(opened.page);
    return opened;
  }

  test("has all controls, in two and three dimensions", async () => {
    for (const out of [hexagon, early]) {
      const { page, faults } = await report(out);
      const controls = page.locator(".board > section :is(select, input, button, .player output)");
      expect(await controls.count()).toBeGreaterThan(9);
      for (const control of await controls.all()) {
        if (!(await control.isVisible())) continue; // sliders of slices, folded
        const box = (await control.boundingBox())!;
        expect(box.y + box.height, await control.evaluate((node) => node.outerHTML)).toBeLessThan(800);
      }
      const picture = (await page.locator(".stage canvas").boundingBox())!;
      expect(picture.height).toBeGreaterThan(350);
      expect(faults).toEqual([]);
      await page.context().close();
    }
  });

  test("has nothing upon a plot", async () => {
    const { page } = await report(hexagon);
    const bar = (await page.getByRole("button", { name: "More below" }).boundingBox())!;
    const column = (await page.locator(".scrolls").boundingBox())!;
    expect(bar.y).toBeGreaterThanOrEqual(column.y + column.height);
    expect(bar.y + bar.height).toBeLessThan(800);
    await page.context().close();
  });

  test("folds several warnings", async () => {
    const { page } = await report(runAndReport("first-short", SHORT));
    const warnings = page.locator("details.warnings");
    const count = await warnings.locator("li").count();
    expect(count).toBeGreaterThan(1);
    expect(await warnings.locator("summary").textContent()).toBe(`${count} warnings`);
    expect((await warnings.boundingBox())!.height).toBeLessThan(50);
    await warnings.locator("summary").click();
    expect(await warnings.locator("li").last().isVisible()).toBe(true);
    await page.context().close();
  });

  test("tells the values under the pointer, and those of the moment shown when it leaves", async () => {
    const { page } = await report(hexagon);
    await page.getByLabel("Scale").selectOption("linear");
    const legend = page.locator("[data-plot=composition] .legend");
    const before = await legend.textContent();
    expect(before).toMatch(/^mean:c /);
    const press = () => page.locator("[data-plot=composition] figcaption button").click();
    const table = columns((await saved(page, press)).toString());
    const area = (await page.locator("[data-plot=composition] .u-over").boundingBox())!;
    await page.mouse.move(area.x + 0.3 * area.width, area.y + 0.5 * area.height);
    await settled(page);
    const [, at, c] = /^at ([\d.]+):mean:c ([\d.]+)$/.exec((await legend.textContent())!)!;
    const until = Number(await page.locator("input.time").getAttribute("data-until"));
    expect(Number(at) / until).toBeCloseTo(0.3, 1);
    const times = table["time t (1/k₀)"]!;
    // Three digits are told of the place: the sample on either side of it may be meant.
    const near = times.filter((time) => Math.abs(time - Number(at)) < 0.02 * until).map((time) => times.indexOf(time));
    expect(near.map((k) => Number(table["c mean"]![k]!.toPrecision(3)))).toContain(Number(c));
    await page.mouse.move(area.x, area.y + 2 * area.height + 300);
    await settled(page);
    expect(await legend.textContent()).toBe(before);
    await page.context().close();
  });

  test("tells what a point of a sweep is, with its error", async () => {
    const { page } = await report(runAndReport("first-points", SHORT));
    const press = () => page.locator("[data-plot=chi] figcaption button").click();
    const table = columns((await saved(page, press)).toString());
    const area = (await page.locator("[data-plot=chi] .u-over").boundingBox())!;
    await page.mouse.move(area.x + 0.99 * area.width, area.y + 0.5 * area.height);
    await settled(page);
    const told = (await page.locator("[data-plot=chi] .legend").textContent())!;
    expect(told).toContain("at 12:");
    const value = table["χ mean"]![5]!;
    if (value >= 1e-3) expect(told).toContain(`χ ${Number(value.toPrecision(3))}`);
    else expect(told).toContain("χ ");
    await page.context().close();
  });

  test("has axes for times below 1e-24", async () => {
    const { page } = await report(early);
    await page.getByLabel("Scale").selectOption("linear");
    await settled(page);
    const inked = await page.locator("[data-plot=composition] canvas").evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let k = 3; k < data.length; k += 4) count += Number(data[k]! > 0);
      return count;
    });
    expect(inked).toBeGreaterThan(2000); // a grid, numbers and curves
    const area = (await page.locator("[data-plot=composition] .u-over").boundingBox())!;
    await page.mouse.move(area.x + 0.5 * area.width, area.y + 0.5 * area.height);
    await settled(page);
    expect(await page.locator("[data-plot=composition] .legend").textContent()).toMatch(/^at [\d.]+ × 10⁻[²³⁴⁵]/);
    await page.context().close();
  });

  test("says in numbers where a crystal is cut", async () => {
    const { page } = await report(early);
    await page.locator("summary", { hasText: "Slice" }).click();
    const told = page.locator(".slices output");
    expect(await told.allTextContents()).toEqual(["−1.5", "1.5", "−1.5", "1.5", "−1.5", "1.5"]);
    await slide(page, ".slices input >> nth=1", 0.5);
    expect(await told.nth(1).textContent()).toBe("0.5");
    await page.context().close();
  });
});
