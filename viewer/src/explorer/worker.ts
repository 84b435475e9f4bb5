/** The engine in a thread of its own, so that building V does not hold up the page. Answers every request in turn. */

import { Engine } from "../engine/engine";
import type { Answer, Request } from "./messages";
import { Session } from "./session";

/** Milliseconds of computing for one picture. */
const BUDGET = 12;

let session: Session | null = null;

function answer(message: Answer): void {
  postMessage(message);
}

function show(restarted: boolean): void {
  answer({ kind: "shown", snapshot: session!.snapshot(), restarted });
}

async function carryOut(request: Request): Promise<void> {
  if (request.kind === "load") {
    session = new Session(await Engine.load(request.wasm as Uint8Array<ArrayBuffer>));
    return;
  }
  const running = session!;
  switch (request.kind) {
    case "build":
      answer({ kind: "built", sites: running.build(request.parameters) });
      return show(true);
    case "restart":
      running.restart(request.parameters);
      return show(true);
    case "change":
      running.change(request.parameters);
      return show(false);
    case "switch":
      running.switchTo(request.parameters);
      return show(true);
    case "paint":
      running.paint(request.site, request.spin);
      return show(false);
    case "strain":
      running.wantStrain(request.wanted);
      return show(false);
    case "step":
      running.step();
      return show(false);
    case "play":
      running.play(request.pace, request.speed, request.seconds, BUDGET);
      return show(false);
    case "save":
      answer({ kind: "saved", ...running.save() });
  }
}

// One after another: an engine that is being loaded holds up what follows.
let queue: Promise<void> = Promise.resolve();
addEventListener("message", (event: MessageEvent<Request>) => {
  queue = queue.then(() =>
    carryOut(event.data).catch((error: unknown) =>
      answer({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
    ),
  );
});
