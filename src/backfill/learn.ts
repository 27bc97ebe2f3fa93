import type { LabelerInfo, ProjectInfo, WorkspaceStats } from "../api/stats.ts";
import { calendarDay, windowRange } from "../calendar/windows.ts";
import type { Clock } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import { ApiError } from "../errors.ts";
import { type CollectDeps, collectWorkspace } from "../poller/collect.ts";
import type { DayCache } from "./day-cache.ts";
import { type History, createHistory } from "./history.ts";
import { type Period, type Question, neededDays, isSettled, questionsOf } from "./questions.ts";
import type { Learned } from "./series.ts";

export interface LearnOptions {
  readonly workspace: string;
  readonly config: WorkspaceConfig;
  readonly labelers: LabelersConfig;
  readonly period: Period;
  /** Whether what does not add up over days is asked of the API. */
  readonly exact: boolean;
  /** Days younger than this may still change: their cached answers are not used. */
  readonly settleDays: number;
}

export interface LearnDeps extends Omit<CollectDeps, "observer"> {
  readonly cache: DayCache;
  readonly clock: Clock;
  /** Called after each answer, with how many of all there are now. */
  readonly onAnswer: (done: number, wasAsked: boolean) => void;
}

const UNHEARD = { answered: () => undefined, filterIgnored: () => undefined };

async function ask({ window, date }: Question, options: LearnOptions, deps: LearnDeps): Promise<WorkspaceStats> {
  // Without `exact` totals would cost a request a day and project, and only single days of them could be told.
  const totals = options.exact ? options.config.totals : [];
  const config = { ...options.config, windows: [window], totals };
  const stats = await collectWorkspace(options.workspace, date, config, { ...deps, observer: UNHEARD });
  await deps.cache.write(windowRange(window, date), { stats, askedMs: deps.clock.now() });
  return stats;
}

/** Says which day it was about: a backfill has many. */
function named({ date }: Question, { message, reason }: ApiError): ApiError {
  return new ApiError(`${date}: ${message}`, { reason });
}

async function answerTo(question: Question, options: LearnOptions, deps: LearnDeps) {
  const { timezone } = options.config.poll;
  const settledAt = (ms: number) => isSettled(question.date, calendarDay(ms, timezone), options.settleDays);
  const cached = settledAt(deps.clock.now())
    ? await deps.cache.read(windowRange(question.window, question.date))
    : undefined;
  // An answer that was given while the day was young may have changed since.
  if (cached && settledAt(cached.askedMs)) return { stats: cached.stats, wasAsked: false };
  try {
    return { stats: await ask(question, options, deps), wasAsked: true };
  } catch (error) {
    throw error instanceof ApiError ? named(question, error) : error;
  }
}

/** Names by id, the latest that were told. */
class Names {
  readonly projects = new Map<string, ProjectInfo>();
  readonly labelers = new Map<string, LabelerInfo>();
  workspaceId: string | undefined;

  add(stats: WorkspaceStats): void {
    this.workspaceId = stats.workspaceId ?? this.workspaceId;
    for (const [id, { name, type }] of stats.projects) {
      const known = this.projects.get(id);
      this.projects.set(id, { name: name ?? known?.name, type: type ?? known?.type });
    }
    for (const [id, { name, email }] of stats.labelers) {
      const known = this.labelers.get(id);
      this.labelers.set(id, { name: name ?? known?.name, email: email ?? known?.email });
    }
  }
}

function historyFor({ window }: Question, days: History, exact: Map<string, History>, labelers: LabelersConfig) {
  if (window.name === "1d") return days;
  const history = exact.get(window.name) ?? createHistory(labelers);
  exact.set(window.name, history);
  return history;
}

/**
 * Asks the API, or the cache, everything that a period needs, day by day.
 * @throws ApiError when the API fails; what was answered until then is in the cache
 */
export async function learn(options: LearnOptions, deps: LearnDeps): Promise<Learned> {
  const { period, exact: isExact, labelers, workspace } = options;
  const [days, exact, names] = [createHistory(labelers), new Map<string, History>(), new Names()];
  let done = 0;
  for (const question of questionsOf(period, isExact)) {
    const { stats, wasAsked } = await answerTo(question, options, deps);
    names.add(stats);
    for (const one of stats.windows) historyFor(question, days, exact, labelers).add(question.day, one);
    deps.onAnswer(++done, wasAsked);
  }
  const { projects, labelers: people, workspaceId } = names;
  return {
    line: neededDays(period),
    windows: period.windows,
    days,
    exact,
    names: { workspace, workspaceId, projects, labelers: people },
  };
}
