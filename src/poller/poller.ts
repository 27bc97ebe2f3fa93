import type { AnswerObserver } from "../answers/anomalies.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Clock, Moment } from "../clock.ts";
import { internalError } from "../errors.ts";
import type { Fitted } from "../exposition/published.ts";
import { type SourceData, renderSourceData } from "../exposition/source-data.ts";
import type { SourceState } from "../exposition/workspace-state.ts";
import type { Logger } from "../logger/logger.ts";
import type { Redactor } from "../redact.ts";
import type { Ask } from "../roboflow/client.ts";
import type { Lane } from "../roboflow/lane.ts";
import type { SourceRecorder } from "../self/workspace-series.ts";
import { discreet } from "../sources/hidden-people.ts";
import type { Collected, PollPlan, Settings, Source } from "../sources/source.ts";
import { type Pause, type PollTiming, type Poller, type Run } from "./loop.ts";
import { attempt, createPollLoop, pollTiming } from "./loop.ts";
import { type PollLog, createPollLog } from "./log.ts";
import type { PollEntry } from "./journal.ts";
import { PollNotes } from "./poll-notes.ts";
import { type PollResult, type PollTimes, type Polled, isGone, nextState } from "./state.ts";
import type { Timetable } from "./timetable.ts";

/** Which source of which workspace is polled, by the workspace's name. */
export interface PollSubject {
  readonly source: Source;
  readonly name: string;
  readonly settings: Settings;
}

export interface PollDeps {
  readonly ask: Ask;
  readonly observer: AnswerObserver;
  readonly clock: Clock;
  /** What the poll before brought. */
  readonly before?: SourceData | undefined;
}

/**
 * One poll, from the first request to rendered lines. All windows end on one day, even across midnight.
 * @throws ApiError, and whatever a bug throws
 */
export async function poll(
  { source, name, settings }: PollSubject,
  { clock, ask, before, ...deps }: PollDeps,
  signal: AbortSignal,
): Promise<Polled> {
  const observer = discreet(deps.observer, settings.people);
  const today = calendarDay(clock.now(), settings.workspace.poll.timezone);
  const collected = await source.collect({ name, today }, settings, { ask, observer, signal });
  return { data: await renderSourceData(collected, settings, before), collected };
}

export interface PollerDeps {
  readonly plan: PollPlan;
  /** The state before the first poll. */
  readonly state: SourceState;
  readonly pause: Pause;
  readonly ask: Ask;
  /** The lane in which its requests wait for their turns. */
  readonly lane: Lane;
  /** How long after the start the first poll comes, in milliseconds. */
  readonly firstDelayMs: number;
  readonly publish: (state: SourceState) => Promise<void>;
  /** The part of the source's data that is published now; undefined when there is none. */
  readonly fitted: () => Fitted | undefined;
  /** Called with each good poll and its end, once it is published. */
  readonly onGoodPoll: (collected: Collected, ended: Moment) => void;
  /** Called for each poll that found the endpoint removed, once its data is withdrawn. */
  readonly onGone: () => void;
  readonly recorder: SourceRecorder;
  /** Takes each poll that ended. */
  readonly keep: (entry: PollEntry) => void;
  readonly redact: Redactor;
  readonly timetable: Timetable;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** What is published of a poll itself, next to its result. */
type End = Pick<PollTimes, "ended" | "lagMs" | "staleAfterMs">;

/** Polls one source of one workspace. Only it writes the source's state. */
class SourcePoller {
  readonly #subject: PollSubject;
  readonly #deps: Omit<PollerDeps, "state">;
  readonly #log: PollLog;
  #state: SourceState;

  constructor(subject: PollSubject, state: SourceState, deps: Omit<PollerDeps, "state">) {
    this.#subject = subject;
    this.#deps = deps;
    this.#log = createPollLog(subject.source, deps.logger);
    this.#state = state;
  }

  timing(startMs: number, runMs?: number): PollTiming {
    return pollTiming(this.#deps.plan, this.#deps.timetable.spacingAt(startMs, runMs));
  }

  async poll(stopping: AbortSignal, { runMs, lateMs }: Run): Promise<void> {
    const { clock, lane } = this.#deps;
    const start = clock.moment();
    lane.begin();
    const { deadlineMs, staleAfterMs } = this.timing(start.epochMs, runMs);
    const notes = new PollNotes(this.#subject.settings, clock);
    const attempted = await this.#attempt(stopping, deadlineMs, notes);
    // When the exporter stops, the poll that it interrupts is not the API's failure.
    if (stopping.aborted) return;
    const ended = clock.moment();
    if ("error" in attempted) this.#deps.pause.begin(attempted.error);
    const waitedMs = lane.firstWaitMs();
    const result = await this.#takeOver(attempted, { ended, lagMs: lateMs + waitedMs, staleAfterMs });
    this.#report(result, start.epochMs, ended.msSince(start) - waitedMs, notes);
  }

  #report(result: PollResult, startedMs: number, exactMs: number, notes: PollNotes): void {
    const { recorder, fitted, keep, redact } = this.#deps;
    const { name, source } = this.#subject;
    const end = { result, durationMs: Math.round(exactMs), fitted: fitted() };
    recorder.pollEnded(exactMs / 1000, this.#state.failure);
    keep(notes.entry(startedMs, { ...end, isGone: isGone(source, result) }, redact));
    this.#log({ ...end, workspace: name });
  }

  async #attempt(stopping: AbortSignal, deadlineMs: number, notes: PollNotes): Promise<PollResult> {
    const paused = this.#deps.pause.error();
    if (paused) return { error: paused };
    const { ask, clock, recorder, lane } = this.#deps;
    const deps = { ask: notes.watch(ask), clock, observer: notes.observer(recorder), before: this.#state.data };
    const limit = { deadlineMs, idleMs: () => lane.idleMs() };
    return attempt((signal) => poll(this.#subject, deps, signal), stopping, limit, clock);
  }

  /** Publishes and stores a poll's result. A result that cannot be published is a failed poll; the data before it stays. */
  async #takeOver(result: PollResult, end: End): Promise<PollResult> {
    const before = this.#state;
    try {
      await this.#publish(before, result, end);
      this.#store(result, end.ended);
      return result;
    } catch (error) {
      const failure = { error: internalError(error) };
      await this.#publish(before, failure, end).catch(() => undefined);
      return failure;
    }
  }

  async #publish(before: SourceState, result: PollResult, end: End) {
    const { timetable, publish } = this.#deps;
    const intervalSeconds = timetable.longestGapMs(end.ended.epochMs) / 1000;
    const times = { ...end, nextPollMs: timetable.nextRunMs(), intervalSeconds };
    this.#state = nextState(before, this.#subject.source, result, times);
    await publish(this.#state);
  }

  /** What is stored for the next process changes only with a good poll or a removed endpoint, not with a failure. */
  #store(result: PollResult, ended: Moment): void {
    if ("collected" in result) this.#deps.onGoodPoll(result.collected, ended);
    else if (isGone(this.#subject.source, result)) this.#deps.onGone();
  }
}

/** Creates the poller of one source of one workspace. */
export function createPoller(subject: PollSubject, { state, ...deps }: PollerDeps): Poller {
  // Not in the dependencies, where its data would stay in memory when a poll has replaced it.
  const poller = new SourcePoller(subject, state, deps);
  const onSkipped = () => {
    deps.recorder.pollSkipped();
  };
  const jitterMs = (runMs?: number) => poller.timing(deps.clock.now(), runMs).jitterMs;
  return createPollLoop((stopping, run) => poller.poll(stopping, run), { ...deps, jitterMs, onSkipped });
}
