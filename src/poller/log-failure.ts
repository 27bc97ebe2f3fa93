import type { ApiError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";

interface PollEnd {
  readonly workspace: string;
  readonly durationMs: number;
}

/** Logs that a poll failed: as a warning, or, where it was a bug, as an error with its stack. */
export function logFailure(
  logger: Logger,
  end: PollEnd,
  { reason, status, message, cause }: ApiError,
  text: string,
): void {
  const fields = { ...end, reason, status, error: message };
  if (reason === "internal") logger.error({ ...fields, err: cause }, text);
  else logger.warn(fields, text);
}
