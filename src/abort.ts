import { setMaxListeners } from "node:events";
import type { ApiError } from "./errors.ts";

/** An AbortController that also fires with another signal, until it is let go of. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  /** Takes the listener off the other signal. Without it a long-lived signal would gather one per use. */
  readonly release: () => void;
}

/** Links to `other`. `AbortSignal.any` would do, but keeps memory of every short-lived signal on some Node versions. */
export function linkAbort(other: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const forward = () => {
    controller.abort(other.reason);
  };
  if (other.aborted) forward();
  // As many at once as there are workspaces. None stays, so Node's warning of a leak would be wrong.
  setMaxListeners(0, other);
  other.addEventListener("abort", forward);
  return {
    signal: controller.signal,
    abort: (reason) => {
      controller.abort(reason);
    },
    release: () => {
      other.removeEventListener("abort", forward);
    },
  };
}

/** Calls back after some time, unless it is cancelled by what is returned. */
export type Timer = (fire: () => void) => () => void;

/** A signal for work that has a time limit. */
export interface Deadline {
  /** Fires with the signal it was made from, or when the time is up. */
  readonly signal: AbortSignal;
  /** Lets go of the timer and of the other signal; with a reason, ends what is still under way. */
  readonly end: (reason?: ApiError) => void;
}

/** @param late what the work fails with when the time is up */
export function withDeadline(stop: AbortSignal, timer: Timer, late: ApiError): Deadline {
  const { signal, abort, release } = linkAbort(stop);
  const cancel = timer(() => {
    abort(late);
  });
  const end = (reason?: ApiError) => {
    cancel();
    release();
    if (reason) abort(reason);
  };
  return { signal, end };
}
