import { createStatsClient } from "../roboflow/client.ts";
import type { WorkspaceStats } from "../sources/insights/stats.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Clock } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import { unmatchedNames } from "../sources/unmatched.ts";
import { renderWorkspaceData } from "../exposition/source-data.ts";
import { collectWorkspace } from "../sources/insights/collect.ts";
import { attempt } from "../poller/attempt.ts";
import { pollsPerDay } from "../poller/run-gaps.ts";
import { isFiltered, planRowRequests } from "../sources/insights/requests.ts";
import { createTimetable } from "../poller/timetable.ts";
import { pollTiming } from "../poller/timing.ts";
import { type AskerDeps, fetchAnswer } from "./asker.ts";
import type { Door, Poll, PolledData, Reply, StatsAnswer } from "./observations.ts";

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

/** A client that keeps the answers it gets; apart from the door all is as configured. */
function recordingClient(
  { api, apiKey, seriesLimit }: WorkspaceConfig,
  { url, auth }: Door,
  answers: StatsAnswer[],
  deps: AskerDeps,
) {
  const client = createStatsClient({ ...api, url, auth, apiKey, seriesLimit }, deps);
  return {
    fetchProjectSlugs: client.fetchProjectSlugs,
    fetchStats: async (...request: Parameters<typeof client.fetchStats>) => {
      const answer = await fetchAnswer(client, ...request);
      answers.push(answer);
      return answer.stats;
    },
  };
}

/** Polls once as the exporter would, only without `totals`, whose requests may be many. */
export async function observePoll(
  workspace: string,
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  door: Door,
  deps: AskerDeps,
): Promise<Poll> {
  const { clock, stop } = deps;
  const timetable = createTimetable(config.poll.schedule, config.poll.timezone, clock);
  const { deadlineMs } = pollTiming(config.poll, timetable.spacingAt(clock.now()));
  const answers: StatsAnswer[] = [];
  const client = recordingClient(config, door, answers, deps);
  const start = clock.moment();
  const result = await polled(client, workspace, config, labelers, { clock, stop, deadlineMs, answers });
  return {
    result,
    answers,
    seconds: clock.moment().msSince(start) / 1000,
    deadlineSeconds: deadlineMs / 1000,
    pollsPerDay: pollsPerDay(config.poll.schedule, config.poll.timezone, clock.now()),
  };
}

interface PollEnd {
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly deadlineMs: number;
  /** Those that have come, at the poll's end. */
  readonly answers: readonly StatsAnswer[];
}

/** Slugs of the projects whose filter brought rows. */
function filledProjects(answers: readonly StatsAnswer[]): ReadonlySet<string> {
  const filled = answers.filter(({ stats }) => stats.rows.length > 0);
  return new Set(filled.flatMap(({ query }) => query.project ?? []));
}

async function polled(
  client: ReturnType<typeof recordingClient>,
  workspace: string,
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  { clock, stop, deadlineMs, answers }: PollEnd,
): Promise<Reply<PolledData>> {
  const observer = { answered: () => undefined, filterIgnored: () => undefined };
  const today = calendarDay(clock.now(), config.poll.timezone);
  const work = async (signal: AbortSignal): Promise<PolledData> => {
    const stats = await collectWorkspace(workspace, today, { ...config, totals: [] }, { client, observer, signal });
    const rendered = await renderWorkspaceData(withTotals(stats, config), { ...config, labelers });
    const unmatched = unmatchedNames({ ...config, system: labelers.system }, stats, filledProjects(answers));
    return { stats, data: { ...rendered, unmatched } };
  };
  const result = await attempt(work, stop, deadlineMs, clock);
  return "error" in result ? result : { value: result };
}
