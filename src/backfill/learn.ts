import type { LabelerInfo, ProjectInfo } from "../answers/names.ts";
import { type AnswerNotes, createNoteTaker, sumOfNotes } from "../answers/anomalies.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Clock } from "../clock.ts";
import { ApiError } from "../errors.ts";
import type { Ask } from "../roboflow/client.ts";
import { discreet } from "../sources/hidden-people.ts";
import type { HistoryAnswer, HistoryDeps, HistoryNames } from "../sources/source.ts";
import type { DayCache, KeptAnswer } from "./day-cache.ts";
import { type History, createHistory } from "./history.ts";
import {
  type HistorySource,
  type Period,
  type Question,
  SINGLE_DAY,
  isSettled,
  neededDays,
  questionsOf,
  rangeOf,
} from "./questions.ts";
import type { Learned, LearnedSource } from "./series.ts";

/** A source, and where its answers are kept. */
export interface CachedSource extends HistorySource {
  readonly cache: DayCache;
}

export interface LearnOptions {
  readonly sources: readonly CachedSource[];
  readonly period: Period;
  readonly exact: boolean;
  /** Days younger than this may still change: their kept answers are not used. */
  readonly settleDays: number;
  readonly requestsPerSecond: number;
}

export interface LearnDeps extends Omit<HistoryDeps, "observer"> {
  readonly clock: Clock;
  /** Called after each answer, with how many of all there are now. */
  readonly onAnswer: (done: number) => void;
}

interface Learning extends LearnedSource {
  readonly exact: Map<string, History>;
  filled: Set<string> | undefined;
}

function emptyLearning(source: HistorySource): Learning {
  return { source, days: createHistory(), exact: new Map(), filled: new Set() };
}

function historyOf({ days, exact }: Learning, window: string): History {
  if (window === SINGLE_DAY.name) return days;
  const history = exact.get(window) ?? createHistory();
  exact.set(window, history);
  return history;
}

function addAnswer(learning: Learning, { window, day }: Question, { entries, filled }: HistoryAnswer): void {
  historyOf(learning, window.name).add(day, entries());
  if (filled === undefined) learning.filled = undefined;
  for (const slug of filled ?? []) learning.filled?.add(slug);
}

/** Says which day it was about: a backfill has many. */
function named({ date }: Question, error: unknown): unknown {
  return error instanceof ApiError ? new ApiError(`${date}: ${error.message}`, { reason: error.reason }) : error;
}

async function ask(question: Question, { clock, ...deps }: LearnDeps): Promise<KeptAnswer> {
  const taker = createNoteTaker();
  const observer = discreet(taker, deps.settings.people);
  const { source, window, date } = question;
  const answer = await source.history.ask(window, date, { ...deps, observer }).catch((error: unknown) => {
    throw named(question, error);
  });
  return { answer, notes: taker.notes(), askedMs: clock.now() };
}

async function answerTo(
  question: Question<CachedSource>,
  { settleDays }: LearnOptions,
  deps: LearnDeps,
): Promise<KeptAnswer> {
  const { timezone } = deps.settings.config.poll;
  const { cache } = question.source;
  const range = rangeOf(question);
  const settledAt = (ms: number) => isSettled(question.date, calendarDay(ms, timezone), settleDays);
  const kept = settledAt(deps.clock.now()) ? await cache.read(range) : undefined;
  // An answer that was given while the day was young may have changed since.
  if (kept && settledAt(kept.askedMs)) return kept;
  const answer = await ask(question, deps);
  await cache.write(range, answer);
  return answer;
}

/** The client, slowed down to at most `perSecond` requests a second, evenly. */
function paced(ask: Ask, perSecond: number, clock: Clock): Ask {
  const start = clock.moment();
  let nextMs = 0;
  return async (request, signal) => {
    const nowMs = clock.moment().msSince(start);
    const turnMs = Math.max(nowMs, nextMs);
    nextMs = turnMs + 1000 / perSecond;
    if (turnMs > nowMs) await clock.sleep(turnMs - nowMs, signal);
    return ask(request, signal);
  };
}

/** Names by id, as the latest answer that has one gives it. */
class LatestNames {
  readonly projects = new Map<string, ProjectInfo>();
  readonly labelers = new Map<string, LabelerInfo>();
  workspaceId: string | undefined;

  of(workspace: string): HistoryNames {
    return { workspace, workspaceId: this.workspaceId, projects: this.projects, labelers: this.labelers };
  }

  add({ workspaceId, projects, labelers }: HistoryAnswer["names"]): void {
    this.workspaceId = workspaceId ?? this.workspaceId;
    for (const [id, { name, type }] of projects) {
      const known = this.projects.get(id);
      this.projects.set(id, { name: name ?? known?.name, type: type ?? known?.type });
    }
    for (const [id, { name, email }] of labelers) {
      const known = this.labelers.get(id);
      this.labelers.set(id, { name: name ?? known?.name, email: email ?? known?.email });
    }
  }
}

/**
 * Asks the API, or the cache, everything that a period needs, day by day.
 * @throws ApiError when the API fails; what was answered until then is in the cache
 */
export async function learn(options: LearnOptions, deps: LearnDeps): Promise<Learned> {
  const { period, sources, requestsPerSecond } = options;
  const pacedDeps = { ...deps, ask: paced(deps.ask, requestsPerSecond, deps.clock) };
  const asked = sources.map((source) => ({ ...source, learning: emptyLearning(source) }));
  const [names, notes]: [LatestNames, AnswerNotes[]] = [new LatestNames(), []];
  let done = 0;
  for (const question of questionsOf(period, { ...options, sources: asked })) {
    const kept = await answerTo(question, options, pacedDeps);
    addAnswer(question.source.learning, question, kept.answer);
    names.add(kept.answer.names);
    notes.push(kept.notes);
    deps.onAnswer(++done);
  }
  return {
    ...{ line: neededDays(period, options), windows: period.windows },
    sources: asked.map(({ learning }) => learning),
    names: names.of(deps.workspace),
    notes: sumOfNotes(notes),
  };
}
