import type { Clock } from "../clock.ts";
import { type Timer, withDeadline } from "../abort.ts";
import { ApiError, internalError } from "../errors.ts";

/** By the clock that polls go by, however long. */
function timerOf(clock: Clock, ms: number): Timer {
  return (fire) => {
    const done = new AbortController();
    clock.sleep(ms, done.signal).then(fire, () => undefined);
    return () => {
      done.abort();
    };
  };
}

/** Does a poll's work until the time is up or the program is to stop. Whatever it throws is a result: the poll's failure. */
export async function attempt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  stop: AbortSignal,
  deadlineMs: number,
  clock: Clock,
): Promise<T | { readonly error: ApiError }> {
  const late = new ApiError(`the poll did not end within ${deadlineMs / 1000} s`, { reason: "timeout" });
  const { signal, end } = withDeadline(stop, timerOf(clock, deadlineMs), late);
  try {
    return await work(signal);
  } catch (error) {
    return { error: error instanceof ApiError ? error : internalError(error) };
  } finally {
    // When one request fails the poll, the others must not go on into the next poll.
    end(new ApiError("the poll ended before the answer came", { reason: "network" }));
  }
}
