/** The explorer: misfit's own engine in a page. */

import "uplot/dist/uPlot.min.css";
import "../shared/style.css";
import "./form.css";

import engine from "@engine/misfit-engine.wasm?inline";

import { TABLE } from "../generated/table";
import { bytesOfBase64 } from "../shared/bundle";
import { element, showFailure } from "../shared/dom";
import { Theme } from "../shared/theme";
import type { Answer, Request } from "./messages";
import { ExplorerPage } from "./page";
import ExplorerWorker from "./worker?worker&inline";

function start(): void {
  if (typeof WebAssembly === "undefined") throw new Error("This browser has no WebAssembly, which the engine needs.");
  const worker = new ExplorerWorker();
  worker.addEventListener("error", (event) => fail(event.message || "the engine's thread could not be started"));
  const theme = new Theme();
  const page = new ExplorerPage(theme, (request: Request) => worker.postMessage(request));
  worker.addEventListener("message", (event: MessageEvent<Answer>) => page.take(event.data));
  document.body.replaceChildren(
    element(
      "header",
      {},
      element("h1", {}, "misfit explorer"),
      element(
        "p",
        {},
        `Ion exchange of a lattice-mismatched nanocrystal, computed in this page by misfit ${TABLE.version}`,
      ),
      theme.toggle(),
    ),
    element("main", {}, page.root),
  );
  worker.postMessage({ kind: "load", wasm: bytesOfBase64(engine.slice(engine.indexOf(",") + 1)) } satisfies Request);
  page.begin();
}

const fail = (reason: unknown) =>
  showFailure(`The page failed: ${reason instanceof Error ? reason.message : String(reason)}`);
window.addEventListener("error", (event) => fail(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => fail(event.reason));
try {
  start();
} catch (error) {
  fail(error);
}
