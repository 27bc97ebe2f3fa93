import type { StatsClient } from "../api/client.ts";
import { MAX_RETRY_AFTER_MS } from "../api/retry.ts";
import type { WorkspaceStats } from "../api/stats.ts";
import type { Clock } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import { ApiError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { WorkspaceRecorder } from "../metrics/self-recorder.ts";
import type { WorkspaceState } from "../metrics/workspace-state.ts";
import { attempt, pollWorkspace } from "./poll.ts";
import { createPollLog } from "./poll-log.ts";
import { type PollResult, nextState, renamedState } from "./poll-state.ts";
import type { Timetable } from "./schedule.ts";
import { type PollTiming, pollTiming } from "./timing.ts";

/** Polls one workspace: at once when started, then by the timetable. */
export interface Poller {
  readonly start: () => void;
  /** Ends the running poll and resolves when it has let go of everything. */
  readonly stop: () => Promise<void>;
}

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
  readonly timetable: Timetable;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Called with what is not an ApiError: a bug, on which the program must stop. */
  readonly onBug: (error: unknown) => void;
}

/** Polls one workspace, and is the only writer of its state. */
class WorkspacePoller implements Poller {
  readonly #config: WorkspaceConfig;
  readonly #labelers: LabelersConfig;
  readonly #deps: PollerDeps;
  readonly #timing: PollTiming;
  readonly #log: ReturnType<typeof createPollLog>;
  readonly #stopping = new AbortController();
  #state: WorkspaceState;
  #recorder: WorkspaceRecorder;
  #isNameKnown: boolean;
  #pause: { readonly untilMs: number; readonly error: ApiError } | undefined;
  #running: Promise<void> | undefined;

  constructor(config: WorkspaceConfig, labelers: LabelersConfig, deps: PollerDeps) {
    this.#config = config;
    this.#labelers = labelers;
    this.#deps = deps;
    this.#timing = pollTiming(config.poll, deps.timetable);
    this.#log = createPollLog(deps.logger);
    this.#state = deps.state;
    this.#isNameKnown = config.name !== undefined;
    this.#recorder = this.#adoptRecorder();
  }

  start(): void {
    this.#deps.timetable.start(() => {
      if (this.#running) this.#recorder.pollSkipped();
      else this.#running = this.#pollAfter(this.#deps.random() * this.#timing.jitterMs);
    });
    this.#running = this.#pollAfter(0);
  }

  async stop(): Promise<void> {
    this.#deps.timetable.stop();
    this.#stopping.abort();
    await this.#running;
  }

  async #pollAfter(delayMs: number): Promise<void> {
    try {
      if (delayMs > 0) await this.#deps.clock.sleep(delayMs, this.#stopping.signal);
      await this.#poll();
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#deps.onBug(error);
    } finally {
      this.#running = undefined;
    }
  }

  async #poll(): Promise<void> {
    const { clock, onGoodPoll, publish, timetable } = this.#deps;
    const startMs = clock.now();
    const result = await this.#attempt();
    // A poll cut short by the exporter's own stop says nothing about the API.
    if (this.#stopping.signal.aborted) return;
    const endMs = clock.now();
    if ("error" in result && result.error.retryAfterMs !== undefined)
      this.#pause = { untilMs: endMs + result.error.retryAfterMs, error: result.error };
    this.#state = nextState(this.#state, result, endMs, timetable.nextRunMs());
    await publish(this.#state);
    this.#recorder.pollEnded(Math.max(0, endMs - startMs) / 1000, this.#state.failure);
    if ("stats" in result) onGoodPoll(result.stats, endMs, this.#recorder);
    this.#log(this.#state.workspace, result, endMs - startMs);
  }

  async #attempt(): Promise<PollResult> {
    const paused = this.#pausedError();
    if (paused) return { error: paused };
    const { client, clock } = this.#deps;
    const work = async (signal: AbortSignal) => {
      await this.#resolveName(signal);
      const deps = { client, clock, observer: this.#recorder };
      return pollWorkspace(this.#state.workspace, this.#config, this.#labelers, deps, signal);
    };
    return attempt(work, this.#stopping.signal, this.#timing.deadlineMs, clock);
  }

  /** The failure that asked for silence, as long as it lasts. */
  #pausedError(): ApiError | undefined {
    const leftMs = (this.#pause?.untilMs ?? 0) - this.#deps.clock.now();
    // Further away than was ever asked for: the clock has been set back meanwhile.
    if (!this.#pause || leftMs <= 0 || leftMs > MAX_RETRY_AFTER_MS) return undefined;
    const { reason, status } = this.#pause.error;
    const message = `the API asked not to be called for another ${Math.ceil(leftMs / 1000)} s (Retry-After)`;
    return new ApiError(message, { reason, ...(status === undefined ? {} : { status }) });
  }

  async #resolveName(signal: AbortSignal): Promise<void> {
    if (this.#isNameKnown) return;
    const state = renamedState(this.#state, await this.#deps.client.fetchWorkspaceName(signal));
    this.#isNameKnown = true;
    if (state === this.#state) return;
    await this.#recorder.forget();
    this.#state = state;
    this.#recorder = this.#adoptRecorder();
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
