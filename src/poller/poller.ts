import type { StatsClient } from "../roboflow/client.ts";
import type { WorkspaceStats } from "../sources/insights/stats.ts";
import type { Clock, Moment } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import { internalError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { WorkspaceRecorder } from "../self/recorder.ts";
import type { WorkspaceState } from "../exposition/workspace-state.ts";
import { type Pause, createPause } from "./pause.ts";
import { attempt, pollWorkspace } from "./attempt.ts";
import { createPollLog } from "./log.ts";
import { type Poller, createPollLoop } from "./loop.ts";
import { type PollResult, nextState, renamedState } from "./state.ts";
import type { Timetable } from "./timetable.ts";
import { type PollTiming, pollTiming } from "./timing.ts";

/** What a poll asks of the API. */
export type PollClient = Pick<StatsClient, "fetchStats" | "fetchProjectSlugs" | "fetchWorkspaceName">;

export interface PollerDeps {
  /** What is known before the first poll. */
  readonly state: WorkspaceState;
  readonly client: PollClient;
  readonly publish: (state: WorkspaceState) => Promise<void>;
  /** Called for every good poll, with its end, once it is published. */
  readonly onGoodPoll: (stats: WorkspaceStats, ended: Moment, recorder: WorkspaceRecorder) => void;
  readonly recorderFor: (workspace: string) => WorkspaceRecorder;
  /** Gives the client the recorder to report its requests to; the recorder changes when a name is resolved. */
  readonly useRecorder: (recorder: WorkspaceRecorder) => void;
  /** Told the workspace's name as soon as it is known: when started, or once the API has told it. */
  readonly onNamed?: (workspace: string, recorder: WorkspaceRecorder) => void;
  readonly timetable: Timetable;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Polls one workspace, and is the only writer of its state. */
class WorkspacePoller {
  readonly #config: WorkspaceConfig;
  readonly #labelers: LabelersConfig;
  readonly #deps: PollerDeps;
  readonly #log: ReturnType<typeof createPollLog>;
  readonly #pause: Pause;
  readonly #loop: Poller;
  #state: WorkspaceState;
  #recorder: WorkspaceRecorder;
  #isNameKnown: boolean;

  constructor(config: WorkspaceConfig, labelers: LabelersConfig, deps: PollerDeps) {
    this.#config = config;
    this.#labelers = labelers;
    this.#deps = deps;
    this.#log = createPollLog(deps.logger);
    this.#pause = createPause(deps.clock);
    this.#state = deps.state;
    this.#isNameKnown = config.name !== undefined;
    this.#recorder = this.#adoptRecorder();
    const onSkipped = () => {
      this.#recorder.pollSkipped();
    };
    const jitterMs = (runMs?: number) => this.#timing(deps.clock.now(), runMs).jitterMs;
    const poll = (stopping: AbortSignal, runMs?: number) => this.#poll(stopping, runMs);
    this.#loop = createPollLoop(poll, { ...deps, jitterMs, onSkipped });
  }

  start(): void {
    if (this.#isNameKnown) this.#tellName();
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  #tellName(): void {
    this.#deps.onNamed?.(this.#state.workspace, this.#recorder);
  }

  #timing(startMs: number, runMs?: number): PollTiming {
    return pollTiming(this.#config.poll, this.#deps.timetable.spacingAt(startMs, runMs));
  }

  async #poll(stopping: AbortSignal, runMs?: number): Promise<void> {
    const { clock } = this.#deps;
    const start = clock.moment();
    const timing = this.#timing(start.epochMs, runMs);
    const attempted = await this.#attempt(stopping, timing.deadlineMs);
    // A poll cut short by the exporter's own stop says nothing about the API.
    if (stopping.aborted) return;
    const ended = clock.moment();
    if ("error" in attempted) this.#pause.begin(attempted.error);
    const result = await this.#takeOver(attempted, ended, timing);
    const durationMs = ended.msSince(start);
    this.#recorder.pollEnded(durationMs / 1000, "error" in result ? result.error.reason : undefined);
    this.#log(this.#state.workspace, result, Math.round(durationMs));
  }

  /** Publishes and keeps what a poll brought. What cannot be published was not good: it fails, and all stays as it was. */
  async #takeOver(result: PollResult, ended: Moment, timing: PollTiming): Promise<PollResult> {
    const before = this.#state;
    try {
      await this.#publish(before, result, ended, timing);
      if ("stats" in result) this.#deps.onGoodPoll(result.stats, ended, this.#recorder);
      return result;
    } catch (error) {
      const failure = { error: internalError(error) };
      await this.#publish(before, failure, ended, timing).catch(() => undefined);
      return failure;
    }
  }

  async #publish(before: WorkspaceState, result: PollResult, ended: Moment, { staleAfterMs }: PollTiming) {
    const { timetable, publish } = this.#deps;
    const intervalSeconds = timetable.longestGapMs(ended.epochMs) / 1000;
    this.#state = nextState(before, result, ended, {
      nextPollMs: timetable.nextRunMs(),
      intervalSeconds,
      staleAfterMs,
    });
    await publish(this.#state);
  }

  async #attempt(stopping: AbortSignal, deadlineMs: number): Promise<PollResult> {
    const paused = this.#pause.error();
    if (paused) return { error: paused };
    const { client, clock } = this.#deps;
    const work = async (signal: AbortSignal) => {
      await this.#resolveName(signal);
      const deps = { client, clock, observer: this.#recorder };
      return pollWorkspace(this.#state.workspace, this.#config, this.#labelers, deps, signal);
    };
    return attempt(work, stopping, deadlineMs, clock);
  }

  async #resolveName(signal: AbortSignal): Promise<void> {
    if (this.#isNameKnown) return;
    const state = renamedState(this.#state, await this.#deps.client.fetchWorkspaceName(signal));
    if (state !== this.#state) await this.#rename(state);
    // Last: after a failure on the way here, it is done once more.
    this.#isNameKnown = true;
    this.#tellName();
  }

  async #rename(state: WorkspaceState): Promise<void> {
    await this.#recorder.forget();
    this.#state = state;
    this.#recorder = this.#adoptRecorder();
    // At once: what is known of the legacy endpoint is shown under this name only.
    await this.#deps.publish(state);
  }

  #adoptRecorder(): WorkspaceRecorder {
    const recorder = this.#deps.recorderFor(this.#state.workspace);
    this.#deps.useRecorder(recorder);
    return recorder;
  }
}

/** Creates the poller of one workspace. */
export function createPoller(config: WorkspaceConfig, labelers: LabelersConfig, deps: PollerDeps): Poller {
  return new WorkspacePoller(config, labelers, deps);
}
