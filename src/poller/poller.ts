import type { Clock, Moment } from "../clock.ts";
import { internalError } from "../errors.ts";
import type { Fitted } from "../exposition/limit.ts";
import type { SourceState } from "../exposition/workspace-state.ts";
import type { Logger } from "../logger/logger.ts";
import type { Ask } from "../roboflow/client.ts";
import type { SourceRecorder } from "../self/recorder.ts";
import type { Collected, PollPlan } from "../sources/source.ts";
import { attempt } from "./attempt.ts";
import { createPollLog } from "./log.ts";
import { type Poller, createPollLoop } from "./loop.ts";
import { type Pause, createPause } from "./pause.ts";
import { type PollSubject, poll } from "./poll.ts";
import { type PollResult, isGone, nextState } from "./state.ts";
import type { Timetable } from "./timetable.ts";
import { type PollTiming, pollTiming } from "./timing.ts";

export interface PollerDeps {
  readonly plan: PollPlan;
  /** What is known before the first poll. */
  readonly state: SourceState;
  readonly ask: Ask;
  readonly publish: (state: SourceState) => Promise<void>;
  /** What of the source's data is published now; undefined when nothing is. */
  readonly fitted: () => Fitted | undefined;
  /** Called for every good poll, with its end, once it is published. */
  readonly onGoodPoll: (collected: Collected, ended: Moment) => void;
  /** Called for every poll that found the endpoint gone, once its data is withdrawn. */
  readonly onGone: () => void;
  readonly recorder: SourceRecorder;
  readonly timetable: Timetable;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Polls one source of one workspace, and is the only writer of its state. */
class SourcePoller {
  readonly #subject: PollSubject;
  readonly #deps: PollerDeps;
  readonly #log: ReturnType<typeof createPollLog>;
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
    // A poll cut short by the exporter's own stop says nothing about the API.
    if (stopping.aborted) return;
    const ended = clock.moment();
    if ("error" in attempted) this.#pause.begin(attempted.error);
    const result = await this.#takeOver(attempted, ended, timing);
    const durationMs = ended.msSince(start);
    recorder.pollEnded(durationMs / 1000, this.#state.failure);
    const { name } = this.#subject;
    this.#log({ workspace: name, result, durationMs: Math.round(durationMs), fitted: fitted() });
  }

  /** Publishes and keeps what a poll brought. What cannot be published was not good: it fails, and all stays as it was. */
  async #takeOver(result: PollResult, ended: Moment, timing: PollTiming): Promise<PollResult> {
    const before = this.#state;
    try {
      await this.#publish(before, result, ended, timing);
      this.#keep(result, ended);
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
    const coming = { ended, nextPollMs: timetable.nextRunMs(), intervalSeconds, staleAfterMs };
    this.#state = nextState(before, this.#subject.source, result, coming);
    await publish(this.#state);
  }

  /** A failure leaves what the next process is to know as it is. */
  #keep(result: PollResult, ended: Moment): void {
    if ("collected" in result) this.#deps.onGoodPoll(result.collected, ended);
    else if (isGone(this.#subject.source, result)) this.#deps.onGone();
  }

  async #attempt(stopping: AbortSignal, deadlineMs: number): Promise<PollResult> {
    const paused = this.#pause.error();
    if (paused) return { error: paused };
    const { ask, clock, recorder } = this.#deps;
    const work = (signal: AbortSignal) => poll(this.#subject, { ask, clock, observer: recorder }, signal);
    return attempt(work, stopping, deadlineMs, clock);
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
