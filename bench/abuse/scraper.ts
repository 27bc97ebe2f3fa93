import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Target } from "./attack.ts";
import { type Scrape, scrape } from "./scrape.ts";

// A thread of its own, so that what the attack costs its own process is not taken for the target's latency.
const PAUSE_MS = 200;
const scrapes: Scrape[] = [];
let isOver = false;
parentPort?.once("message", () => (isOver = true));
// One more after the end of the attack would be a normal one: the loop ends with the one that is on its way.
while (!isOver) {
  scrapes.push(await scrape(workerData as Target));
  await sleep(PAUSE_MS);
}
parentPort?.postMessage(scrapes);
