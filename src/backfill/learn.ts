import { fetchLegacy } from "../sources/legacy/requests.ts";
import type { LabelerInfo, ProjectInfo } from "../answers/names.ts";
import type { WorkspaceStats } from "../sources/insights/fields.ts";
import { daysRange } from "../calendar/zones.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Clock } from "../clock.ts";
import type { PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import { ApiError } from "../errors.ts";
import { type AnswerNotes, createNoteTaker, notesOf } from "../answers/notes.ts";
import { collectWorkspace } from "../sources/insights/collect.ts";
import type { CollectDeps } from "../sources/source.ts";
import type { LegacyDay } from "../sources/legacy/stored.ts";
import type { DayCache } from "./day-cache.ts";
import { type History, createHistory } from "./history.ts";
import {
  type Period,
  type Question,
  SINGLE_DAY,
  type Scope,
  isSettled,
  neededDays,
  questionsOf,
  rangeOf,
} from "./questions.ts";
import type { Learned } from "./series.ts";

export interface LearnOptions {
  readonly workspace: string;
  readonly config: WorkspaceConfig;
  readonly people: PeopleConfig;
  readonly period: Period;
  readonly scope: Scope;
  /** Days younger than this may still change: their cached answers are not used. */
  readonly settleDays: number;
}

/** What was learned of a day, and what was not as it should be in the answers. */
export interface NotedStats {
  readonly stats: WorkspaceStats;
  readonly notes: AnswerNotes;
}

/** What is kept of the answers, by endpoint. */
export interface Caches {
  readonly stats: DayCache<NotedStats>;
  readonly legacy: DayCache<LegacyDay>;
}

export interface LearnDeps extends Omit<CollectDeps, "observer"> {
  readonly caches: Caches;
  readonly clock: Clock;
  /** Called with the slugs of the projects whose filter brought rows, where the API was asked. */
  readonly onFilled: (filled: ReadonlySet<string>) => void;
  /** Called after each answer, with how many of all there are now. */
  readonly onAnswer: (done: number) => void;
  /** Called with the notes of each answer: kept ones too, but for those of the legacy endpoint, which are not kept. */
  readonly onNotes: (notes: AnswerNotes) => void;
}

async function askStats({ window, date }: Question, options: LearnOptions, deps: LearnDeps): Promise<NotedStats> {
  // Without `exact` totals would cost a request a day and project, and only single days of them could be told.
  const totals = options.scope.exact ? options.config.totals : [];
  const config = { ...options.config, windows: [window], totals };
  const observer = createNoteTaker();
  const subject = { name: options.workspace, today: date };
  const { stats, filled } = await collectWorkspace(subject, config, { ...deps, observer });
  deps.onFilled(filled);
  return { stats, notes: observer.notes() };
}

async function askLegacy({ date }: Question, { config }: LearnOptions, deps: LearnDeps): Promise<LegacyDay> {
  const answer = await fetchLegacy(deps.ask, daysRange(date, date, config.poll.timezone), deps.signal);
  const { ticks, labelers } = answer;
  deps.onNotes(notesOf([answer]));
  // A day of which nothing is known would count as a day without work in every window that holds it.
  if (!ticks)
    throw new ApiError("the legacy answer has no ticks that make up the day; go without --legacy", {
      reason: "invalid_schema",
    });
  return { ticks, labelers };
}

/** Says which day it was about: a backfill has many. */
function named({ date }: Question, { message, reason }: ApiError): ApiError {
  return new ApiError(`${date}: ${message}`, { reason });
}

async function answerTo<T>(
  question: Question,
  cache: DayCache<T>,
  ask: (question: Question, options: LearnOptions, deps: LearnDeps) => Promise<T>,
  options: LearnOptions,
  deps: LearnDeps,
): Promise<T> {
  const { timezone } = options.config.poll;
  const range = rangeOf(question);
  const settledAt = (ms: number) => isSettled(question.date, calendarDay(ms, timezone), options.settleDays);
  const cached = settledAt(deps.clock.now()) ? await cache.read(range) : undefined;
  // An answer that was given while the day was young may have changed since.
  if (cached && settledAt(cached.askedMs)) return cached.answer;
  const answer = await ask(question, options, deps).catch((error: unknown) => {
    throw error instanceof ApiError ? named(question, error) : error;
  });
  await cache.write(range, { answer, askedMs: deps.clock.now() });
  return answer;
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
    this.addLabelers(stats.labelers);
  }

  addLabelers(labelers: ReadonlyMap<string, LabelerInfo>): void {
    for (const [id, { name, email }] of labelers) {
      const known = this.labelers.get(id);
      this.labelers.set(id, { name: name ?? known?.name, email: email ?? known?.email });
    }
  }
}

function historyFor({ window }: Question, days: History, exact: Map<string, History>, people: PeopleConfig) {
  if (window.name === SINGLE_DAY.name) return days;
  const history = exact.get(window.name) ?? createHistory(people);
  exact.set(window.name, history);
  return history;
}

/**
 * Asks the API, or the cache, everything that a period needs, day by day.
 * @throws ApiError when the API fails; what was answered until then is in the cache
 */
export async function learn(options: LearnOptions, deps: LearnDeps): Promise<Learned> {
  const { period, scope, people, workspace } = options;
  const [days, exact, names] = [createHistory(people), new Map<string, History>(), new Names()];
  let done = 0;
  for (const question of questionsOf(period, scope)) {
    if (question.endpoint === "legacy") {
      const legacy = await answerTo(question, deps.caches.legacy, askLegacy, options, deps);
      names.addLabelers(legacy.labelers);
      days.addLegacy(question.day, legacy.ticks);
    } else {
      const { stats, notes } = await answerTo(question, deps.caches.stats, askStats, options, deps);
      deps.onNotes(notes);
      names.add(stats);
      for (const one of stats.windows) historyFor(question, days, exact, people).add(question.day, one);
    }
    deps.onAnswer(++done);
  }
  const { projects, labelers, workspaceId } = names;
  return {
    line: neededDays(period, scope),
    windows: period.windows,
    days,
    exact,
    names: { workspace, workspaceId, projects, labelers },
  };
}
