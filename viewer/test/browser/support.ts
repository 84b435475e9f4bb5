/** What tests in a real browser share: the program, runs made with it, a browser, and pixels. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";

/** The misfit program; ctest names it. */
export const PROGRAM = process.env["MISFIT_PROGRAM"] ?? "";
const SCREENSHOTS = process.env["MISFIT_SCREENSHOTS"] ?? "";

export const folder = mkdtempSync(join(tmpdir(), "misfit-viewer-"));

export function misfit(...words: string[]): string {
  return execFileSync(PROGRAM, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
}

/** Runs an input and writes its report; returns the run's folder, with report.html in it. */
export function runAndReport(name: string, toml: string, ...settings: string[]): string {
  const input = join(folder, `${name}.toml`);
  const out = join(folder, name);
  writeFileSync(input, toml);
  misfit("run", input, "--out", out, ...settings.flatMap((setting) => ["--set", setting]));
  misfit("report", out);
  return out;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["MISFIT_CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Opened {
  readonly page: Page;
  /** What went wrong in the page: exceptions and errors in its log. */
  readonly faults: string[];
  /** Addresses that were asked for beside the page itself. */
  readonly requests: string[];
}

/** Opens a file of this machine in a new page; with `moves` for a reader who lets pages begin to move by themselves. */
export async function open(
  browser: Browser,
  file: string,
  options: { init?: string; hash?: string; moves?: boolean; width?: number; height?: number } = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    acceptDownloads: true,
    colorScheme: "light",
    reducedMotion: options.moves ? "no-preference" : "reduce",
  });
  const page = await context.newPage();
  if (options.init) await page.addInitScript(options.init);
  const faults: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && request.url() !== page.url()) requests.push(request.url());
  });
  const address = pathToFileURL(file).href;
  await page.goto(address + (options.hash ?? ""));
  return { page, faults, requests: requests.filter((url) => !url.startsWith(address)) };
}

export async function ready(page: Page): Promise<void> {
  await page.waitForSelector("html[data-ready]");
  await settled(page);
}

/** Waits until what was asked for has been drawn. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  );
}

/** Mean colour [red, green, blue] of a part of a canvas; the region is in shares of its width and height. */
export async function meanColor(
  page: Page,
  canvas: number,
  region: [number, number, number, number],
): Promise<number[]> {
  return page.evaluate(
    ([which, [left, top, right, bottom]]) => {
      const source = document.querySelectorAll(".stage canvas")[which] as HTMLCanvasElement;
      const copy = document.createElement("canvas");
      copy.width = source.width;
      copy.height = source.height;
      const context = copy.getContext("2d")!;
      context.drawImage(source, 0, 0);
      const [x, y] = [Math.round(left * source.width), Math.round(top * source.height)];
      const [w, h] = [Math.round((right - left) * source.width), Math.round((bottom - top) * source.height)];
      const { data } = context.getImageData(x, y, w, h);
      const sum = [0, 0, 0];
      for (let k = 0; k < data.length; k += 4) for (let c = 0; c < 3; ++c) sum[c]! += data[k + c]!;
      return sum.map((value) => value / (data.length / 4));
    },
    [canvas, region] as const,
  );
}

export const MIDDLE: [number, number, number, number] = [0.4, 0.4, 0.6, 0.6];
export const CORNER: [number, number, number, number] = [0, 0, 0.06, 0.06];

/** Keeps a picture of the page where the build says, outside the source tree. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!SCREENSHOTS) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Moves a slider as a reader does: sets it and tells the page. */
export async function slide(page: Page, selector: string, value: number): Promise<void> {
  await page.locator(selector).evaluate((input: HTMLInputElement, to) => {
    input.value = String(to);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, value);
  await settled(page);
}

/** The text of a file that a button makes the browser save. */
export async function saved(page: Page, press: () => Promise<void>): Promise<Buffer> {
  const waiting = page.waitForEvent("download");
  await press();
  const stream = await (await waiting).createReadStream();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Columns of a CSV table by name. */
export function columns(text: string): Record<string, number[]> {
  const [head, ...rows] = text.trim().split("\n");
  const names = head!.split(",").map((name) => name.replace(/^"|"$/g, ""));
  return Object.fromEntries(names.map((name, k) => [name, rows.map((row) => Number(row.split(",")[k]))]));
}
