import type { Clock, Moment } from "../clock.ts";
import type { ApiError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { PollPlan } from "../sources/source.ts";
import { attempt } from "./attempt.ts";
import { type Poller, createPollLoop } from "./loop.ts";
import { createPause } from "./pause.ts";
import type { Timetable } from "./timetable.ts";
import { pollTiming } from "./timing.ts";

export interface NameResolverDeps {
  /** When the name is asked for again after a failure. */
  readonly plan: PollPlan;
  readonly timetable: Timetable;
  /** Asks the API which workspace the key belongs to. */
  readonly fetchName: (signal: AbortSignal) => Promise<string>;
  /** Called once, with the name; nothing is asked any more then. */
  readonly onResolved: (name: string) => Promise<void>;
  /** Called for every attempt that failed, with its end and how long it took. */
  readonly onFailed: (error: ApiError, ended: Moment, durationMs: number) => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Asks for a workspace's name, at once and then by the timetable, until the API has given it. */
export function createNameResolver(deps: NameResolverDeps): Poller {
  const { plan, timetable, fetchName, onResolved, onFailed, clock, logger } = deps;
  const pause = createPause(clock);
  const timing = (runMs?: number) => pollTiming(plan, timetable.spacingAt(clock.now(), runMs));

  const ask = async (stopping: AbortSignal, runMs?: number) => {
    const paused = pause.error();
    if (paused) return { error: paused };
    const work = async (signal: AbortSignal) => ({ name: await fetchName(signal) });
    return attempt(work, stopping, timing(runMs).deadlineMs, clock);
  };

  const resolve = async (stopping: AbortSignal, runMs?: number) => {
    const start = clock.moment();
    const result = await ask(stopping, runMs);
    if (stopping.aborted) return;
    if ("name" in result) {
      await onResolved(result.name);
      // Last: what failed on the way here is done once more at the next run.
      timetable.stop();
      return;
    }
    pause.begin(result.error);
    const ended = clock.moment();
    await onFailed(result.error, ended, ended.msSince(start));
  };

  const onSkipped = () => {
    logger.debug({}, "a request for the workspace's name still runs");
  };
  return createPollLoop(resolve, { ...deps, jitterMs: (runMs) => timing(runMs).jitterMs, onSkipped });
}
