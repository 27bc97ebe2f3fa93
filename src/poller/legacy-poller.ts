import type { StatsClient } from "../roboflow/client.ts";
import type { LegacyWorkspaceStats } from "../sources/legacy/fields.ts";
import type { Moment } from "../clock.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import { internalError } from "../errors.ts";
import type { LegacyBeside } from "../exposition/limit.ts";
import type { LegacyState } from "../metrics/legacy-data.ts";
import type { WorkspaceRecorder } from "../self/recorder.ts";
import { createLegacyLog } from "./legacy-log.ts";
import { type LegacyResult, legacyTiming, nextLegacyState } from "./legacy-poll-state.ts";
import { type Pause, createPause } from "./pause.ts";
import { attempt } from "./attempt.ts";
import { pollLegacy } from "./poll-legacy.ts";
import { type PollLoopDeps, type Poller, createPollLoop } from "./loop.ts";

/** Whose legacy endpoint it is, and who counts what its answers hold. */
interface Identity {
  readonly workspace: string;
  readonly recorder: Pick<WorkspaceRecorder, "answered" | "storageFailed">;
}

/** Polls one workspace's legacy endpoint. It has nothing in common with the workspace's other polls but the name. */
export interface LegacyPoller extends Pick<Poller, "stop"> {
  /** Begins to poll; called once, when the name is known. */
  readonly start: (workspace: string, recorder: Identity["recorder"]) => void;
}

export interface LegacyPollerDeps extends Omit<PollLoopDeps, "jitterMs" | "onSkipped"> {
  /** What is known before the first poll. */
  readonly state: LegacyState;
  readonly client: Pick<StatsClient, "fetchLegacy">;
  /** Called for every good poll, with its end, once it is published. */
  readonly onGoodPoll: (stats: LegacyWorkspaceStats, ended: Moment, recorder: Identity["recorder"]) => void;
  /** Called for every poll that found the endpoint gone. */
  readonly onGone: (recorder: Identity["recorder"]) => void;
  readonly publish: (legacy: LegacyState) => Promise<void>;
  /** What of the published data stands beside the workspace's other data. */
  readonly beside: () => LegacyBeside | undefined;
}

class WorkspaceLegacyPoller {
  readonly #config: WorkspaceConfig;
  readonly #labelers: LabelersConfig;
  readonly #deps: LegacyPollerDeps;
  readonly #identity: Identity;
  readonly #log: ReturnType<typeof createLegacyLog>;
  readonly #pause: Pause;
  #state: LegacyState;

  constructor(config: WorkspaceConfig, labelers: LabelersConfig, identity: Identity, deps: LegacyPollerDeps) {
    this.#config = config;
    this.#labelers = labelers;
    this.#deps = deps;
    this.#identity = identity;
    this.#log = createLegacyLog(deps.logger);
    this.#pause = createPause(deps.clock);
    this.#state = deps.state;
  }

  async poll(stopping: AbortSignal): Promise<void> {
    const { clock, beside } = this.#deps;
    const start = clock.moment();
    const attempted = await this.#attempt(stopping);
    // A poll cut short by the exporter's own stop says nothing about the API.
    if (stopping.aborted) return;
    const ended = clock.moment();
    if ("error" in attempted) this.#pause.begin(attempted.error);
    const result = await this.#takeOver(attempted, ended);
    const { workspace } = this.#identity;
    const durationMs = Math.round(ended.msSince(start));
    this.#log({ workspace, result, outcome: this.#state.outcome, durationMs, beside: beside() });
  }

  /** Publishes and keeps what a poll came to. What cannot be published was not good: it fails, and all stays as it was. */
  async #takeOver(result: LegacyResult, ended: Moment): Promise<LegacyResult> {
    const before = this.#state;
    try {
      await this.#publish(before, result, ended);
      this.#keep(result, ended);
      return result;
    } catch (error) {
      const failure = { error: internalError(error) };
      await this.#publish(before, failure, ended).catch(() => undefined);
      return failure;
    }
  }

  async #publish(before: LegacyState, result: LegacyResult, ended: Moment): Promise<void> {
    this.#state = nextLegacyState(before, result, ended);
    await this.#deps.publish(this.#state);
  }

  async #attempt(stopping: AbortSignal): Promise<LegacyResult> {
    const paused = this.#pause.error();
    if (paused) return { error: paused };
    const { client, clock } = this.#deps;
    const { workspace, recorder } = this.#identity;
    const deps = { client, clock, observer: recorder };
    const work = (signal: AbortSignal) => pollLegacy(workspace, this.#config, this.#labelers, deps, signal);
    return attempt(work, stopping, legacyTiming(this.#config.poll).deadlineMs, clock);
  }

  /** A failure leaves what the next process is to know as it is. */
  #keep(result: LegacyResult, ended: Moment): void {
    const { recorder } = this.#identity;
    if ("stats" in result) this.#deps.onGoodPoll(result.stats, ended, recorder);
    else if (this.#state.outcome === "gone") this.#deps.onGone(recorder);
  }
}

/** Creates the poller of one workspace's legacy endpoint. */
export function createLegacyPoller(
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  deps: LegacyPollerDeps,
): LegacyPoller {
  let poller: WorkspaceLegacyPoller | undefined;
  const onSkipped = () => {
    deps.logger.debug({ workspace: config.name }, "legacy poll skipped, the last one still runs");
  };
  const jitterMs = () => legacyTiming(config.poll).jitterMs;
  const loop = createPollLoop(async (stopping) => poller?.poll(stopping), { ...deps, jitterMs, onSkipped });
  return {
    start: (workspace, recorder) => {
      poller = new WorkspaceLegacyPoller(config, labelers, { workspace, recorder }, deps);
      loop.start();
    },
    stop: loop.stop,
  };
}
