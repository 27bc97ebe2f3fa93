import type { StatsClient } from "../roboflow/client.ts";
import type { Clock } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import type { ApiError } from "../errors.ts";
import type { LegacyState } from "../metrics/legacy-data.ts";
import type { WorkspaceState } from "../exposition/workspace-state.ts";
import { type AnswerNotes, type NoteTaker, createNoteTaker } from "../answers/notes.ts";
import { initialLegacyState, legacyTiming, nextLegacyState } from "./legacy-poll-state.ts";
import { attempt, pollWorkspace } from "./attempt.ts";
import { pollLegacy } from "./poll-legacy.ts";
import { initialState, nextState } from "./state.ts";
import type { PollClient } from "./poller.ts";
import type { Timetable } from "./timetable.ts";
import { pollTiming } from "./timing.ts";

/** A workspace after its only poll. */
export interface OnePoll {
  readonly state: WorkspaceState;
  /** Why the poll failed, if it did. */
  readonly error: ApiError | undefined;
  /** Why that of the legacy endpoint failed; that the endpoint is gone is no failure. */
  readonly legacyError?: ApiError | undefined;
  /** Of the answers to both. */
  readonly notes: AnswerNotes;
}

export interface OnePollDeps {
  readonly client: PollClient & Pick<StatsClient, "fetchLegacy">;
  readonly clock: Clock;
  /** Of the polls that there will not be; not started. */
  readonly timetable: Timetable;
  readonly stop: AbortSignal;
}

async function pollUsual(
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  deps: OnePollDeps,
  observer: NoteTaker,
  onNamed: (workspace: string) => void,
): Promise<OnePoll> {
  const { client, clock, timetable, stop } = deps;
  const startMs = clock.now();
  let state = initialState(config, timetable, startMs);
  const work = async (signal: AbortSignal) => {
    const workspace = config.name ?? (await client.fetchWorkspaceName(signal));
    state = { ...state, workspace };
    onNamed(workspace);
    return pollWorkspace(workspace, config, labelers, { client, clock, observer }, signal);
  };
  const { deadlineMs, staleAfterMs } = pollTiming(config.poll, timetable.spacingAt(startMs));
  const result = await attempt(work, stop, deadlineMs, clock);
  // There is no next poll.
  state = nextState(state, result, clock.moment(), { ...state, nextPollMs: undefined, staleAfterMs });
  return { state, error: "error" in result ? result.error : undefined, notes: observer.notes() };
}

type LegacyPoll = Required<Pick<OnePoll, "legacyError">> & { readonly legacy: LegacyState };

async function pollLegacyOnce(
  workspace: string,
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  { client, clock, stop }: OnePollDeps,
  observer: NoteTaker,
): Promise<LegacyPoll> {
  const deps = { client, clock, observer };
  const work = (signal: AbortSignal) => pollLegacy(workspace, config, labelers, deps, signal);
  const result = await attempt(work, stop, legacyTiming(config.poll).deadlineMs, clock);
  const legacy = nextLegacyState(initialLegacyState(config.poll), result, clock.moment());
  return { legacy, legacyError: "error" in result && legacy.outcome === "failed" ? result.error : undefined };
}

/**
 * Polls a workspace once, as the exporter would by this timetable: beside it its legacy endpoint, if it has one, as soon
 * as there is a name to label its data with.
 */
export async function pollOnce(config: WorkspaceConfig, labelers: LabelersConfig, deps: OnePollDeps): Promise<OnePoll> {
  let beside: Promise<LegacyPoll> | undefined;
  const observer = createNoteTaker();
  const usual = await pollUsual(config, labelers, deps, observer, (workspace) => {
    if (config.legacy) beside = pollLegacyOnce(workspace, config, labelers, deps, observer);
  });
  if (!config.legacy) return usual;
  const { legacy, legacyError } = (await beside) ?? {
    legacy: initialLegacyState(config.poll),
    legacyError: undefined,
  };
  return { ...usual, state: { ...usual.state, legacy }, legacyError, notes: observer.notes() };
}
