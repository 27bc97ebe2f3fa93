import type { Request, Response } from "express";
import type { Clock } from "../clock.ts";
import { showUrl } from "../config/messages.ts";
import type { Chunk } from "../exposition/chunk.ts";
import type { SnapshotStore } from "../exposition/store.ts";
import type { Logger } from "../logger/logger.ts";
import type { Redactor } from "../redact.ts";
import type { Format } from "../self/registry.ts";
import { probedWorkspaces } from "./discovery.ts";
import { represent, send } from "./metrics-route.ts";
import { createNegotiation } from "./negotiation.ts";
import { type Tail, createTail } from "./tail.ts";

export interface ProbeDeps {
  readonly store: Pick<SnapshotStore, "ofWorkspace" | "states">;
  readonly clock: Clock;
  readonly redact: Redactor;
  readonly logger: Logger;
}

/** The data holds gauges alone, so only the end differs. */
const TAILS: Readonly<Record<Format, Tail>> = { text: createTail(""), openmetrics: createTail("# EOF\n") };

/** How many workspaces a message names. */
const MAX_NAMED = 20;
/** What the way back to Prometheus may take: as much as blackbox_exporter allows for. */
const WAY_BACK_MS = 500;

function configured(names: readonly string[]): string {
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : "";
  const shown = `${names.slice(0, MAX_NAMED).join(", ")}${more}`;
  return names.length === 0 ? "no workspace's name is known yet" : `configured are: ${shown}`;
}

/** Why the target cannot be probed, with the status; undefined where it can. */
function problem(target: string, names: readonly string[], redact: Redactor): [number, string] | undefined {
  if (target === "") return [400, `Give one workspace as ?target=NAME; ${configured(names)}.`];
  if (names.includes(target)) return undefined;
  return [404, `${redact(showUrl(target))} is not a configured workspace; ${configured(names)}.`];
}

/**
 * How long Prometheus waits for the response; undefined where it does not say. Source: Prometheus' `scrape/scrape.go`
 * @returns milliseconds, without what the way back takes
 */
export function patienceMs({ headers }: Pick<Request, "headers">): number | undefined {
  const ms = Number(headers["x-prometheus-scrape-timeout-seconds"]) * 1000;
  if (!(ms > 0) || ms === Infinity) return undefined;
  return ms > 2 * WAY_BACK_MS ? ms - WAY_BACK_MS : ms / 2;
}

/** The result of the work, or undefined if it takes longer. */
async function within<T>(work: Promise<T>, ms: number | undefined, clock: Clock): Promise<T | undefined> {
  if (ms === undefined) return work;
  const done = new AbortController();
  const late = clock.sleep(ms, done.signal).then(
    () => undefined,
    () => undefined,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
    // It may still fail, later, when no one waits for it.
    work.catch(() => undefined);
  }
}

function refuse(response: Response, status: number, text: string): void {
  response.status(status).type("text/plain").send(`${text}\n`);
}

/**
 * Answers `/probe?target=WORKSPACE` with the part of the snapshot that is of one workspace. No poll is made: the exporter
 * polls by its own timetable. Only the composition of a new snapshot can take time, after midnight for example.
 */
export function createProbeRoute({ store, clock, redact, logger }: ProbeDeps) {
  const preferenceOf = createNegotiation();
  return async (request: Request, response: Response): Promise<void> => {
    const { target: given } = request.query;
    // A list if it is given twice.
    const target = typeof given === "string" ? given : "";
    const bad = problem(target, probedWorkspaces(store.states()), redact);
    if (bad) {
      refuse(response, ...bad);
      return;
    }
    const body = await within<Chunk | undefined>(store.ofWorkspace(target), patienceMs(request), clock);
    if (!body) {
      response.set("Retry-After", "1");
      refuse(response, 503, "The data is being put together, which takes longer than the scrape may; try again.");
      return;
    }
    const preference = preferenceOf(request.headers);
    send({ request, response, logger }, represent(body, TAILS[preference.format], preference));
  };
}
