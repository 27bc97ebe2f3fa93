import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Outcomes } from "./attack.ts";
import type { Attack } from "./attacks.ts";
import { factsOf, forgetPeak, type ProcessFacts } from "./process-facts.ts";
import { type Scrape, freeSlots, scrape } from "./scrape.ts";
import type { Victim } from "./victims.ts";

/** What an attack did to a program. */
export interface Damage {
  readonly before: ProcessFacts;
  readonly after: ProcessFacts;
  readonly outcomes: readonly (readonly [string, number])[];
  /** Normal scrapes during the attack. */
  readonly scrapes: readonly Scrape[];
  /** The first one after it. */
  readonly next: Scrape;
  readonly freeSlots: number;
}

/** `--web.max-requests` of both programs, by default. */
export const SLOTS = 40;

const PAUSE_MS = 1_000;
/** How long a program may take to notice that connections have ended. */
const CLOSING_MS = 10_000;
/** The connection over which the exporter asked the API last, and one that is about to end. */
const SPARE_FILES = 2;

async function factsOnceClosed(pid: number, { openFiles }: ProcessFacts): Promise<ProcessFacts> {
  const end = performance.now() + CLOSING_MS;
  while (factsOf(pid).openFiles > openFiles + SPARE_FILES && performance.now() < end) await sleep(50);
  return factsOf(pid);
}

async function scrapedMeanwhile(port: number, act: () => Promise<void>): Promise<Scrape[]> {
  const worker = new Worker(new URL("scraper.js", import.meta.url), { workerData: { port } });
  await act();
  const scrapes = once(worker, "message");
  worker.postMessage("over");
  return ((await scrapes) as [Scrape[]])[0];
}

/**
 * Attacks a program, scrapes it meanwhile, and looks at what is left.
 * @throws Error when the program has ended
 */
export async function assault(victim: Victim, attack: Attack): Promise<Damage> {
  const before = factsOf(victim.pid);
  forgetPeak(victim.pid);
  const outcomes = new Outcomes();
  const scrapes = await scrapedMeanwhile(victim.port, () =>
    attack.attacker(victim, { ...attack, pauseMs: PAUSE_MS }, outcomes),
  );
  const next = await scrape(victim);
  const after = await factsOnceClosed(victim.pid, before);
  return { before, after, outcomes: outcomes.entries(), scrapes, next, freeSlots: await freeSlots(victim, SLOTS) };
}

/** Whether the connections that the attack left have ended. */
export function areFilesClosed({ before, after }: Damage): boolean {
  return after.openFiles <= before.openFiles + SPARE_FILES;
}
