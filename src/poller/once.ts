import { type AnswerNotes, createNoteTaker } from "../answers/anomalies.ts";
import { type TimeLimit, attempt, pollTiming } from "./loop.ts";
import type { Clock, Moment } from "../clock.ts";
import type { Config, WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { SourceState, WorkspaceState } from "../exposition/workspace-state.ts";
import type { Redactor } from "../redact.ts";
import { type Ask, createClient } from "../roboflow/client.ts";
import { withDispatcher } from "../roboflow/dispatcher.ts";
import { createLanes } from "../roboflow/lane.ts";
import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import type { PollPlan, Settings, Source } from "../sources/source.ts";
import { sharingLabelers } from "../sources/known-labelers.ts";
import { SOURCES } from "../sources/sources.ts";
import { poll } from "./poller.ts";
import { type PollResult, UNRESOLVED, initialSourceState, isGone, nextState, workspaceState } from "./state.ts";
import { createTimetable } from "./timetable.ts";

/** A poll that failed; a removed endpoint is not a failure. */
export interface FailedPoll {
  readonly source: string;
  readonly error: ApiError;
}

/** A workspace after the only poll of each of its sources. */
export interface OnePoll {
  readonly state: WorkspaceState;
  readonly failures: readonly FailedPoll[];
  /** Of all answers. */
  readonly notes: AnswerNotes;
}

export interface OnePollDeps {
  readonly ask: Ask;
  readonly redact: Redactor;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** For how long the workspace's requests have only waited for their turns, in milliseconds; never, by default. */
  readonly idleMs?: () => number;
}

/** A source that the configuration asks for. */
interface Planned {
  readonly source: Source;
  readonly plan: PollPlan;
  readonly settings: Settings;
}

/** The workspace's name, or why it is unknown. */
type Name = string | { readonly error: ApiError };

interface PolledSource {
  readonly source: string;
  readonly state: SourceState;
  readonly failures: readonly FailedPoll[];
}

/** The state before the poll, and the poll's deadline. */
function beforePoll({ plan, settings }: Planned, clock: Clock) {
  const timetable = createTimetable(plan.schedule, settings.workspace.poll.timezone, clock);
  const startMs = clock.now();
  const { deadlineMs } = pollTiming(plan, timetable.spacingAt(startMs));
  return { initial: initialSourceState(plan, timetable, startMs), deadlineMs };
}

/** What begins now has waited for nothing yet. */
function limitOf(deadlineMs: number, { idleMs = () => 0 }: OnePollDeps): TimeLimit {
  const beforeMs = idleMs();
  return { deadlineMs, idleMs: () => idleMs() - beforeMs };
}

async function nameOf(planned: Planned, deps: OnePollDeps): Promise<Name> {
  const { ask, redact, clock, stop } = deps;
  const { name } = planned.settings.workspace;
  if (name !== undefined) return name;
  const work = async (signal: AbortSignal) => ({ name: await fetchWorkspaceName(ask, redact, signal) });
  const named = await attempt(work, stop, limitOf(beforePoll(planned, clock).deadlineMs, deps), clock);
  return "name" in named ? named.name : named;
}

type Observer = ReturnType<typeof createNoteTaker>;

function pollOf({ source, settings }: Planned, name: string, observer: Observer, { ask, clock }: OnePollDeps) {
  return (signal: AbortSignal) => poll({ source, name, settings }, { ask, clock, observer }, signal);
}

function afterPoll(source: Source, initial: SourceState, result: PollResult, ended: Moment): PolledSource {
  // There will not be a next poll.
  const state = nextState(initial, source, result, { ...initial, ended, nextPollMs: undefined });
  const failures = "error" in result && !isGone(source, result) ? [{ source: source.name, error: result.error }] : [];
  return { source: source.name, state, failures };
}

async function pollSource(planned: Planned, name: Name, observer: Observer, deps: OnePollDeps): Promise<PolledSource> {
  const { clock, stop } = deps;
  const { initial, deadlineMs } = beforePoll(planned, clock);
  const result =
    typeof name === "string"
      ? await attempt(pollOf(planned, name, observer, deps), stop, limitOf(deadlineMs, deps), clock)
      : name;
  return afterPoll(planned.source, initial, result, clock.moment());
}

function plannedSources(settings: Settings, clock: Clock): Planned[] {
  const planned = SOURCES.filter((source) => source.plan(settings.workspace));
  return sharingLabelers(planned, clock).flatMap((source) => {
    const plan = source.plan(settings.workspace);
    return plan ? [{ source, plan, settings }] : [];
  });
}

/**
 * Polls every source of a workspace once, all at the same time, as the exporter would.
 * @throws ConfigError when a schedule cannot be used
 */
export async function pollOnce(settings: Settings, deps: OnePollDeps): Promise<OnePoll> {
  const observer = createNoteTaker();
  const planned = plannedSources(settings, deps.clock);
  const [first] = planned;
  const name = first ? await nameOf(first, deps) : UNRESOLVED;
  const polled = await Promise.all(planned.map((one) => pollSource(one, name, observer, deps)));
  const isNamed = typeof name === "string";
  const sources = new Map(polled.map(({ source, state }) => [source, state]));
  // Without a name all of them have failed for the same reason, which is reported once.
  const failures = polled.flatMap((one) => one.failures).slice(0, isNamed ? undefined : 1);
  const state = workspaceState(settings, isNamed ? name : UNRESOLVED, sources);
  return { state, failures, notes: observer.notes() };
}

export interface OnceDeps extends Omit<OnePollDeps, "ask" | "idleMs"> {
  readonly random: () => number;
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Requests are not counted: there is nothing to scrape the counters. */
const NO_OBSERVER = { onRequest: () => undefined, onRetry: () => undefined };

/**
 * Polls workspaces once, with a client each, within the limits of all requests.
 * @throws ConfigError when a schedule or a proxy variable cannot be used
 */
export async function pollAllOnce(
  workspaces: readonly WorkspaceConfig[],
  { people, requests }: Pick<Config, "people" | "requests">,
  deps: OnceDeps,
): Promise<readonly OnePoll[]> {
  const laneFor = createLanes(() => requests, deps.clock);
  return withDispatcher(deps.env, (dispatcher) =>
    Promise.all(
      workspaces.map((workspace) => {
        const lane = laneFor(workspace);
        const options = { ...workspace.api, apiKey: workspace.apiKey, seriesLimit: workspace.seriesLimit };
        const ask = createClient(options, { ...deps, dispatcher, observer: NO_OBSERVER, enter: lane.enter });
        return pollOnce({ workspace, people }, { ...deps, ask, idleMs: () => lane.idleMs() });
      }),
    ),
  );
}
