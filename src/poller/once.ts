import { type AnswerNotes, createNoteTaker } from "../answers/notes.ts";
import type { Clock } from "../clock.ts";
import type { ApiError } from "../errors.ts";
import type { SourceState, WorkspaceState } from "../exposition/workspace-state.ts";
import type { Redactor } from "../redact.ts";
import type { Ask } from "../roboflow/client.ts";
import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import type { PollPlan, Settings, Source } from "../sources/source.ts";
import { SOURCES } from "../sources/sources.ts";
import { attempt } from "./attempt.ts";
import { poll } from "./poll.ts";
import { UNRESOLVED, initialSourceState, isGone, nextState, workspaceState } from "./state.ts";
import { createTimetable } from "./timetable.ts";
import { pollTiming } from "./timing.ts";

/** A poll that failed; that an endpoint is gone is not a failure. */
export interface FailedPoll {
  readonly source: string;
  readonly error: ApiError;
}

/** A workspace after its only poll of each source. */
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
}

/** What came of one source. */
interface OneSource {
  readonly source: string;
  readonly state: SourceState;
  readonly failures: readonly FailedPoll[];
}

interface Asked {
  readonly source: Source;
  readonly plan: PollPlan;
  readonly settings: Settings;
  /** The workspace's name, or why it is not known. */
  readonly name: string | { readonly error: ApiError };
}

async function pollSource(
  { source, plan, settings, name }: Asked,
  observer: ReturnType<typeof createNoteTaker>,
  { ask, clock, stop }: OnePollDeps,
): Promise<OneSource> {
  const timetable = createTimetable(plan.schedule, settings.workspace.poll.timezone, clock);
  const startMs = clock.now();
  const { deadlineMs, staleAfterMs } = pollTiming(plan, timetable.spacingAt(startMs));
  const result =
    typeof name === "string"
      ? await attempt(
          (signal) => poll({ source, name, settings }, { ask, clock, observer }, signal),
          stop,
          deadlineMs,
          clock,
        )
      : name;
  const state = initialSourceState(plan, timetable, startMs);
  // There is no next poll.
  const coming = { ...state, ended: clock.moment(), nextPollMs: undefined, staleAfterMs };
  const failures = "error" in result && !isGone(source, result) ? [{ source: source.name, error: result.error }] : [];
  return { source: source.name, state: nextState(state, source, result, coming), failures };
}

async function nameOf({ plan, settings }: Omit<Asked, "name">, deps: OnePollDeps): Promise<Asked["name"]> {
  const { name, poll } = settings.workspace;
  if (name !== undefined) return name;
  const { ask, redact, clock, stop } = deps;
  const { deadlineMs } = pollTiming(plan, createTimetable(plan.schedule, poll.timezone, clock).spacingAt(clock.now()));
  const work = async (signal: AbortSignal) => ({ name: await fetchWorkspaceName(ask, redact, signal) });
  const named = await attempt(work, stop, deadlineMs, clock);
  return "name" in named ? named.name : named;
}

/** The sources that the configuration asks for. */
function plannedSources(settings: Settings): Omit<Asked, "name">[] {
  return SOURCES.flatMap((source) => {
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
  const planned = plannedSources(settings);
  const [first] = planned;
  const name = first ? await nameOf(first, deps) : UNRESOLVED;
  const polled = await Promise.all(planned.map((one) => pollSource({ ...one, name }, observer, deps)));
  const isNamed = typeof name === "string";
  const sources = new Map(polled.map(({ source, state }) => [source, state]));
  // Without a name all of them have failed for the same reason, which is said once.
  const failures = polled.flatMap((one) => one.failures).slice(0, isNamed ? undefined : 1);
  const state = workspaceState(settings, isNamed ? name : UNRESOLVED, sources);
  return { state, failures, notes: observer.notes() };
}
