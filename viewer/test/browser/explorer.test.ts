import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  MIDDLE,
  PROGRAM,
  columns,
  folder,
  meanColor,
  misfit,
  open,
  openBrowser,
  ready,
  saved,
  screenshot,
  settled,
} from "./support";

/** The built page; ctest says where. */
const PAGE = process.env["MISFIT_EXPLORER"] ?? "";

const number = async (page: Page, name: string) =>
  Number((await page.locator(`[data-number="${name}"] dd`).textContent())!.replace(/\s/g, "").replace("−", "-"));

describe.skipIf(!PROGRAM || !existsSync(PAGE))("the explorer in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function explorer(hash: string, options: { moves?: boolean; width?: number; height?: number } = {}) {
    const opened = await open(browser, PAGE, { hash, ...options });
    await ready(opened.page);
    await opened.page.waitForSelector("[data-number=events], [data-number=sweeps]");
    return opened;
  }

  test("runs, pauses, and its curves are those of the program", async () => {
    const { page, faults, requests } = await explorer("#side=6&t_end=0.05");
    const run = page.locator("[data-role=run]");
    await page.locator(".player input[type=range]").fill("1");
    await run.click();
    await page.waitForFunction(() => Number(document.querySelector("[data-number=events] dd")!.textContent) > 5);
    await run.click();
    await settled(page);
    await settled(page);
    const paused = await number(page, "events");
    await settled(page);
    await settled(page);
    expect(await number(page, "events")).toBe(paused);
    await run.click();
    await page.waitForFunction(() => document.querySelector(".status")!.textContent!.startsWith("Ended"), null, {
      timeout: 50_000,
    });
    await screenshot(page, "explorer");

    const told = columns(
      (await saved(page, () => page.locator("[data-plot=composition] figcaption button").click())).toString(),
    );
    const [times, values] = [told["time t (1/k₀)"]!, told["c mean"]!];
    expect(times.length).toBeGreaterThan(20);
    const chosen = times.map((time, k) => [time, values[k]!] as const).filter(([time], k) => time > 0 && k % 3 === 0);
    const toml = (await saved(page, () => page.locator("[data-role=save]").click())).toString();
    const input = join(folder, "explorer.toml");
    writeFileSync(
      input,
      `${toml}\n[record.scalars]\nlinear = 0\nlogarithmic = 0\ntimes = [${chosen.map(([time]) => time).join(", ")}]\n`,
    );
    misfit("run", input, "--out", join(folder, "explorer"));
    const native = columns(misfit("summary", join(folder, "explorer"), "--csv"));
    expect(native["time"]).toEqual(chosen.map(([time]) => time));
    native["composition_mean"]!.forEach((value, k) => expect(value).toBeCloseTo(chosen[k]![1], 12));
    expect(faults).toEqual([]);
    expect(requests).toEqual([]);
    await page.context().close();
  });

  test("opens running, with all that matters on the first screen", async () => {
    const { page, faults } = await explorer("", { moves: true, width: 1280, height: 800 });
    await page.waitForFunction(
      () => Number(document.querySelector("[data-number=events] dd")!.textContent!.replace(/\s/g, "")) > 500,
    );
    await page.locator("[data-role=run]").click();
    expect(await number(page, "composition")).toBeLessThan(0.75);
    expect(await page.locator(".presets [aria-pressed=true]").allTextContents()).toEqual(["Exchange (Fig. 4)"]);
    const seen = [".presets", ".stage canvas", ".player", ".said", ".numbers", ".tools", "[data-plot=composition]"];
    for (const selector of [...seen, "[data-plot=phases]", ".controls"]) {
      const box = (await page.locator(selector).first().boundingBox())!;
      expect(Math.min(box.x, box.y), selector).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, selector).toBeLessThanOrEqual(1280);
      expect(box.y + box.height, selector).toBeLessThanOrEqual(800);
    }
    await screenshot(page, "explorer-first");
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("on a phone the crystal and its sentence come first, and nothing sticks out", async () => {
    const { page } = await explorer("", { moves: true, width: 390, height: 844 });
    for (const selector of [".presets", ".stage canvas", "[data-role=run]"]) {
      const box = (await page.locator(selector).first().boundingBox())!;
      expect(box.y + box.height, selector).toBeLessThanOrEqual(844);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await screenshot(page, "explorer-phone");
    await page.context().close();
  });

  test("each preset is built, says what is seen, and is a link", async () => {
    const { page, faults } = await explorer("", { moves: true });
    const sites = { Relaxation: 721, Cube: 512, "Core and shell": 817, Rod: 1080, Exchange: 721 };
    for (const [name, count] of Object.entries(sites)) {
      await page.locator(".choices button", { hasText: name }).click();
      await page.waitForFunction(
        (text) => document.querySelector(".status")!.textContent!.startsWith(text),
        `${count} sites`,
      );
      expect(await page.locator(".sentences p:visible").count()).toBe(1);
      await page.waitForFunction(() =>
        [...document.querySelectorAll("[data-number=events] dd, [data-number=sweeps] dd")].some(
          (told) => told.textContent !== "0",
        ),
      );
      expect(await page.locator("[data-role=run]").textContent()).toBe("Pause");
    }
    await page.getByLabel("kT").fill("0.25");
    await page.getByLabel("kT").press("Enter");
    expect(await page.locator(".sentences p:visible").count()).toBe(0);
    expect(new URL(page.url()).hash).toBe("#kT=0.25");
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("nothing moves when something is chosen, shown or said", async () => {
    const { page } = await explorer("#side=5", { width: 1280, height: 800 });
    const places = (selector: string) =>
      page.locator(selector).evaluateAll((elements) =>
        elements.map((each) => {
          const { x, y, width } = each.getBoundingClientRect();
          return [each.className || each.tagName, ...[x, y, width].map(Math.round)].join(" ");
        }),
      );
    const parts = ".sentences, .stage canvas, .player, .player *, section > .said, .numbers, .plot, .controls";
    const form = ".field, .controls > .said";
    const before = [await places(parts), await places(form)];
    const unmoved = async (what: string, formToo = true) => {
      await settled(page);
      expect(await places(parts), what).toEqual(before[0]);
      if (formToo) expect(await places(form), what).toEqual(before[1]);
    };
    await page.getByLabel("Paint").selectOption("-1");
    await unmoved("the brush");
    await page.getByLabel("kT").fill("0");
    await unmoved("a wrong value");
    await page.getByLabel("kT").press("Enter");
    await unmoved("a message");
    for (let k = 0; k < 3; ++k) await page.locator("[data-role=step]").click();
    await page.waitForFunction(() => document.querySelectorAll(".uplot").length === 3);
    await unmoved("the first events");
    await page.getByLabel("Colour by").selectOption("deviation");
    await page.waitForSelector('[data-number="rms strain"]');
    await unmoved("strain");
    await page.getByLabel("Pace").selectOption("full");
    await unmoved("a pace");
    for (const name of ["Core and shell", "Cube", "Exchange"]) {
      await page.locator(".choices button", { hasText: name }).click();
      await page.waitForSelector(".explorer[aria-busy=false]");
      await unmoved(name, false); // which fields mean something is another matter
    }
    await page.context().close();
  });

  test("every word of every list is seen whole", async () => {
    const { page } = await explorer("#shape=box&sizeX=3&sizeY=3&sizeZ=3&kT=1.5");
    const cut = () =>
      page.evaluate(() =>
        [...document.querySelectorAll("select")]
          .filter((select) => select.offsetParent !== null)
          .filter((select) => {
            const wide = select.cloneNode(true) as HTMLSelectElement;
            wide.style.cssText = "position: absolute; width: max-content";
            select.after(wide);
            const whole = wide.offsetWidth;
            wide.remove();
            return select.offsetWidth < whole;
          })
          .map((select) => select.id),
      );
    expect(await cut()).toEqual([]);
    await page.getByLabel("method").selectOption("equilibrium");
    expect(await page.getByLabel("start").isVisible()).toBe(true);
    expect(await cut()).toEqual([]);
    await page.context().close();
  });

  test("painting keeps the curves", async () => {
    const { page } = await explorer("#side=5");
    for (let k = 0; k < 25; ++k) await page.locator("[data-role=step]").click();
    await page.waitForFunction(() => document.querySelector("[data-number=events] dd")!.textContent === "25");
    const table = async () =>
      (await saved(page, () => page.locator("[data-plot=composition] figcaption button").click())).toString();
    const before = await table();
    await page.getByLabel("Paint").selectOption("-1");
    const box = (await page.locator(".stage canvas").boundingBox())!;
    const composition = await number(page, "composition");
    await page.mouse.move(box.x + 0.2 * box.width, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.8 * box.width, box.y + box.height / 2, { steps: 20 });
    await page.mouse.up();
    await page.waitForFunction(
      (most) => Number(document.querySelector("[data-number=composition] dd")!.textContent) < most,
      composition,
    );
    expect(await table()).toBe(before);
    await page.locator("[data-role=step]").click();
    await page.waitForFunction(() => document.querySelector("[data-number=events] dd")!.textContent === "26");
    expect(await table()).toContain(before.trim());
    await page.context().close();
  });

  test("plots of nothing have no axes, and get them with the first events", async () => {
    const { page, faults } = await explorer("#side=5");
    expect(await page.locator(".plot .nothing").allTextContents()).toEqual(Array(3).fill("nothing recorded yet"));
    expect(await page.locator(".plot .uplot").count()).toBe(0);
    for (let k = 0; k < 3; ++k) await page.locator("[data-role=step]").click();
    await page.waitForFunction(() => document.querySelector("[data-number=events] dd")!.textContent === "3");
    await settled(page);
    expect(await page.locator(".plot .nothing").count()).toBe(0);
    expect(await page.locator(".plot .uplot").count()).toBe(3);
    await page.locator("[data-role=restart]").click();
    await page.waitForSelector(".plot .nothing");
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("while V is computed the page says so, lives, and what cannot act is disabled", async () => {
    const hash = "#shape=box&sizeX=12&sizeY=12&sizeZ=12&kT=1.5";
    const { page, faults } = await open(browser, PAGE, { hash });
    const working = page.locator(".working");
    const roles = ["run", "step", "restart", "save", "relax"];
    const disabled = () =>
      page.evaluate(
        (names) => names.map((role) => document.querySelector<HTMLButtonElement>(`[data-role=${role}]`)!.disabled),
        roles,
      );
    await working.waitFor({ state: "visible" });
    expect(await disabled()).toEqual(roles.map(() => true));
    const told = await working.textContent();
    expect(told).toContain("Computing V of 1728 sites");
    await page.waitForFunction((before) => document.querySelector(".working")!.textContent !== before, told);
    await screenshot(page, "explorer-building");
    // Whatever is typed meanwhile is what is built next.
    await page.getByLabel("size x").fill("3");
    await page.getByLabel("size x").press("Enter");
    await page.getByLabel("size y").fill("3");
    await page.getByLabel("size y").press("Enter");
    await page.waitForFunction(() => document.querySelector(".status")!.textContent!.startsWith("108 sites"));
    await working.waitFor({ state: "hidden" });
    expect(await disabled()).toEqual(roles.map(() => false));
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("turning exchange off keeps the composition", async () => {
    const { page } = await explorer("#side=6");
    for (let k = 0; k < 30; ++k) await page.locator("[data-role=step]").click();
    await page.waitForFunction(() => document.querySelector("[data-number=events] dd")!.textContent === "30");
    await page.locator("[data-role=relax]").click();
    await settled(page);
    const before = await number(page, "composition");
    await page.locator("[data-role=run]").click();
    await page.waitForFunction(
      () => Number(document.querySelector("[data-number=events] dd")!.textContent!.replace(/\s/g, "")) > 60,
    );
    expect(await number(page, "composition")).toBe(before);
    expect(page.url()).toContain("exchange_rate=0");
    await page.context().close();
  });

  test("exchange that stops by itself can be turned on again, and what has ended begins again", async () => {
    const { page } = await explorer("#side=4&off_at=1e-15&t_end=1e-9");
    const relax = page.locator("[data-role=relax]");
    const ended = () =>
      page.waitForFunction(
        () => document.querySelector(".status")!.textContent === "Ended: the end of the time asked for",
      );
    expect(await relax.textContent()).toBe("Exchange off");
    await page.locator("[data-role=run]").click();
    await ended();
    const events = await number(page, "events");
    expect(await relax.textContent()).toBe("Exchange on");
    expect(await page.locator("[data-number=time] dd").textContent()).toBe("1 × 10⁻⁹");
    await page.locator("[data-role=run]").click();
    await ended();
    expect(await number(page, "events")).toBe(events);
    await relax.click();
    await settled(page);
    expect(await relax.textContent()).toBe("Exchange off");
    expect(page.url()).not.toContain("off_at");
    await page.context().close();
  });

  test("equilibrium begins as its form says, or says that it goes on", async () => {
    const { page } = await explorer("#side=5");
    await page.getByLabel("method").selectOption("equilibrium");
    await page.waitForSelector("[data-number=sweeps]");
    expect(await number(page, "composition")).toBeCloseTo(30 / 61, 3);
    await page.getByLabel("method").selectOption("exchange");
    await page.waitForSelector("[data-number=events]");
    await page.locator("[data-role=step]").click();
    await page.waitForFunction(() => document.querySelector("[data-number=events] dd")!.textContent === "1");
    const before = await number(page, "composition");
    await page.getByLabel("method").selectOption("equilibrium");
    await page.waitForSelector("[data-number=sweeps]");
    expect(await number(page, "composition")).toBe(before);
    expect(await page.locator(".status").textContent()).toContain("From the species shown");
    await page.context().close();
  });

  test("painting turns sites, and the field answers", async () => {
    const { page, faults } = await explorer("#side=5");
    await page.getByLabel("Colour by").selectOption("potential");
    await settled(page);
    const before = await meanColor(page, 0, MIDDLE);
    await page.getByLabel("Paint").selectOption("-1");
    const box = (await page.locator(".stage canvas").boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForFunction(
      () => Number(document.querySelector('[data-number="elastic energy"] dd')!.textContent) > 0,
    );
    expect(await number(page, "composition")).toBeCloseTo(60 / 61, 3);
    await settled(page);
    expect(await meanColor(page, 0, MIDDLE)).not.toEqual(before);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("painting works by the keyboard, and is told", async () => {
    const { page, faults } = await explorer("#side=5");
    await page.getByLabel("Paint").selectOption("-1");
    const canvas = page.locator(".stage canvas");
    const told = page.locator(".tip");
    const cursor = page.locator(".site-cursor");
    expect(await canvas.getAttribute("role")).toBe("application");
    expect(await cursor.isVisible()).toBe(false);
    await canvas.focus();
    await page.keyboard.press("ArrowRight");
    await settled(page);
    expect(await told.getAttribute("aria-live")).toBe("polite");
    expect(await told.textContent()).toMatch(/^site \d+ \(1, 0\), A/);
    const before = (await cursor.boundingBox())!;
    const box = (await canvas.boundingBox())!;
    expect(before.x).toBeGreaterThan(box.x + box.width / 2);
    await page.keyboard.press("ArrowUp");
    await settled(page);
    expect((await cursor.boundingBox())!.y).toBeLessThan(before.y);
    await page.keyboard.press(" ");
    await page.waitForFunction(() => document.querySelector(".tip")!.textContent!.startsWith("painted: site"));
    await page.waitForFunction(() => document.querySelector(".tip")!.textContent!.includes(", B"));
    expect(await number(page, "composition")).toBeCloseTo(60 / 61, 3);
    expect(await number(page, "events")).toBe(0); // space did not make it run
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("[data-number=composition] dd")!.textContent === "0.967");
    await screenshot(page, "explorer-cursor");
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("in three dimensions the keys go along the lattice, into the depth too", async () => {
    const { page } = await explorer("#shape=box&sizeX=3&sizeY=3&sizeZ=3&kT=1.5");
    await page.getByLabel("Paint").selectOption("-1");
    await page.locator(".stage canvas").focus();
    const told = page.locator(".tip");
    const places: number[][] = [];
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageUp", "PageUp", "PageDown"]) {
      await page.keyboard.press(key);
      const [, place] = (await told.textContent())!.match(/\(([^)]*)\)/)!;
      places.push(place!.split(", ").map(Number));
    }
    const steps = places.slice(1).map((place, k) => place.map((at, axis) => Math.abs(at - places[k]![axis]!)));
    // One lattice step at the most, never to another line; up and down are along z here.
    for (const step of steps) expect(step.reduce((sum, by) => sum + by)).toBeLessThanOrEqual(1);
    expect(steps[2]).toEqual([0, 0, 1]);
    expect(steps[6]).toEqual([0, 1, 0]); // from the back
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("[data-number=composition] dd")!.textContent === "0.963");
    await page.context().close();
  });

  test("equilibrium, boxes and shells are a link away", async () => {
    const { page, faults } = await explorer(
      "#shape=box&sizeX=4&sizeY=4&sizeZ=4&layers=1&stiffness=3&method=equilibrium&kT=1.5",
    );
    expect(await page.locator(".status").textContent()).toContain("216 sites");
    await page.locator("[data-role=run]").click();
    await page.waitForFunction(
      () => Number(document.querySelector("[data-number=sweeps] dd")!.textContent!.replace(/\s/g, "")) > 5,
    );
    expect(await page.getByLabel("method").inputValue()).toBe("equilibrium");
    expect(await page.locator(".glossary summary").textContent()).toBe("What are A, B, U1 and U2?");
    await page.getByLabel("shape").selectOption("hexagon");
    await page.getByText("What are A, B, U1, S1, S2 and U2?").click();
    expect(await page.locator(".glossary dd").first().isVisible()).toBe(true);
    await screenshot(page, "explorer-box");
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("a wrong link and a wrong value are told, and nothing breaks", async () => {
    const { page, faults } = await explorer("#side=99&kt=3");
    expect(await page.locator("p.warning").first().textContent()).toContain(
      "side = 99: allowed: an integer from 2 to 32",
    );
    const told = page.locator(".controls [role=alert]");
    const kT = page.getByLabel("kT");
    await kT.fill("0");
    expect(await kT.getAttribute("aria-invalid")).toBe("true");
    await kT.press("Enter");
    expect(await told.textContent()).toBe("kT = 0: allowed: a number above 0 and at most 1000; it stays 0.2");
    expect([await kT.inputValue(), await kT.getAttribute("aria-invalid")]).toEqual(["0.2", "false"]);
    await kT.fill("0.3");
    expect(await told.textContent()).toBe("");
    await kT.press("Enter");
    await page.getByLabel("side").fill("40");
    await page.getByLabel("side").press("Enter");
    expect(await told.textContent()).toContain("side = 40");
    await page.getByLabel("shape").selectOption("box");
    expect(await told.textContent()).toBe("");
    // Constants of a cube, but what was chosen stays.
    expect(await page.getByLabel("drive").inputValue()).toBe("-200");
    expect(await kT.inputValue()).toBe("0.3");
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
