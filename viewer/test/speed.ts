/** Microseconds of processor time that the engine takes for an event: `npx vite-node test/speed.ts`, beside build/release. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Engine, type Input } from "../src/engine/engine";

const folder =
  process.env["MISFIT_ENGINE"] ?? fileURLToPath(new URL("../../build/release/viewer/engine", import.meta.url));
const EVENTS = 20_000;
const ROUNDS = 5;

const engine = await Engine.load(readFileSync(`${folder}/misfit-engine.wasm`));
const cases: Input[] = [10, 16, 24].map((side) => ({ crystal: { shape: "hexagon", side } }));
cases.push({ crystal: { shape: "hexagon", side: 16 }, kmc: { rates: "published" } });
for (const input of cases) {
  engine.build(input);
  engine.advance({ events: 1000 });
  const times = Array.from({ length: ROUNDS }, () => {
    const begin = process.cpuUsage();
    engine.advance({ events: EVENTS });
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / EVENTS;
  });
  console.log(`N = ${engine.size}, ${engine.kmc.rates}: ${times.map((time) => time.toFixed(2)).join(" ")} us an event`);
}
