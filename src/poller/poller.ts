import type { StatsClient } from "../api/client.ts";
import type { WorkspaceStats } from "../api/stats.ts";
import type { Clock } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import type { Logger } from "../logger/logger.ts";
import type { WorkspaceRecorder } from "../metrics/self-recorder.ts";
import type { WorkspaceState } from "../metrics/workspace-state.ts";
import { type Pause, createPause } from "./pause.ts";
import { attempt, pollWorkspace } from "./poll.ts";
import { createPollLog } from "./poll-log.ts";
import { type Poller, createPollLoop } from "./poll-loop.ts";
import { type PollResult, nextState, renamedState } from "./poll-state.ts";
import type { Timetable } from "./schedule.ts";
import { type PollTiming, pollTiming } from "./timing.ts";

/** What a poll asks of the API. */
export type PollClient = Pick<StatsClient, "fetchStats" | "fetchProjectSlugs" | "fetchWorkspaceName">;

export interface PollerDeps {
  /** What is known before the first poll. */
  readonly state: WorkspaceState;
  readonly client: PollClient;
  readonly publish: (state: WorkspaceState) => Promise<void>;
  /** Told of every good poll, with its end in epoch milliseconds, once it is published. Must not throw. */
  readonly onGoodPoll: (stats: WorkspaceStats, endedMs: number, recorder: WorkspaceRecorder) => void;
  readonly recorderFor: (workspace: string) => WorkspaceRecorder;
  /** Gives the client the recorder to report its requests to; the recorder changes when a name is resolved. */
  readonly useRecorder: (recorder: WorkspaceRecorder) => void;
  /** Told the workspace's name as soon as it is known: when started, or once the API has told it. */
  readonly onNamed?: (workspace: string, recorder: WorkspaceRecorder) => void;
  readonly timetable: Timetable;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Called with what is not an ApiError: a bug, on which the program must stop. */
  readonly onBug: (error: unknown) => void;
}

/** Polls one workspace, and is the only writer of its state. */
class WorkspacePoller {
  readonly #config: WorkspaceConfig;
  readonly #labelers: LabelersConfig;
  readonly #deps: PollerDeps;
  readonly #timing: PollTiming;
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
    this.#timing = pollTiming(config.poll, deps.timetable);
    this.#log = createPollLog(deps.logger);
    this.#pause = createPause(deps.clock);
    this.#state = deps.state;
    this.#isNameKnown = config.name !== undefined;
    this.#recorder = this.#adoptRecorder();
    const onSkipped = () => {
      this.#recorder.pollSkipped();
    };
    this.#loop = createPollLoop((stopping) => this.#poll(stopping), { ...deps, ...this.#timing, onSkipped });
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

  async #poll(stopping: AbortSignal): Promise<void> {
    const { clock, onGoodPoll, publish, timetable } = this.#deps;
    const startMs = clock.now();
    const result = await this.#attempt(stopping);
    // A poll cut short by the exporter's own stop says nothing about the API.
    if (stopping.aborted) return;
    const endMs = clock.now();
    if ("error" in result) this.#pause.begin(result.error);
    this.#state = nextState(this.#state, result, endMs, timetable.nextRunMs());
    await publish(this.#state);
    this.#recorder.pollEnded(Math.max(0, endMs - startMs) / 1000, this.#state.failure);
    if ("stats" in result) onGoodPoll(result.stats, endMs, this.#recorder);
    this.#log(this.#state.workspace, result, endMs - startMs);
  }

  async #attempt(stopping: AbortSignal): Promise<PollResult> {
    const paused = this.#pause.error();
    if (paused) return { error: paused };
    const { client, clock } = this.#deps;
    const work = async (signal: AbortSignal) => {
      await this.#resolveName(signal);
      const deps = { client, clock, observer: this.#recorder };
      return pollWorkspace(this.#state.workspace, this.#config, this.#labelers, deps, signal);
    };
    return attempt(work, stopping, this.#timing.deadlineMs, clock);
  }

  async #resolveName(signal: AbortSignal): Promise<void> {
    if (this.#isNameKnown) return;
    const state = renamedState(this.#state, await this.#deps.client.fetchWorkspaceName(signal));
    this.#isNameKnown = true;
    if (state !== this.#state) await this.#rename(state);
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
