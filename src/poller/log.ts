import type { ApiError } from "../errors.ts";
import type { Logger } from "../logger/logger.ts";
import type { Fitted } from "../exposition/limit.ts";
import type { Source } from "../sources/source.ts";
import { type PollResult, isGone } from "./state.ts";

const MAX_NOTICES = 100;

/** A poll that ended. */
export interface PollEnd {
  readonly workspace: string;
  readonly result: PollResult;
  readonly durationMs: number;
  /** What of the source's data is published; undefined when nothing is. */
  readonly fitted: Pick<Fitted, "series" | "droppedSeries" | "droppedFamilies"> | undefined;
}

/** What every line about a poll says. */
interface PollFields {
  readonly workspace: string;
  readonly source?: string;
  readonly durationMs: number;
}

/** Logs that a poll failed: as a warning, or, where it was a bug, as an error with its stack. */
export function logFailure(logger: Logger, poll: PollFields, error: ApiError): void {
  const { reason, status, message, cause } = error;
  const fields = { ...poll, reason, status, error: message };
  if (reason === "internal") logger.error({ ...fields, err: cause }, "poll failed");
  else logger.warn(fields, "poll failed");
}

/** One line per poll, but one in all while the endpoint is gone; notices and dropped families only when they are new. */
export function createPollLog(source: Source, logger: Logger): (end: PollEnd) => void {
  const seenNotices = new Set<string>();
  let dropped = "";
  let wasGone = false;

  const logNotices = (workspace: string, notices: readonly string[]) => {
    for (const notice of notices.filter((text) => !seenNotices.has(text) && seenNotices.size < MAX_NOTICES)) {
      seenNotices.add(notice);
      logger.info({ workspace, source: source.name, notice }, "the API says");
    }
  };

  const logDropped = ({ workspace, fitted }: PollEnd) => {
    const { droppedFamilies = [], droppedSeries } = fitted ?? {};
    const families = droppedFamilies.join(" ");
    const fields = { workspace, source: source.name, droppedFamilies, droppedSeries };
    if (families !== dropped && families !== "")
      logger.warn(fields, "series limit reached, families left out; raise limits.series");
    dropped = families;
  };

  const logResult = ({ workspace, result, durationMs, fitted }: PollEnd) => {
    const fields = { workspace, source: source.name, durationMs };
    if ("data" in result) {
      logNotices(workspace, result.data.notices ?? []);
      logger.info({ ...fields, series: fitted?.series ?? 0 }, "poll succeeded");
    } else if (isGone(source, result)) {
      const level = wasGone ? "debug" : "info";
      logger[level](
        { ...fields, status: result.error.status },
        "the endpoint is gone; its metrics are withdrawn until it is back",
      );
    } else logFailure(logger, fields, result.error);
  };

  return (end) => {
    logDropped(end);
    logResult(end);
    wasGone = isGone(source, end.result);
  };
}
