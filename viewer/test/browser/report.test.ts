import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  CORNER,
  MIDDLE,
  PROGRAM,
  columns,
  folder,
  meanColor,
  misfit,
  open,
  openBrowser,
  ready,
  runAndReport,
  saved,
  screenshot,
  settled,
  slide,
} from "./support";

const EXCHANGE = `
[crystal]
shape = "hexagon"
side = 6
[kmc]
t_end = 60.0
stop_at_composition = 0.0
[ensemble]
trajectories = 5
[record.scalars]
linear = 41
logarithmic = 20
log_start = 1e-12
[record.sigma]
linear = 31
logarithmic = 10
log_start = 1e-12
`;
const BOX = `
[crystal]
shape = "box"
size = [4, 4, 6]
[model]
kT = 1.5
delta_mu = -200.0
[kmc]
t_end = 2.0
[ensemble]
trajectories = 2
[record.sigma]
linear = 11
`;
const STAGED = `
[crystal]
shape = "hexagon"
side = 5
[ensemble]
trajectories = 2
[record.scalars]
linear = 41
logarithmic = 20
log_start = 1e-12
[record.sigma]
linear = 31
logarithmic = 10
log_start = 1e-12
[[stage]]
t_end = 1.0
[[stage]]
t_end = 99.0
exchange_rate = 0.0
`;
const SWEEP = `
[crystal]
shape = "hexagon"
side = 4
[crystal.shell]
layers = 1
[monte_carlo]
composition = 0.5
start = ["separated", "superlattice"]
equilibration = 50
sweeps = 400
sample_interval = 2
frames = 4
[sweep]
"crystal.shell.stiffness" = [2.0, 6.0, 12.0]
`;

/** So short that some trajectories are not complete. */
// Of each point some trajectories complete the exchange and some do not.
const EXCHANGE_SWEEP =
  EXCHANGE.replace("t_end = 60.0", "t_end = 4.0").replace("trajectories = 5", "trajectories = 5\nseed = 6") +
  `[sweep]\n"model.kT" = [0.2, 0.4, 0.8]\n`;

const PHASE_NAMES = ["U1", "S1", "S2", "U2", "unclassified"];
const A = [0x17, 0x35, 0x7e];
const distance = (a: number[], b: number[]) => Math.hypot(...a.map((value, k) => value - b[k]!));

describe.skipIf(!PROGRAM)("a report in a browser", () => {
  let browser: Browser;
  let exchange: string;
  beforeAll(async () => {
    browser = await openBrowser();
    exchange = runAndReport("exchange", EXCHANGE);
  });
  afterAll(() => browser?.close());

  async function report(out: string, init?: string) {
    const opened = await open(browser, join(out, "report.html"), init ? { init } : {});
    await ready(opened.page);
    return opened;
  }

  test("opens from disk without a network and without a fault", async () => {
    const { page, faults, requests } = await report(exchange);
    expect(await page.title()).toContain("hexagon, side 6");
    expect(await page.getByLabel("Trajectory").locator("option").first().textContent()).toMatch(
      /^0: reached c = 0 at t = [\d.]+$/,
    );
    expect(await page.locator("[data-plot=composition] .cursor").isVisible()).toBe(true);
    await screenshot(page, "report-exchange");
    expect(faults).toEqual([]);
    expect(requests).toEqual([]);
    expect(distance(await meanColor(page, 0, CORNER), [255, 255, 255])).toBeLessThan(1);
    await page.context().close();
  });

  test("the slider moves the picture from A to B", async () => {
    const { page } = await report(exchange);
    await slide(page, "input.time", 0);
    const begin = await meanColor(page, 0, MIDDLE);
    await slide(page, "input.time", 1);
    const end = await meanColor(page, 0, MIDDLE);
    // Discs of A on white at first, of B at last: blue goes down, red goes up.
    expect(begin[2]! - begin[0]!).toBeGreaterThan(50);
    expect(end[0]! - end[2]!).toBeGreaterThan(100);
    await page.context().close();
  });

  test("colours switch between species, phase and strain", async () => {
    const { page } = await report(exchange);
    await linear(page);
    await slide(page, "input.time", 0.1);
    const seen: number[][] = [];
    for (const coloring of ["species", "phase", "deviation"]) {
      await page.getByLabel("Colour by").selectOption(coloring);
      await settled(page);
      seen.push(await meanColor(page, 0, [0.1, 0.1, 0.9, 0.9]));
    }
    expect(distance(seen[0]!, seen[1]!)).toBeGreaterThan(5);
    expect(distance(seen[1]!, seen[2]!)).toBeGreaterThan(5);
    await screenshot(page, "report-strain");
    await page.context().close();
  });

  test("legends say what species and phases are", async () => {
    const { page } = await report(exchange);
    const meaning = (where: string, name: string) =>
      page.locator(`${where} .legend [role=listitem]`, { hasText: name }).getAttribute("title");
    expect(await meaning(".crystal-view", "A")).toContain("leaves in an exchange");
    expect(await meaning("[data-plot=phases]", "S2")).toContain("one A to two B");
    await page.getByLabel("Colour by").selectOption("phase");
    expect(await meaning(".crystal-view", "U1")).toContain("all six neighbouring sites");
    await page.getByText("What are A, B, U1, S1, S2 and U2?").click();
    expect(await page.locator(".glossary dt").allTextContents()).toEqual(["A", "B", ...PHASE_NAMES]);
    expect(await page.locator(".glossary dd").last().isVisible()).toBe(true);
    await screenshot(page, "report-glossary");
    await page.context().close();
  });

  test("a column of curves that goes on below says so, until its end", async () => {
    const { page } = await report(exchange);
    const more = page.getByRole("button", { name: "More below" });
    const last = page.locator("[data-plot=profile]");
    const isSeen = () => last.evaluate((plot) => plot.getBoundingClientRect().bottom <= innerHeight);
    expect(await isSeen()).toBe(false);
    expect(await more.isVisible()).toBe(true);
    for (let presses = 0; (await more.isVisible()) && presses < 5; ++presses) {
      await more.click();
      await page.waitForTimeout(600); // it glides
    }
    expect(await isSeen()).toBe(true);
    await page.setViewportSize({ width: 700, height: 900 }); // one below the other: the page itself scrolls
    await settled(page);
    expect(await more.isVisible()).toBe(false);
    await page.context().close();
  });

  test("plots carry the numbers of misfit summary --csv", async () => {
    const { page } = await report(exchange);
    const told = columns(misfit("summary", exchange, "--csv"));
    const press = (name: string) => () => page.locator(`[data-plot=${name}] figcaption button`).click();
    const composition = columns((await saved(page, press("composition"))).toString());
    expect(composition["time t (1/k₀)"]).toEqual(told["time"]);
    expect(composition["c mean"]!.length).toBeGreaterThan(50);
    const near = (a: number[], b: number[]) => a.forEach((value, k) => expect(value).toBeCloseTo(b[k]!, 12));
    near(composition["c mean"]!, told["composition_mean"]!);
    near(composition["c standard error"]!, told["composition_standard_error"]!);
    const phases = columns((await saved(page, press("phases"))).toString());
    for (const name of PHASE_NAMES) near(phases[`${name} mean`]!, told[`f_${name}_mean`]!);
    await page.context().close();
  });

  test("curves, their numbers and the picture are of one moment", async () => {
    const { page } = await report(exchange);
    const table = async (name: string) => {
      const press = () => page.locator(`[data-plot=${name}] figcaption button`).click();
      return columns((await saved(page, press)).toString());
    };
    const frames = (await table("strain"))["time t (1/k₀)"]!;
    const composition = await table("composition");
    const at = (time: number) =>
      composition["c mean"]![composition["time t (1/k₀)"]!.filter((sample) => sample <= time).length - 1]!;
    // A place on the slider shortly before the next frame, where the composition is another than at the frame.
    const before = (k: number) => 0.1 * frames[k]! + 0.9 * frames[k + 1]!;
    const k = frames.findIndex((time, k) => time > 0.5 && at(time) > at(before(k)) + 0.01);
    await linear(page);
    const slider = page.locator("input.time");
    const until = Number(await slider.evaluate((input) => (input as HTMLInputElement).dataset["until"]));
    await slide(page, "input.time", before(k) / until);
    const short = (value: number) => Number(value.toPrecision(3));
    expect(await page.locator(".player output").first().textContent()).toBe(`t = ${short(frames[k]!)}`);
    const legend = await page.locator("[data-plot=composition] .legend").textContent();
    expect(legend).toBe(`mean:c ${short(at(frames[k]!))}`);
    await page.context().close();
  });

  test("the input that is shown gives the run again, --set included", async () => {
    const out = runAndReport("set", EXCHANGE, "crystal.side=5", "ensemble.trajectories=2", "kmc.t_end=2.0");
    const { page } = await report(out);
    const again = join(folder, "again.toml");
    writeFileSync(again, (await page.locator(".about pre").first().textContent())!);
    misfit("run", again, "--out", join(folder, "again"));
    expect(misfit("summary", join(folder, "again"), "--csv")).toBe(misfit("summary", out, "--csv"));
    expect(await page.locator(".about details pre").textContent()).toContain("side = 6");
    await page.context().close();
  });

  test("it plays and pauses, steps by the keyboard, and knows logarithmic time", async () => {
    const { page } = await report(exchange);
    await linear(page);
    const place = () => page.locator("input.time").inputValue().then(Number);
    await slide(page, "input.time", 0.3);
    const play = page.locator("[data-role=play]");
    await play.click();
    await page.waitForFunction(
      (from) => Number((document.querySelector("input.time") as HTMLInputElement).value) > from,
      0.31,
    );
    await play.click();
    const held = await place();
    await settled(page);
    await settled(page);
    expect(await place()).toBe(held);
    await page.locator(".stage canvas").first().focus();
    await page.keyboard.press("ArrowRight");
    expect(await place()).toBeGreaterThan(held);
    await page.keyboard.press("l");
    expect(await page.getByLabel("Scale").inputValue()).toBe("log");
    await slide(page, "input.time", 0.011);
    expect(await page.locator(".player output").first().textContent()).toContain("10⁻¹²");
    await page.context().close();
  });

  test("exchange and relaxation open in logarithmic time, where modulated phases are most", async () => {
    const { page, faults } = await report(runAndReport("staged", STAGED));
    expect(await page.getByLabel("Scale").inputValue()).toBe("log");
    const press = () => page.locator("[data-plot=phases] figcaption button").click();
    const phases = columns((await saved(page, press)).toString());
    const share = phases["S1 mean"]!.map((value, k) => value + phases["S2 mean"]![k]!);
    const told = (await page.locator("[data-plot=phases] .legend").textContent())!;
    const shown = ["S1", "S2"].map((name) => Number(told.match(new RegExp(`${name} ([\\d.]+)`))![1]));
    // There are fewer frames than samples: the most of the frames, which is near the most of all.
    expect(shown[0]! + shown[1]!).toBeGreaterThan(0.8 * Math.max(...share));
    expect(Math.max(...share)).toBeGreaterThan(0.05);
    await screenshot(page, "report-staged");
    const clock = page.locator(".player output").first();
    const stages = misfit("check", join(folder, "staged.toml")).match(/^stage \d+/gm)!;
    expect(stages).toEqual(["stage 1", "stage 2"]);
    expect(await clock.textContent()).toContain(`, ${stages[0]} of 2`);
    await slide(page, "input.time", 1);
    expect(await clock.textContent()).toContain(`, ${stages[1]} of 2`);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("pictures that come too slowly are coarse while it plays, sharp again when it does not", async () => {
    const init = `const raf = requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (draw) => setTimeout(() => raf(draw), 60);`;
    const { page } = await report(exchange, init);
    const share = "document.querySelector('.stage canvas').width / document.querySelector('.stage canvas').clientWidth";
    expect(await page.evaluate(share)).toBe(1);
    await slide(page, "input.time", 0.1);
    const legend = await page.locator(".crystal-view .legend span").first().elementHandle();
    await page.locator("[data-role=play]").click();
    await page.waitForFunction(`${share} < 0.6`);
    await page.locator("[data-role=play]").click();
    await page.waitForFunction(`${share} === 1`);
    // What did not change was not painted again.
    expect(await legend!.evaluate((key) => key.isConnected)).toBe(true);
    await page.context().close();
  });

  test("two trajectories stand side by side", async () => {
    const { page, faults } = await report(exchange);
    await linear(page);
    await slide(page, "input.time", 0.1);
    await page.getByText("Two side by side").click();
    await settled(page);
    expect(await page.locator(".stage canvas").count()).toBe(2);
    await page.getByLabel("beside").selectOption("3");
    expect(await page.locator(".stage canvas").nth(1).getAttribute("aria-label")).toContain("Trajectory 3");
    expect(await meanColor(page, 0, MIDDLE)).not.toEqual(await meanColor(page, 1, MIDDLE));
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("the picture is saved as SVG and PNG", async () => {
    const { page } = await report(exchange);
    await slide(page, "input.time", 0);
    const svg = (await saved(page, () => page.getByText("SVG", { exact: true }).click())).toString();
    expect(svg.match(/<circle/g)).toHaveLength(91);
    expect(svg.match(/fill="rgb\(23, 53, 126\)"/g)!.length).toBeGreaterThan(60);
    const png = await saved(page, () => page.getByText("PNG", { exact: true }).click());
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(1600);
    await page.context().close();
  });

  test("without WebGL2 it draws on a plain canvas and says so", async () => {
    const init = `const make = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind === "webgl2" ? null : make.call(this, kind, ...rest); };`;
    const { page, faults } = await report(exchange, init);
    await slide(page, "input.time", 0);
    expect(await page.locator(".warnings").textContent()).toContain("without WebGL2");
    const color = await meanColor(page, 0, MIDDLE);
    expect(color[2]! - color[0]!).toBeGreaterThan(50);
    expect(distance(color, A)).toBeLessThan(120);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("three dimensions turn, are cut, and are not blank", async () => {
    const out = runAndReport("box", BOX);
    const { page, faults } = await report(out);
    await slide(page, "input.time", 0);
    expect(await page.locator(".glossary dt").allTextContents()).toEqual(["A", "B", "U1", "U2", "unclassified"]);
    const before = await meanColor(page, 0, [0, 0, 1, 1]);
    await screenshot(page, "report-box");
    const label = page.locator("summary", { hasText: "Slice" });
    await label.click();
    await slide(page, ".slices input >> nth=1", -1);
    const cut = await meanColor(page, 0, [0, 0, 1, 1]);
    expect(distance(before, cut)).toBeGreaterThan(5);
    await slide(page, ".slices input >> nth=1", 10);
    await page.locator(".stage canvas").focus();
    for (let k = 0; k < 6; ++k) await page.keyboard.press("Shift+ArrowLeft");
    await settled(page);
    expect(distance(before, await meanColor(page, 0, [0.1, 0.3, 0.4, 0.7]))).toBeGreaterThan(2);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("a press on a curve of a sweep shows the configurations there", async () => {
    const out = runAndReport("sweep", SWEEP);
    const { page, faults } = await report(out);
    const area = page.locator("[data-plot=fractions] .u-over");
    const box = (await area.boundingBox())!;
    for (const [share, stiffness] of [
      [0.97, "12"],
      [0.03, "2"],
    ] as const) {
      await area.click({ position: { x: share * box.width, y: box.height / 2 } });
      await settled(page);
      const label = await page.locator(".stage canvas").getAttribute("aria-label");
      expect(label).toContain(`shell stiffness K_shell ${stiffness},`);
    }
    const told = columns(misfit("summary", out, "--csv"));
    const chi = columns(
      (await saved(page, () => page.locator("[data-plot=chi] figcaption button").click())).toString(),
    );
    expect(chi["χ mean"]!.length).toBe(3);
    chi["χ mean"]!.forEach((value, k) => expect(value).toBeCloseTo(told["f_U_variance"]![k]!, 12));
    await screenshot(page, "report-sweep");
    expect(faults).toEqual([]);
    await page.context().close();
  });

  describe("of a sweep of exchange", () => {
    let out: string;
    beforeAll(() => {
      out = runAndReport("exchange-sweep", EXCHANGE_SWEEP);
    });
    const label = (page: Page) => page.locator(".stage canvas").getAttribute("aria-label");
    const points = (page: Page) => page.getByRole("combobox", { name: "Point" });
    const composition = async (page: Page) => {
      const press = () => page.locator("[data-plot=composition] figcaption button").click();
      return columns((await saved(page, press)).toString())["c mean"]!;
    };
    const told = (point: number) => columns(misfit("summary", out, "--csv", "--point", String(point)));
    const near = (a: number[], b: number[]) => {
      expect(a).toHaveLength(b.length);
      a.forEach((value, k) => expect(value).toBeCloseTo(b[k]!, 12));
    };

    test("the list of points and a press on a curve show the trajectories there", async () => {
      const { page, faults, requests } = await report(out);
      expect(await points(page).locator("option").allTextContents()).toEqual(
        ["0.2", "0.4", "0.8"].map((kT) => `temperature kT ${kT}`),
      );
      near(await composition(page), told(1)["composition_mean"]!); // opens with the one in the middle
      await screenshot(page, "report-exchange-sweep");
      await points(page).selectOption({ label: "temperature kT 0.2" });
      near(await composition(page), told(0)["composition_mean"]!);
      await page.locator("[data-plot=largest_f_S2]").scrollIntoViewIfNeeded();
      const area = page.locator("[data-plot=largest_f_S2] .u-over");
      const box = (await area.boundingBox())!;
      await area.click({ position: { x: 0.9 * box.width, y: box.height / 2 } });
      expect(await points(page).inputValue()).toBe("2");
      near(await composition(page), told(2)["composition_mean"]!);
      expect(await page.locator("h2", { hasText: "temperature kT 0.8" }).count()).toBe(1);
      expect(faults).toEqual([]);
      expect(requests).toEqual([]);
      await page.context().close();
    });

    test("a point that is chosen shows the time, the scale and the colours of the one before, paused", async () => {
      const { page } = await report(out);
      await linear(page);
      await page.getByLabel("Colour by").selectOption("phase");
      await slide(page, "input.time", 0.02);
      const time = (text: string | null) => Number(/ at time ([\d.]+)/.exec(text!)![1]);
      const shown = time(await label(page));
      await page.locator("[data-role=play]").click();
      await points(page).selectOption("0");
      expect(await page.locator("[data-role=play]").textContent()).toBe("Play");
      expect(await page.getByLabel("Scale").inputValue()).toBe("linear");
      expect(await page.getByLabel("Colour by").inputValue()).toBe("phase");
      // It may have played on for a moment.
      expect(Math.abs(time(await label(page)) - shown)).toBeLessThan(1.5);
      const held = await page.locator("input.time").inputValue();
      await settled(page);
      await settled(page);
      expect(await page.locator("input.time").inputValue()).toBe(held);
      await page.context().close();
    });

    test("the point before no longer listens, follows the theme or holds a picture", async () => {
      const init = `window.contexts = [];
        const make = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
          const context = make.call(this, kind, ...rest);
          if (kind === "webgl2") window.contexts.push(context);
          return context;
        };`;
      const { page, faults } = await report(out, init);
      await linear(page);
      await slide(page, "input.time", 0);
      const before = (await page.locator("input.time").elementHandle())!;
      for (let k = 0; k < 6; ++k) await points(page).selectOption(String(k % 3));
      await settled(page);
      const held = "window.contexts.filter((context) => !context.isContextLost()).length";
      expect(await page.evaluate(held)).toBe(1);
      const place = () => page.locator("input.time").inputValue().then(Number);
      await slide(page, "input.time", 0);
      await page.locator(".stage canvas").focus();
      await page.keyboard.press("ArrowRight");
      expect(await place()).toBeGreaterThan(0);
      expect(await before.inputValue()).toBe("0");
      await page.getByRole("button", { name: "Light or dark page" }).click();
      await settled(page);
      const paper = await meanColor(page, 0, CORNER);
      expect(Math.max(...paper)).toBeLessThan(60);
      await screenshot(page, "report-exchange-sweep-dark");
      expect(faults).toEqual([]);
      await page.context().close();
    });

    test("curves over the sweep carry the numbers of the points, bounds are told", async () => {
      const { page } = await report(out);
      const press = () => page.locator("[data-plot=completion] figcaption button").click();
      const times = columns((await saved(page, press)).toString());
      expect(times["temperature kT"]).toEqual([0.2, 0.4, 0.8]);
      const summary = misfit("summary", out);
      for (const [k, time] of times["time mean"]!.entries()) {
        const row = summary.split("\n").find((line) => line.trim().startsWith(`${k} `))!;
        const least = Number(/c = 0 +\d +(?:> )?([\d.]+)\(/.exec(row)![1]);
        expect(Math.abs(time - least)).toBeLessThan(0.01 * least);
      }
      expect(await page.locator(".plots .help").first().textContent()).toContain("Open points are lower bounds");
      expect(await page.locator(".said").textContent()).toMatch(/^c = 0 reached by \d of 5; .* mean at least /);
      await page.context().close();
    });
  });

  test("a broken, a foreign and an empty page each say what is wrong", async () => {
    const text = readFileSync(join(exchange, "report.html"), "utf8");
    const data = /(<script id="misfit-data"[^>]*>)([^<]*)(<\/script>)/;
    const cases: [string, (data: string) => string, RegExp][] = [
      ["truncated", (found) => found.slice(0, found.length / 2 - ((found.length / 2) % 4)), /damaged/],
      ["foreign", () => Buffer.from("not a report").toString("base64"), /damaged/],
      ["empty", () => "%MISFIT_DATA%", /no data in this page/],
    ];
    for (const [name, change, message] of cases) {
      const file = join(folder, `${name}.html`);
      writeFileSync(
        file,
        text.replace(data, (_, begin: string, found: string, end: string) => begin + change(found) + end),
      );
      const { page } = await open(browser, file);
      expect(await alertOf(page)).toMatch(message);
      await page.context().close();
    }
  });

  test("a run without frames shows its curves and says why there is no picture", async () => {
    const out = runAndReport(
      "frameless",
      EXCHANGE.replace(/\[record.sigma\][^]*$/, "[record.sigma]\nlinear = 0\nlogarithmic = 0\n"),
    );
    const { page, faults } = await report(out);
    expect(await page.locator(".hints").textContent()).toContain("no frames");
    expect(await page.locator(".warnings").count()).toBe(0); // nothing is wrong
    expect(await page.locator("[data-plot=composition]").count()).toBe(1);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

async function linear(page: Page): Promise<void> {
  await page.getByLabel("Scale").selectOption("linear");
}

async function alertOf(page: Page): Promise<string> {
  await page.waitForSelector("[role=alert]");
  return (await page.locator("[role=alert]").textContent()) ?? "";
}
