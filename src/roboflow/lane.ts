import type { Clock, Moment } from "../clock.ts";
import type { RequestLimits, WorkspaceConfig } from "../config/config.ts";
import { type Enter, type Release, createLimiter } from "./limiter.ts";

/** The turns of one poll after the other: it knows how long each has waited. Times are milliseconds. */
export interface Lane {
  readonly enter: Enter;
  /** A poll begins: what follows is its own. */
  readonly begin: () => void;
  /** How long its first request has waited. */
  readonly firstWaitMs: () => number;
  /** For how long it has only waited, and no request was running. */
  readonly idleMs: () => number;
}

class MeasuredLane implements Lane {
  readonly #enter: Enter;
  readonly #clock: Clock;
  #waiting = 0;
  #running = 0;
  #idleSince: Moment | undefined;
  #idleMs = 0;
  #firstWaitMs: number | undefined;

  constructor(enter: Enter, clock: Clock) {
    this.#enter = enter;
    this.#clock = clock;
  }

  readonly enter = async (signal: AbortSignal): Promise<Release> => {
    this.#change(1, 0);
    let isGranted = false;
    try {
      const release = await this.#enter(signal);
      isGranted = true;
      return () => {
        this.#change(0, -1);
        release();
      };
    } finally {
      this.#change(-1, Number(isGranted));
      this.#firstWaitMs ??= this.#idleMs;
    }
  };

  begin(): void {
    this.#idleMs = 0;
    this.#firstWaitMs = undefined;
  }

  firstWaitMs(): number {
    return this.#firstWaitMs ?? this.idleMs();
  }

  idleMs(): number {
    const since = this.#idleSince;
    return this.#idleMs + (since ? this.#clock.moment().msSince(since) : 0);
  }

  #change(waiting: number, running: number): void {
    this.#idleMs = this.idleMs();
    this.#waiting += waiting;
    this.#running += running;
    this.#idleSince = this.#waiting > 0 && this.#running === 0 ? this.#clock.moment() : undefined;
  }
}

/** Gives a lane to one source of a workspace. */
export type LaneFor = (workspace: Pick<WorkspaceConfig, "name">) => Lane;

/**
 * Creates the lanes of a process, which share one limiter. Each takes part as its workspace, so that one with many sources
 * has no more turns than others.
 * @param limits those of the moment
 */
export function createLanes(limits: () => RequestLimits, clock: Clock): LaneFor {
  const limiter = createLimiter(limits, clock);
  return ({ name = "" }) => createLane((signal) => limiter.enter(name, signal), clock);
}

/** Creates the lane of one source of one workspace. Its polls must not overlap. */
export function createLane(enter: Enter, clock: Clock): Lane {
  return new MeasuredLane(enter, clock);
}
