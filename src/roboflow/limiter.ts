import { linkAbort } from "../abort.ts";
import type { Clock } from "../clock.ts";
import type { RequestLimits } from "../config/config.ts";
import { Pace } from "./pace.ts";

/** Ends a turn. Called once. */
export type Release = () => void;

/** Waits for the turn of one request. Rejects with the signal's reason when that comes first. */
export type Enter = (signal: AbortSignal) => Promise<Release>;

/** Limits the requests of a process. */
export interface Limiter {
  /** As {@link Enter}, for a workspace: those that wait take turns, whatever the number of requests of each. */
  readonly enter: (workspace: string, signal: AbortSignal) => Promise<Release>;
}

class FairLimiter implements Limiter {
  readonly #limits: () => RequestLimits;
  readonly #clock: Clock;
  readonly #pace: Pace;
  /** What grants a request its turn, by workspace; the workspace whose turn is next comes first. */
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #running = new Map<string, number>();
  #waking: AbortController | undefined;

  constructor(limits: () => RequestLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#pace = new Pace(clock);
  }

  enter(workspace: string, signal: AbortSignal): Promise<Release> {
    const link = linkAbort(signal);
    const turn = new Promise<Release>((resolve, reject) => {
      const grant = () => {
        resolve(this.#take(workspace));
      };
      const leave = () => {
        this.#removeWaiting(workspace, grant);
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
        this.#grantAll();
      };
      if (signal.aborted) {
        leave();
        return;
      }
      link.signal.addEventListener("abort", leave, { once: true });
      this.#waiting.set(workspace, (this.#waiting.get(workspace) ?? new Set()).add(grant));
      this.#grantAll();
    });
    return turn.finally(link.release);
  }

  #removeWaiting(workspace: string, grant: () => void): void {
    const own = this.#waiting.get(workspace);
    own?.delete(grant);
    if (own?.size === 0) this.#waiting.delete(workspace);
  }

  #take(workspace: string): Release {
    this.#pace.started();
    this.#count(workspace, 1);
    return () => {
      this.#count(workspace, -1);
      this.#grantAll();
    };
  }

  #count(workspace: string, change: number): void {
    const running = (this.#running.get(workspace) ?? 0) + change;
    if (running > 0) this.#running.set(workspace, running);
    else this.#running.delete(workspace);
  }

  /** The first workspace in turn that has not used up its share. */
  #next({ concurrency, share }: RequestLimits): string | undefined {
    const total = [...this.#running.values()].reduce((sum, running) => sum + running, 0);
    if (total >= concurrency) return undefined;
    return [...this.#waiting.keys()].find((workspace) => (this.#running.get(workspace) ?? 0) < share);
  }

  #grantAll(): void {
    const limits = this.#limits();
    for (let workspace = this.#next(limits); workspace !== undefined; workspace = this.#next(limits)) {
      const waitMs = this.#pace.waitMs(limits.perSecond);
      if (waitMs > 0) {
        this.#wakeIn(waitMs);
        return;
      }
      this.#grant(workspace);
    }
    // Nothing waits for the pace: a long sleep would keep the process alive.
    this.#waking?.abort();
    this.#waking = undefined;
  }

  #grant(workspace: string): void {
    const own = this.#waiting.get(workspace) ?? new Set();
    const [grant] = own;
    this.#waiting.delete(workspace);
    if (!grant) return;
    own.delete(grant);
    // At the end: the others have their turn first.
    if (own.size > 0) this.#waiting.set(workspace, own);
    grant();
  }

  #wakeIn(ms: number): void {
    if (this.#waking) return;
    const waking = new AbortController();
    this.#waking = waking;
    const wake = () => {
      this.#waking = undefined;
      this.#grantAll();
    };
    this.#clock.sleep(ms, waking.signal).then(wake, () => undefined);
  }
}

/**
 * Creates the limiter that all requests of a process share. A request that waits for a retry holds no turn.
 * @param limits those of the moment
 */
export function createLimiter(limits: () => RequestLimits, clock: Clock): Limiter {
  return new FairLimiter(limits, clock);
}
