import type { PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import type { SourceData } from "../exposition/source-data.ts";
import { attempt, pollTiming } from "../poller/attempt.ts";
import { poll } from "../poller/poller.ts";
import { createTimetable } from "../poller/timetable.ts";
import { legacy as source } from "../sources/legacy/legacy.ts";
import { fetchLegacy } from "../sources/legacy/requests.ts";
import { type Asker, type AskerDeps, replyOf } from "./asker.ts";
import type { Observations, Reply } from "./observations.ts";

const DAY_MS = 86_400_000;
const UNHEARD = { answered: () => undefined, filterIgnored: () => undefined };

type LegacyObservations = Pick<Observations, "legacy" | "legacyPoll">;

/** Most requests that {@link observeLegacy} makes. */
export function legacyRequests({ legacy, windows }: WorkspaceConfig): number {
  return 1 + (legacy ? windows.length : 0);
}

/** Asks the legacy endpoint for a day, and polls it once where the configuration asks for it and it is alive. */
export async function observeLegacy(
  asker: Asker,
  workspace: string,
  config: WorkspaceConfig,
  people: PeopleConfig,
  { clock, stop }: AskerDeps,
): Promise<LegacyObservations> {
  const nowMs = clock.now();
  const legacy = await replyOf(fetchLegacy(asker.ask, { startMs: nowMs - DAY_MS, endMs: nowMs }, stop));
  const plan = source.plan(config);
  if (!plan || "error" in legacy) return { legacy, legacyPoll: undefined };
  const subject = { source, name: workspace, settings: { workspace: config, people } };
  const work = (signal: AbortSignal) => poll(subject, { ask: asker.ask, clock, observer: UNHEARD }, signal);
  const { deadlineMs } = pollTiming(plan, createTimetable(plan.schedule, config.poll.timezone, clock).spacingAt(nowMs));
  const polled = await attempt(work, stop, deadlineMs, clock);
  const legacyPoll: Reply<SourceData> = "error" in polled ? polled : { value: polled.data };
  return { legacy, legacyPoll };
}
