import { readFileSync } from "node:fs";
import type { PeopleConfig, WorkspaceConfig } from "../../src/config/config.ts";
import { ApiError } from "../../src/errors.ts";
import type { FailureReason } from "../../src/failures.ts";
import { textOf } from "../../src/exposition/chunk.ts";
import { composeSnapshot } from "../../src/exposition/snapshot.ts";
import type { SourceState, WorkspaceState } from "../../src/exposition/workspace-state.ts";
import { poll } from "../../src/poller/poller.ts";
import { initialSourceState, nextState, workspaceState } from "../../src/poller/state.ts";
import { createTimetable } from "../../src/poller/timetable.ts";
import type { Ask } from "../../src/roboflow/client.ts";
import type { StatsQuery } from "../../src/sources/insights/requests.ts";
import { sharingLabelers } from "../../src/sources/known-labelers.ts";
import { SOURCES } from "../../src/sources/sources.ts";
import { ManualClock, momentAt } from "./manual-clock.ts";

const POLLED_MS = Date.parse("2026-11-18T12:00:00Z");
const MINUTE_MS = 60_000;

/** The body of an answer, as it stands in test/fixtures/poller. */
export function fixture(name: string): unknown {
  const url = new URL(`../fixtures/poller/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

/** What {@link clientOf} answers to what is not asked of `GET /{workspace}/stats`. */
export interface OtherAnswers {
  /** The workspace's name. */
  readonly name?: () => Promise<string>;
  /** The slugs of its projects. */
  readonly slugs?: readonly string[];
  readonly legacy?: (query: { readonly start: number; readonly end: number }) => unknown;
  /** By path: `/acme`, `/acme/roofs/jobs`. Replaces the list of projects. */
  readonly byPath?: (path: string) => unknown;
}

type Answering = (parameters: object, path: readonly string[], signal: AbortSignal) => unknown;

/** A client without a network. `answer` gives the JSON for a query, or throws. */
export function clientOf(
  answer: (query: StatsQuery, workspace: string, signal: AbortSignal) => unknown,
  { name = () => Promise.resolve("acme"), slugs = [], legacy = () => ({ data: {} }), byPath }: OtherAnswers = {},
): Ask {
  const answers: Readonly<Record<string, Answering>> = {
    stats: (query, [workspace = ""], signal) => answer(query as StatsQuery, workspace, signal),
    root: async () => ({ workspace: await name() }),
    workspace: () => ({ workspace: { projects: slugs.map((slug) => ({ id: `acme/${slug}`, name: slug })) } }),
    legacy: (query) => legacy(query as { readonly start: number; readonly end: number }),
  };
  return async ({ endpoint, path, parameters = {} }, signal) => {
    const json = byPath?.(`/${path.join("/")}`) ?? (await answers[endpoint]?.(parameters, path, signal));
    return { json, bytes: 0, seconds: 0 };
  };
}

const UNHEARD = { answered: () => undefined, filterIgnored: () => undefined };

/** The state after one good poll of each source at 2026-11-18 12:00 UTC. */
export async function stateAfterPoll(config: WorkspaceConfig, people: PeopleConfig, ask: Ask): Promise<WorkspaceState> {
  const [clock, settings] = [new ManualClock(new Date(POLLED_MS).toISOString()), { workspace: config, people }];
  const { signal } = new AbortController();
  const sources = new Map<string, SourceState>();
  for (const source of sharingLabelers(
    SOURCES.filter(({ plan: planned }) => planned(config)),
    clock,
  )) {
    const plan = source.plan(config);
    if (!plan) continue;
    const initial = initialSourceState(plan, createTimetable(plan.schedule, "UTC", clock), POLLED_MS);
    const subject = { source, name: config.name ?? "", settings };
    const polled = await poll(subject, { ask, clock, observer: UNHEARD }, signal);
    const coming = { ...initial, ended: momentAt(POLLED_MS), nextPollMs: POLLED_MS + 15 * MINUTE_MS };
    sources.set(source.name, nextState(initial, source, polled, coming));
  }
  return workspaceState(settings, config.name ?? "", sources);
}

/** What is known of a workspace's first source. */
export function firstSource({ sources }: WorkspaceState): [name: string, state: SourceState] {
  const [first] = sources;
  if (!first) throw new Error("no source");
  return first;
}

/** The state in which something else is known of its first source. */
export function withFirstSource(state: WorkspaceState, change: Partial<SourceState>): WorkspaceState {
  const [name, known] = firstSource(state);
  return { ...state, sources: new Map(state.sources).set(name, { ...known, ...change }) };
}

/** The state after one more poll of its first source, a quarter of an hour later, that failed. */
export function afterFailure(state: WorkspaceState, reason: FailureReason): WorkspaceState {
  const error = new ApiError("failed", { reason });
  const [, known] = firstSource(state);
  const coming = { ...known, ended: momentAt(POLLED_MS + 15 * MINUTE_MS), nextPollMs: POLLED_MS + 30 * MINUTE_MS };
  return withFirstSource(state, nextState(known, {}, { error }, coming));
}

/** What is published of the states a minute after the first poll. */
export async function publishedText(states: readonly WorkspaceState[]): Promise<string> {
  const body = await composeSnapshot(states, momentAt(POLLED_MS + MINUTE_MS));
  return textOf(body);
}
