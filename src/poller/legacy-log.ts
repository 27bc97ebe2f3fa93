import type { Logger } from "../logger/logger.ts";
import type { LegacyBeside } from "../exposition/limit.ts";
import type { LegacyState } from "../metrics/legacy-data.ts";
import { logFailure } from "./log-failure.ts";
import type { LegacyResult } from "./legacy-poll-state.ts";

/** A poll that ended. */
export interface LegacyPollEnd {
  readonly workspace: string;
  readonly result: LegacyResult;
  readonly outcome: LegacyState["outcome"];
  readonly durationMs: number;
  /** What of its data is published. */
  readonly beside: LegacyBeside | undefined;
}

/** One line per poll, except while the endpoint is gone, which is told once; dropped families only when they are new. */
export function createLegacyLog(logger: Logger): (end: LegacyPollEnd) => void {
  let last: LegacyState["outcome"];
  let dropped = "";

  const logDropped = ({ workspace, beside }: LegacyPollEnd) => {
    const { droppedFamilies = [], droppedSeries } = beside ?? {};
    const families = droppedFamilies.join(" ");
    if (families !== dropped && families !== "")
      logger.warn(
        { workspace, droppedFamilies, droppedSeries },
        "series limit reached, legacy families left out; raise limits.series",
      );
    dropped = families;
  };

  const logResult = ({ workspace, result, outcome, durationMs }: LegacyPollEnd) => {
    if ("data" in result) {
      logger.info({ workspace, durationMs, series: result.data.series }, "legacy poll succeeded");
      return;
    }
    const { status } = result.error;
    if (outcome === "gone") {
      const level = last === "gone" ? "debug" : "info";
      logger[level]({ workspace, status }, "the legacy endpoint is gone; its metrics are withdrawn until it is back");
    } else logFailure(logger, { workspace, durationMs }, result.error, "legacy poll failed");
  };

  return (end) => {
    logResult(end);
    logDropped(end);
    last = end.outcome;
  };
}
