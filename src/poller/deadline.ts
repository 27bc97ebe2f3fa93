import type { Clock } from "../clock.ts";
import { ApiError } from "../errors.ts";
import { linkAbort } from "../linked-abort.ts";

/**
 * A signal that fires when the work is to end: the exporter stops, or the time is up. The reason of the latter is the
 * ApiError to report. `end` lets go of the timer and ends what is still under way: when one request fails the poll, the
 * others must not go on into the next poll.
 */
export function withDeadline(
  stop: AbortSignal,
  deadlineMs: number,
  clock: Clock,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const { signal, abort, release } = linkAbort(stop);
  const done = new AbortController();
  const reason = new ApiError(`the poll did not end within ${deadlineMs / 1000} s`, { reason: "timeout" });
  clock.sleep(deadlineMs, done.signal).then(
    () => {
      abort(reason);
    },
    () => undefined,
  );
  const end = () => {
    done.abort();
    abort(new ApiError("the poll ended before the answer came", { reason: "network" }));
    release();
  };
  return { signal, end };
}
