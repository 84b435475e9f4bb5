/** The first screen of a report of exchange, coloured by phase: node picture.mjs REPORT PICTURE (docs/redraw.py). */

import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, picture] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env["MISFIT_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
await page.goto(pathToFileURL(report).href);
await page.waitForSelector("html[data-ready]");
await page.getByLabel("Colour by").selectOption("phase");
// Drawn, and as sharp as it gets: without a graphics card on a busy machine that takes some seconds.
let [before, shown] = [Buffer.alloc(0), await page.screenshot()];
for (let same = 0; same < 3; same = before.equals(shown) ? same + 1 : 0) {
  await page.waitForTimeout(700);
  [before, shown] = [shown, await page.screenshot({ path: picture })];
}
await browser.close();
