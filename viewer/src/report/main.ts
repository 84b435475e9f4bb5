/** The page of `misfit report`: reads the data in it and shows them, or says what is wrong. */

import "uplot/dist/uPlot.min.css";
import "../shared/style.css";

import { Bundle, DataError, readBundle } from "../shared/bundle";
import { element, showFailure } from "../shared/dom";
import { Theme } from "../shared/theme";
import { aboutSection } from "./about";
import { board } from "./board";
import type { EquilibriumHeader, ExchangeHeader, ExchangeSweepHeader, Header } from "./data";
import { EquilibriumPage } from "./equilibrium";
import { ExchangePage } from "./exchange";
import { ExchangeSweepPage } from "./exchange_sweep";

async function start(): Promise<void> {
  const bundle = await readBundle<Header>(document.getElementById("misfit-data")?.textContent ?? "");
  const { header } = bundle;
  const theme = new Theme();
  const page = makePage(bundle, theme);
  const { warnings, hints } = header.notes;
  document.body.replaceChildren(
    element("header", {}, element("h1", {}, header.title), element("p", {}, header.heading), theme.toggle()),
    element(
      "main",
      {},
      warningsOf([...warnings, ...page.remarks]),
      list("hints", "Hints", hints),
      page.root,
      aboutSection(header),
    ),
  );
  document.documentElement.dataset["ready"] = "yes";
}

/** One is read at once; several are folded, or they would stand where the picture is. */
function warningsOf(lines: readonly string[]): Node | string {
  if (lines.length < 2) return list("warnings", "Warnings", lines);
  return element(
    "details",
    { class: "warnings" },
    element("summary", {}, `${lines.length} warnings`),
    list("", "Warnings", lines),
  );
}

/** Lines above the page; nothing where there are none. */
function list(kind: string, name: string, lines: readonly string[]): Node | string {
  if (lines.length === 0) return "";
  return element("ul", { class: kind, "aria-label": name }, ...lines.map((line) => element("li", {}, line)));
}

/** What a page shows, and what the browser lacks for it. */
interface Content {
  readonly root: HTMLElement;
  readonly remarks: readonly string[];
}

function makePage(bundle: Bundle<Header>, theme: Theme): Content {
  if (bundle.header.kind === "exchange") return exchangePage(bundle as Bundle<ExchangeHeader>, theme);
  if (bundle.header.kind === "exchange sweep")
    return new ExchangeSweepPage(bundle as Bundle<ExchangeSweepHeader>, theme);
  if (bundle.header.kind === "equilibrium") return new EquilibriumPage(bundle as Bundle<EquilibriumHeader>, theme);
  throw new DataError("The data in this page are of a kind that this viewer does not know.");
}

function exchangePage(bundle: Bundle<ExchangeHeader>, theme: Theme): Content {
  const page = new ExchangePage(bundle, bundle.header, theme, bundle.header.heading);
  return { root: board(page.left, page.plotsBox), remarks: page.remarks };
}

// Whatever fails, the page says it: a blank one never.
const fail = (reason: unknown) => {
  const message = reason instanceof Error ? reason.message : String(reason);
  showFailure(reason instanceof DataError ? message : `The page failed: ${message}`);
};
window.addEventListener("error", (event) => fail(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => fail(event.reason));
start().catch(fail);
