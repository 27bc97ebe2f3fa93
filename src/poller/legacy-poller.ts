import type { StatsClient } from "../api/client.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { LabelersConfig, WorkspaceConfig } from "../config/config.ts";
import { ApiError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { LegacyBeside } from "../metrics/legacy-beside.ts";
import { type LegacyData, type LegacyState, renderLegacyData } from "../metrics/legacy-data.ts";
import type { WorkspaceRecorder } from "../metrics/self-recorder.ts";
import { collectLegacy } from "./collect-legacy.ts";
import { withDeadline } from "./deadline.ts";
import { createLegacyLog } from "./legacy-log.ts";
import { type LegacyResult, initialLegacyState, legacyTiming, nextLegacyState } from "./legacy-poll-state.ts";
import { type Pause, createPause } from "./pause.ts";
import { type PollLoopDeps, type Poller, createPollLoop } from "./poll-loop.ts";

/** Whose legacy endpoint it is, and who counts what its answers hold. */
interface Identity {
  readonly workspace: string;
  readonly recorder: Pick<WorkspaceRecorder, "answered">;
}

/** Polls one workspace's legacy endpoint. It has nothing in common with the workspace's other polls but the name. */
export interface LegacyPoller extends Pick<Poller, "stop"> {
  /** Begins to poll; called once, when the name is known. */
  readonly start: (workspace: string, recorder: Identity["recorder"]) => void;
}

export interface LegacyPollerDeps extends Omit<PollLoopDeps, "jitterMs" | "onSkipped"> {
  readonly client: Pick<StatsClient, "fetchLegacy">;
  readonly publish: (legacy: LegacyState) => Promise<void>;
  /** What of the published data stands beside the workspace's other data. */
  readonly beside: () => LegacyBeside | undefined;
  readonly logger: Logger;
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
    this.#state = initialLegacyState(config.poll);
  }

  async poll(stopping: AbortSignal): Promise<void> {
    const { clock, publish, beside } = this.#deps;
    const startMs = clock.now();
    const result = await this.#attempt(stopping);
    // A poll cut short by the exporter's own stop says nothing about the API.
    if (stopping.aborted) return;
    const endMs = clock.now();
    if ("error" in result) this.#pause.begin(result.error);
    this.#state = nextLegacyState(this.#state, result, endMs);
    await publish(this.#state);
    const { workspace } = this.#identity;
    this.#log({ workspace, result, outcome: this.#state.outcome, durationMs: endMs - startMs, beside: beside() });
  }

  async #attempt(stopping: AbortSignal): Promise<LegacyResult> {
    const paused = this.#pause.error();
    if (paused) return { error: paused };
    const { signal, end } = withDeadline(stopping, legacyTiming(this.#config.poll).deadlineMs, this.#deps.clock);
    try {
      return { data: await this.#pollData(signal) };
    } catch (error) {
      if (error instanceof ApiError) return { error };
      throw error;
    } finally {
      end();
    }
  }

  /** From the first request to rendered lines. All windows are reckoned from one day, even across midnight. */
  async #pollData(signal: AbortSignal): Promise<LegacyData> {
    const { client, clock } = this.#deps;
    const { workspace, recorder } = this.#identity;
    const today = calendarDay(clock.now(), this.#config.poll.timezone);
    const stats = await collectLegacy(workspace, today, this.#config, { client, observer: recorder, signal });
    return renderLegacyData(stats, { ...this.#config, labelers: this.#labelers });
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
  const { jitterMs } = legacyTiming(config.poll);
  const loop = createPollLoop(async (stopping) => poller?.poll(stopping), { ...deps, jitterMs, onSkipped });
  return {
    start: (workspace, recorder) => {
      poller = new WorkspaceLegacyPoller(config, labelers, { workspace, recorder }, deps);
      loop.start();
    },
    stop: loop.stop,
  };
}
