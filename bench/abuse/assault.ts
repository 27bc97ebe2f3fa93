import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { Outcomes } from "./attack.ts";
import type { Attack } from "./attacks.ts";
import { type ProcessFacts, factsOf, forgetPeak } from "./process-facts.ts";
import { type Scrape, freeSlots, scrape } from "./scrape.ts";
import type { Victim } from "./victims.ts";

/** What an attack did to a program. */
export interface Damage {
  readonly atRest: ProcessFacts;
  readonly after: ProcessFacts;
  readonly outcomes: readonly (readonly [string, number])[];
  /** Normal scrapes during the attack. */
  readonly scrapes: readonly Scrape[];
  /** The first one after it. */
  readonly next: Scrape;
  /** Of those that there are. */
  readonly freeSlots: number;
  readonly slots: number;
}

const PAUSE_MS = 1_000;
/** An attack that is over sooner is repeated. */
const SHORTEST_MS = 5_000;
/** How long a program may take to notice that connections have ended. */
const CLOSING_MS = 10_000;
/** A connection on which the API was asked, and a response that is about to end. */
const SPARE_FILES = 2;

function areClosed({ openFiles }: ProcessFacts, atRest: ProcessFacts): boolean {
  return openFiles <= atRest.openFiles + SPARE_FILES;
}

/** Whether the connections that the attack left have ended. */
export function areFilesClosed({ atRest, after }: Damage): boolean {
  return areClosed(after, atRest);
}

async function factsOnceClosed({ pid, atRest }: Victim): Promise<ProcessFacts> {
  const end = performance.now() + CLOSING_MS;
  while (!areClosed(factsOf(pid), atRest) && performance.now() < end) await sleep(50);
  return factsOf(pid);
}

async function scrapedMeanwhile({ port, isEncrypted }: Victim, act: () => Promise<void>): Promise<Scrape[]> {
  const worker = new Worker(new URL("scraper.js", import.meta.url), { workerData: { port, isEncrypted } });
  await act();
  const scrapes = once(worker, "message");
  worker.postMessage("over");
  return ((await scrapes) as [Scrape[]])[0];
}

async function attackFor(victim: Victim, attack: Attack, outcomes: Outcomes): Promise<void> {
  const end = performance.now() + SHORTEST_MS;
  do await attack.attacker(victim, { ...attack, pauseMs: PAUSE_MS }, outcomes);
  while (performance.now() < end);
}

/**
 * Attacks a program, scrapes it meanwhile, and looks at what is left.
 * @param slots how many scrapes it should be able to answer at a time
 * @throws Error when the program has ended
 */
export async function assault(victim: Victim, attack: Attack, slots: number): Promise<Damage> {
  const outcomes = new Outcomes();
  forgetPeak(victim.pid);
  const scrapes = await scrapedMeanwhile(victim, () => attackFor(victim, attack, outcomes));
  const next = await scrape(victim);
  const after = await factsOnceClosed(victim);
  const free = await freeSlots(victim, slots);
  return { atRest: victim.atRest, after, outcomes: outcomes.entries(), scrapes, next, freeSlots: free, slots };
}
