import type { Clock } from "../clock.ts";
import { ApiError } from "../errors.ts";

/**
 * A signal that fires when the work is to end: the exporter stops, or the time is up. The reason of the latter is the
 * ApiError to report. `cancel` lets go of the timer.
 */
export function withDeadline(
  stop: AbortSignal,
  deadlineMs: number,
  clock: Clock,
): { readonly signal: AbortSignal; readonly cancel: () => void } {
  const deadline = new AbortController();
  const done = new AbortController();
  const reason = new ApiError(`the poll did not end within ${deadlineMs / 1000} s`, { reason: "timeout" });
  clock.sleep(deadlineMs, done.signal).then(
    () => {
      deadline.abort(reason);
    },
    () => undefined,
  );
  const cancel = () => {
    done.abort();
  };
  return { signal: AbortSignal.any([stop, deadline.signal]), cancel };
}
