import type { ApiError } from "./errors.ts";
import { linkAbort } from "./linked-abort.ts";

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
