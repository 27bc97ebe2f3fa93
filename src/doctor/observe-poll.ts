import { calendarDay } from "../calendar/windows.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import { renderSourceData } from "../exposition/source-data.ts";
import { attempt, pollTiming } from "../poller/attempt.ts";
import { pollsPerDay } from "../poller/cron.ts";
import { createTimetable } from "../poller/timetable.ts";
import type { Answer, Ask } from "../roboflow/client.ts";
import { collectWorkspace } from "../sources/insights/collect.ts";
import { collectedStats } from "../sources/insights/insights.ts";
import { parseStats } from "../sources/insights/parse.ts";
import { type StatsQuery, isFiltered, planRowRequests, statsRequest } from "../sources/insights/requests.ts";
import type { WorkspaceStats } from "../sources/insights/fields.ts";
import { unmatchedNames } from "../sources/unmatched.ts";
import type { CollectDeps, Settings, Subject } from "../sources/source.ts";
import { type AskerDeps, clientAt } from "./asker.ts";
import type { Door, Poll, PolledData } from "./observations.ts";

/** Requests of a poll without `totals`. */
export function pollRequests(config: WorkspaceConfig): number {
  return planRowRequests(config.windows, config, "2026-01-01").length;
}

/** As if `totals` had been asked for: with the workspace's numbers in each total's place, which are as many. */
export function withTotals(stats: WorkspaceStats, config: WorkspaceConfig): WorkspaceStats {
  if (isFiltered(config)) return stats;
  const { totals } = config;
  const windows = stats.windows.map((window) => {
    const ids = (grain: "project" | "labeler") =>
      totals.includes(grain) ? [...new Set(window.rows.map((row) => row[grain]))] : [];
    const standIns = (grain: "project" | "labeler") => new Map(ids(grain).map((id) => [id, window.workspace ?? {}]));
    return { ...window, projects: standIns("project"), labelers: standIns("labeler") };
  });
  return { ...stats, windows };
}

/** A query with its answer. */
interface Exchange {
  readonly query: StatsQuery;
  readonly answer: Answer;
}

/** A client that keeps the answers it gets. */
function recording(ask: Ask, exchanges: Exchange[], queries: ReadonlyMap<string, StatsQuery>): Ask {
  return async (request, signal) => {
    const answer = await ask(request, signal);
    const query = queries.get(JSON.stringify(request.parameters));
    if (query) exchanges.push({ query, answer });
    return answer;
  };
}

/** The queries of a poll's requests, by what is sent. */
function queriesBySent(workspace: string, today: string, config: WorkspaceConfig): ReadonlyMap<string, StatsQuery> {
  const planned = planRowRequests(config.windows, config, today);
  const sent = (query: StatsQuery) => JSON.stringify(statsRequest(workspace, query, config.api.endDate).parameters);
  return new Map(planned.map(({ query }) => [sent(query), query]));
}

const UNHEARD = { answered: () => undefined, filterIgnored: () => undefined };

/** Polls once as the exporter would, only without `totals`, whose requests may be many. */
export async function observePoll(workspace: string, settings: Settings, door: Door, deps: AskerDeps): Promise<Poll> {
  const { clock, stop } = deps;
  const config = settings.workspace;
  const { schedule, timezone } = config.poll;
  const { deadlineMs } = pollTiming(config.poll, createTimetable(schedule, timezone, clock).spacingAt(clock.now()));
  const today = calendarDay(clock.now(), timezone);
  const exchanges: Exchange[] = [];
  const ask = recording(clientAt(config, door, deps), exchanges, queriesBySent(workspace, today, config));
  const start = clock.moment();
  const work = (signal: AbortSignal) =>
    polled({ name: workspace, today }, settings, { ask, signal, observer: UNHEARD });
  const result = await attempt(work, stop, deadlineMs, clock);
  return {
    result: "error" in result ? result : { value: result },
    answers: exchanges.map(({ query, answer }) => ({ ...answer, query, stats: parseStats(answer.json, query) })),
    seconds: clock.moment().msSince(start) / 1000,
    deadlineSeconds: deadlineMs / 1000,
    pollsPerDay: pollsPerDay(schedule, timezone, clock.now()),
  };
}

async function polled(subject: Subject, settings: Settings, deps: CollectDeps): Promise<PolledData> {
  const { workspace, people } = settings;
  const { stats, filled } = await collectWorkspace(subject, { ...workspace, totals: [] }, deps);
  const collected = collectedStats(withTotals(stats, workspace), settings);
  const unmatched = unmatchedNames({ ...workspace, ...people }, stats, filled);
  return { stats, data: await renderSourceData({ ...collected, unmatched }, settings) };
}
