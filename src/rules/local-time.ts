import { keepsUtc, offsetsAround } from "../calendar/zones.ts";
import type { Group } from "./rule-file.ts";

/** What the clocks of the parameters' zone show, as if they kept UTC. */
const LOCAL_TIME = "global:roboflow_local_time:seconds";

const DAY_MS = 86_400_000;
/** The span in which changes of the clocks are known; printing the rules again later makes it no longer. */
const KNOWN = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2038, 0, 1) } as const;

/** Changes of a zone's clocks: seconds to the east that are added at each instant, in epoch seconds. */
function changesOf(timezone: string): ReadonlyMap<number, number> {
  const changes = new Map<number, number>();
  for (let dayMs: number = KNOWN.from; dayMs < KNOWN.until; dayMs += DAY_MS) {
    const { before, after, changeMs } = offsetsAround(dayMs, timezone);
    if (before !== after) changes.set(changeMs / 1000, (after - before) / 1000);
  }
  return changes;
}

function signed(seconds: number): string {
  return seconds < 0 ? `- ${-seconds}` : `+ ${seconds}`;
}

/** Prometheus knows UTC only: the zone's offset, and each change of its clocks, as numbers. */
function localTime(timezone: string): string {
  const offset = offsetsAround(KNOWN.from, timezone).before / 1000;
  const changes = [...changesOf(timezone)].map(([at, delta]) => `${signed(delta)} * (time() >= bool ${at})`);
  return `vector(\n  time()\n${[signed(offset), ...changes].map((term) => `  ${term}\n`).join("")})`;
}

/** The clock of a time zone in PromQL. */
export interface LocalClock {
  /** What functions like `hour` take: empty for UTC. */
  readonly time: string;
  /** What must be recorded before. */
  readonly groups: readonly Group[];
}

/** The clock of an IANA time zone, with its summer time until the end of 2037. */
export function localClock(timezone: string): LocalClock {
  if (keepsUtc(timezone)) return { time: "", groups: [] };
  const rule = {
    comment: `The time that clocks show in ${timezone}, with their changes until the end of 2037.`,
    record: LOCAL_TIME,
    expr: localTime(timezone),
  };
  return { time: LOCAL_TIME, groups: [{ name: "roboflow-local-time", rules: [rule] }] };
}
