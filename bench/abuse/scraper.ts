import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Target } from "./attack.ts";
import { type Scrape, scrape } from "./scrape.ts";

// A thread of its own, so that what the attack costs its own process is not taken for the target's latency.
const PAUSE_MS = 200;

async function scrapeUntil(over: Promise<unknown>): Promise<Scrape[]> {
  const scrapes: Scrape[] = [];
  const isOver = over.then(() => true);
  do scrapes.push(await scrape(workerData as Target));
  while (!(await Promise.race([isOver, sleep(PAUSE_MS, false)])));
  return scrapes;
}

if (parentPort) parentPort.postMessage(await scrapeUntil(once(parentPort, "message")));
