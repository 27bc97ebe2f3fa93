import type { Clock, Moment } from "../clock.ts";
import type { ApiError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { PollPlan } from "../sources/source.ts";
import type { Lane } from "../roboflow/lane.ts";
import { type Pause, type PollTiming, type Poller, type Run } from "./loop.ts";
import { attempt, createPollLoop, pollTiming } from "./loop.ts";
import type { Timetable } from "./timetable.ts";

export interface NameResolverDeps {
  /** When the name is asked for again after a failure. */
  readonly plan: PollPlan;
  readonly timetable: Timetable;
  /** While the API asks not to be called. Outlives the resolver, so that a reload does not end it. */
  readonly pause: Pause;
  /** The lane in which its requests wait for their turns. */
  readonly lane: Lane;
  /** Asks the API which workspace the key belongs to. */
  readonly fetchName: (signal: AbortSignal) => Promise<string>;
  /** Called with the name, after which nothing more is asked. Called again at the next run if it rejects. */
  readonly onResolved: (name: string) => Promise<void>;
  /** Called for each failed attempt, with its end and how long it took. */
  readonly onFailed: (error: ApiError, ended: Moment, durationMs: number) => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

class NameResolver {
  readonly #deps: NameResolverDeps;

  constructor(deps: NameResolverDeps) {
    this.#deps = deps;
  }

  timing(runMs?: number): PollTiming {
    const { plan, timetable, clock } = this.#deps;
    return pollTiming(plan, timetable.spacingAt(clock.now(), runMs));
  }

  async resolve(stopping: AbortSignal, { runMs }: Run): Promise<void> {
    const { timetable, pause, onResolved, onFailed, clock, lane } = this.#deps;
    const start = clock.moment();
    lane.begin();
    const result = await this.#ask(stopping, runMs);
    if (stopping.aborted) return;
    if ("name" in result) {
      await onResolved(result.name);
      // Last, so that the next run tries again when onResolved rejects.
      timetable.stop();
      return;
    }
    pause.begin(result.error);
    const ended = clock.moment();
    await onFailed(result.error, ended, ended.msSince(start) - lane.firstWaitMs());
  }

  async #ask(stopping: AbortSignal, runMs: number | undefined) {
    const { fetchName, pause, clock, lane } = this.#deps;
    const paused = pause.error();
    if (paused) return { error: paused };
    const work = async (signal: AbortSignal) => ({ name: await fetchName(signal) });
    const { deadlineMs } = this.timing(runMs);
    return attempt(work, stopping, { deadlineMs, idleMs: () => lane.idleMs() }, clock);
  }
}

/** Asks for a workspace's name, at once and then by the timetable, until the API has given it. */
export function createNameResolver(deps: NameResolverDeps): Poller {
  const resolver = new NameResolver(deps);
  return createPollLoop((stopping, run) => resolver.resolve(stopping, run), {
    ...deps,
    // Only the one workspace of a configuration may be without a name.
    firstDelayMs: 0,
    jitterMs: (runMs) => resolver.timing(runMs).jitterMs,
    onSkipped: () => {
      deps.logger.debug({}, "a request for the workspace's name is still running");
    },
  });
}
