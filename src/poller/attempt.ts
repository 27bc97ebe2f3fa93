import type { Clock } from "../clock.ts";
import { ApiError, internalError } from "../errors.ts";
import { withDeadline } from "./deadline.ts";

/** Does a poll's work until the time is up or the program is to stop. Whatever it throws is a result: the poll's failure. */
export async function attempt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  stop: AbortSignal,
  deadlineMs: number,
  clock: Clock,
): Promise<T | { readonly error: ApiError }> {
  const { signal, end } = withDeadline(stop, deadlineMs, clock);
  try {
    return await work(signal);
  } catch (error) {
    return { error: error instanceof ApiError ? error : internalError(error) };
  } finally {
    end();
  }
}
