import { setMaxListeners } from "node:events";
import type { ApiError } from "./errors.ts";

/** An AbortController that also fires with another signal, until it is released. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  /** Removes the listener from the other signal. A long-lived signal would otherwise collect one per use. */
  readonly release: () => void;
}

/** Links to `other`. Not with `AbortSignal.any`, which leaks memory for short-lived signals in some Node versions. */
export function linkAbort(other: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const forward = () => {
    controller.abort(other.reason);
  };
  if (other.aborted) forward();
  // There are as many listeners as workspaces, and all are removed: Node's warning of a leak would be wrong.
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

/** Calls back after some time, unless the returned function is called first. */
export type Timer = (fire: () => void) => () => void;

/** A signal for work that has a time limit. */
export interface Deadline {
  /** Fires with the signal that it was made from, or when the time is up. */
  readonly signal: AbortSignal;
  /** Releases the timer and the other signal. With a reason, it also aborts work that is still running. */
  readonly end: (reason?: ApiError) => void;
}

/**
 * Creates a {@link Deadline}.
 * @param late the error of the work when the time is up
 */
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
