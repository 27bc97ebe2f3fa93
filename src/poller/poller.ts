import type { AnswerObserver } from "../answers/anomalies.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Clock, Moment } from "../clock.ts";
import { internalError } from "../errors.ts";
import type { Fitted } from "../exposition/published.ts";
import { type SourceData, renderSourceData } from "../exposition/source-data.ts";
import type { SourceState } from "../exposition/workspace-state.ts";
import type { Logger } from "../logger/logger.ts";
import type { Ask } from "../roboflow/client.ts";
import type { SourceRecorder } from "../self/recorder.ts";
import type { Collected, PollPlan, Settings, Source } from "../sources/source.ts";
import { type Pause, type PollTiming, type Poller, attempt, createPause, createPollLoop, pollTiming } from "./loop.ts";
import { type PollLog, createPollLog } from "./log.ts";
import { type PollResult, type Polled, isGone, nextState } from "./state.ts";
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
  { clock, before, ...deps }: PollDeps,
  signal: AbortSignal,
): Promise<Polled> {
  const today = calendarDay(clock.now(), settings.workspace.poll.timezone);
  const collected = await source.collect({ name, today }, settings, { ...deps, signal });
  return { data: await renderSourceData(collected, settings, before), collected };
}

export interface PollerDeps {
  readonly plan: PollPlan;
  /** The state before the first poll. */
  readonly state: SourceState;
  readonly ask: Ask;
  readonly publish: (state: SourceState) => Promise<void>;
  /** The part of the source's data that is published now; undefined when there is none. */
  readonly fitted: () => Fitted | undefined;
  /** Called with each good poll and its end, once it is published. */
  readonly onGoodPoll: (collected: Collected, ended: Moment) => void;
  /** Called for each poll that found the endpoint removed, once its data is withdrawn. */
  readonly onGone: () => void;
  readonly recorder: SourceRecorder;
  readonly timetable: Timetable;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Polls one source of one workspace. Only it writes the source's state. */
class SourcePoller {
  readonly #subject: PollSubject;
  readonly #deps: PollerDeps;
  readonly #log: PollLog;
  readonly #pause: Pause;
  #state: SourceState;

  constructor(subject: PollSubject, deps: PollerDeps) {
    this.#subject = subject;
    this.#deps = deps;
    this.#log = createPollLog(subject.source, deps.logger);
    this.#pause = createPause(deps.clock);
    this.#state = deps.state;
  }

  timing(startMs: number, runMs?: number): PollTiming {
    return pollTiming(this.#deps.plan, this.#deps.timetable.spacingAt(startMs, runMs));
  }

  async poll(stopping: AbortSignal, runMs?: number): Promise<void> {
    const { clock, recorder, fitted } = this.#deps;
    const start = clock.moment();
    const timing = this.timing(start.epochMs, runMs);
    const attempted = await this.#attempt(stopping, timing.deadlineMs);
    // When the exporter stops, the poll that it interrupts is not the API's failure.
    if (stopping.aborted) return;
    const ended = clock.moment();
    if ("error" in attempted) this.#pause.begin(attempted.error);
    const result = await this.#takeOver(attempted, ended, timing);
    const durationMs = ended.msSince(start);
    recorder.pollEnded(durationMs / 1000, this.#state.failure);
    const { name } = this.#subject;
    this.#log({ workspace: name, result, durationMs: Math.round(durationMs), fitted: fitted() });
  }

  async #attempt(stopping: AbortSignal, deadlineMs: number): Promise<PollResult> {
    const paused = this.#pause.error();
    if (paused) return { error: paused };
    const { ask, clock, recorder } = this.#deps;
    const deps = { ask, clock, observer: recorder, before: this.#state.data };
    const work = (signal: AbortSignal) => poll(this.#subject, deps, signal);
    return attempt(work, stopping, deadlineMs, clock);
  }

  /** Publishes and stores a poll's result. A result that cannot be published is a failed poll; the data before it stays. */
  async #takeOver(result: PollResult, ended: Moment, timing: PollTiming): Promise<PollResult> {
    const before = this.#state;
    try {
      await this.#publish(before, result, ended, timing);
      this.#store(result, ended);
      return result;
    } catch (error) {
      const failure = { error: internalError(error) };
      await this.#publish(before, failure, ended, timing).catch(() => undefined);
      return failure;
    }
  }

  async #publish(before: SourceState, result: PollResult, ended: Moment, { staleAfterMs }: PollTiming) {
    const { timetable, publish } = this.#deps;
    const intervalSeconds = timetable.longestGapMs(ended.epochMs) / 1000;
    const end = { ended, nextPollMs: timetable.nextRunMs(), intervalSeconds, staleAfterMs };
    this.#state = nextState(before, this.#subject.source, result, end);
    await publish(this.#state);
  }

  /** What is stored for the next process changes only with a good poll or a removed endpoint, not with a failure. */
  #store(result: PollResult, ended: Moment): void {
    if ("collected" in result) this.#deps.onGoodPoll(result.collected, ended);
    else if (isGone(this.#subject.source, result)) this.#deps.onGone();
  }
}

/** Creates the poller of one source of one workspace. */
export function createPoller(subject: PollSubject, deps: PollerDeps): Poller {
  const poller = new SourcePoller(subject, deps);
  const onSkipped = () => {
    deps.recorder.pollSkipped();
  };
  const jitterMs = (runMs?: number) => poller.timing(deps.clock.now(), runMs).jitterMs;
  return createPollLoop((stopping, runMs) => poller.poll(stopping, runMs), { ...deps, jitterMs, onSkipped });
}
