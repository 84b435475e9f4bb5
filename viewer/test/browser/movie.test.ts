/** Movies that a report makes: what is in the file, by ffmpeg. */

import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { PROGRAM, folder, open, openBrowser, ready, runAndReport, saved, settled } from "./support";

const RUN = `
[crystal]
shape = "hexagon"
side = 5
[kmc]
t_end = 4.0
[ensemble]
trajectories = 2
[record.sigma]
linear = 7
logarithmic = 5
log_start = 1e-9
`;
const HAS_FFMPEG = !spawnSync("ffprobe", ["-version"]).error;
const A = [0x17, 0x35, 0x7e];
const B = [0xdc, 0x55, 0x39];

/** Milliseconds: films take their time, and longer where other work takes the processor. */
const LONG = 180_000;

/** RGB of all pixels of every picture of a movie that is not the one before. */
interface Movie {
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly Buffer[];
}

describe.skipIf(!PROGRAM)("a movie of a report", () => {
  let browser: Browser;
  let out: string;
  beforeAll(async () => {
    browser = await openBrowser();
    out = runAndReport("movie", RUN);
  });
  afterAll(() => browser?.close());

  async function report(init = "") {
    const opened = await open(browser, join(out, "report.html"), { init, width: 900, height: 640 });
    await ready(opened.page);
    await opened.page.getByLabel("Speed").selectOption("4");
    return opened;
  }

  test.skipIf(!HAS_FFMPEG)(
    "has every frame, as it is seen, and the page is back at its own",
    async () => {
      const { page, faults } = await report();
      const before = await said(page);
      const waiting = page.waitForEvent("download");
      await save(page).focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction("/frame 2 of \\d+/.test(document.body.textContent)");
      expect(await page.getByRole("button", { name: "Cancel movie" }).count()).toBe(1);
      const download = await waiting;
      expect(download.suggestedFilename()).toMatch(/^misfit-hexagon-side-5-[\w.=-]+-trajectory-0\.webm$/);
      const file = join(folder, "page.webm");
      await download.saveAs(file);
      await save(page).waitFor();
      expect(await said(page)).toEqual(before);
      const movie = read(file);
      const shares = await compositions(page);
      expect(movie.pictures.map((picture) => shareOfA(movie, picture, 0, 1))).toEqual(
        shares.map((share) => expect.closeTo(share, 1)),
      );
      expect(new Set(shares).size).toBeGreaterThan(5);
      expect(faults).toEqual([]);
      await page.context().close();
    },
    LONG,
  );

  test.skipIf(!HAS_FFMPEG)(
    "shows two trajectories side by side, without WebGL2, and misses no frame unseen",
    async () => {
      const { page, faults } = await report(`const make = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind === "webgl2" ? null : make.call(this, kind, ...rest); };
      window.hide = (hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      };`);
      await page.getByText("Two side by side").click();
      const file = join(folder, "two.webm");
      const content = await saved(page, async () => {
        await save(page).click();
        await page.waitForFunction("/frame 3 of \\d+/.test(document.body.textContent)");
        await page.evaluate("hide(true)");
        await page.waitForTimeout(700);
        await page.evaluate("hide(false)");
      });
      writeFileSync(file, content);
      const movie = read(file);
      await save(page).waitFor();
      const left = await compositions(page);
      await page.getByRole("combobox", { name: "Trajectory" }).selectOption("1");
      const right = await compositions(page);
      const near = (shares: number[]) => shares.map((share) => expect.closeTo(share, 1));
      expect(movie.pictures.map((picture) => shareOfA(movie, picture, 0, 0.5))).toEqual(near(left));
      expect(movie.pictures.map((picture) => shareOfA(movie, picture, 0.5, 1))).toEqual(near(right));
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  test(
    "is not saved if it is cancelled, by its button or by Escape",
    async () => {
      const { page, faults } = await report();
      const downloads: string[] = [];
      page.on("download", (download) => downloads.push(download.suggestedFilename()));
      const before = await said(page);
      for (const cancel of [
        () => page.getByRole("button", { name: "Cancel movie" }).click(),
        () => page.keyboard.press("Escape"),
      ]) {
        await save(page).click();
        await page.waitForFunction("/frame 2 of \\d+/.test(document.body.textContent)");
        expect(await said(page)).not.toEqual(before);
        await cancel();
        await save(page).waitFor();
        expect(await said(page)).toEqual(before);
      }
      await page.getByLabel("Speed").selectOption("1"); // nothing is held any more
      await page.waitForTimeout(500);
      expect(downloads).toEqual([]);
      expect(faults).toEqual([]);
      await page.context().close();
    },
    LONG,
  );

  test("is left to misfit animate where the browser makes none", async () => {
    const lacking = await report("delete window.MediaRecorder;");
    expect(await save(lacking.page).isDisabled()).toBe(true);
    expect(await save(lacking.page).getAttribute("title")).toContain("`misfit animate`");
    await lacking.page.context().close();
    const { page, faults } = await report("MediaRecorder.prototype.start = () => { throw new Error('no room'); };");
    const before = await said(page);
    await save(page).click();
    await page.getByText("No movie: no room. `misfit animate` writes movies, too.").waitFor();
    expect(await said(page)).toEqual(before);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});

function save(page: Page) {
  return page.getByRole("button", { name: "Save movie" });
}

/** What the page says that it shows, and where its slider is. */
async function said(page: Page): Promise<(string | null)[]> {
  await settled(page);
  const label = await page.locator(".stage canvas").first().getAttribute("aria-label");
  return [label, await page.locator("input.time").inputValue()];
}

/** Of every frame of the first trajectory that is shown, by stepping through them. */
async function compositions(page: Page): Promise<number[]> {
  const shares: number[] = [];
  await page.locator("input.time").evaluate((input: HTMLInputElement) => {
    input.value = "0";
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (let last = "", [now] = await said(page); now !== last; [now] = await said(page)) {
    shares.push(Number(/: ([\d.]+) of the sites/.exec(now!)![1]));
    last = now!;
    await page.getByRole("button", { name: "One frame on" }).click();
  }
  return shares;
}

/** The last picture comes twice so that it lasts, and one of which a browser is not sure that it was seen does, too. */
function read(file: string): Movie {
  const asked = ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "csv=p=0"];
  const [width, height] = execFileSync("ffprobe", [...asked, file], { encoding: "utf8" })
    .split(",")
    .map(Number);
  const pixels = execFileSync(
    "ffmpeg",
    ["-v", "error", "-i", file, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
    {
      maxBuffer: 1 << 30,
    },
  );
  const length = 3 * width! * height!;
  const all = Array.from({ length: pixels.length / length }, (_, k) => pixels.subarray(k * length, (k + 1) * length));
  return { width: width!, height: height!, pictures: all.filter((one, k) => k === 0 || differ(all[k - 1]!, one)) };
}

/** Codecs change colours a little; where a word or a site is another, black is white. */
function differ(one: Buffer, other: Buffer): boolean {
  let count = 0;
  for (let k = 0; k < one.length; k += 3) count += Number(Math.abs(one[k]! - other[k]!) > 80);
  return count > 10;
}

/** Of the pixels that have the colour of A or B, between two shares of the width. */
function shareOfA({ width, height }: Movie, picture: Buffer, from: number, to: number): number {
  const counts = [A, B].map((color) => {
    let count = 0;
    for (let y = 0; y < height; ++y) {
      for (let x = Math.round(from * width); x < Math.round(to * width); ++x) {
        const at = 3 * (y * width + x);
        const apart = Math.hypot(...color.map((value, c) => value - picture[at + c]!));
        count += Number(apart < 30);
      }
    }
    return count;
  }) as [number, number];
  expect(counts[0] + counts[1]).toBeGreaterThan(0.1 * (to - from) * width * height);
  return counts[0] / (counts[0] + counts[1]);
}
