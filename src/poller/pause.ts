import type { Clock, Moment } from "../clock.ts";
import { ApiError } from "../errors.ts";

/** The silence that the API asked for with `Retry-After`. */
export interface Pause {
  /** Begins one if the failure asks for it. */
  readonly begin: (error: ApiError) => void;
  /** The failure of a poll that the pause keeps from calling the API; undefined when there is none. */
  readonly error: () => ApiError | undefined;
}

/** Creates a {@link Pause} that has not begun. */
export function createPause(clock: Clock): Pause {
  let pause: { readonly from: Moment; readonly waitMs: number; readonly error: ApiError } | undefined;
  return {
    begin: (error) => {
      if (error.retryAfterMs !== undefined) pause = { from: clock.moment(), waitMs: error.retryAfterMs, error };
    },
    error: () => {
      if (!pause) return undefined;
      const leftMs = pause.waitMs - clock.moment().msSince(pause.from);
      if (leftMs <= 0) return undefined;
      const { reason, status } = pause.error;
      const message = `the API asked not to be called for another ${Math.ceil(leftMs / 1000)} s (Retry-After)`;
      return new ApiError(message, { reason, ...(status === undefined ? {} : { status }) });
    },
  };
}
