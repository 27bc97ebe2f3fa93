import type { Logger } from "../logger/logger.ts";
import type { WorkspaceData } from "../exposition/source-data.ts";
import { logFailure } from "./log-failure.ts";
import type { PollResult } from "./state.ts";

const MAX_NOTICES = 100;

/** One line per poll; notices and dropped families only when they are new, since they stay for weeks. */
export function createPollLog(logger: Logger): (workspace: string, result: PollResult, durationMs: number) => void {
  const seenNotices = new Set<string>();
  let dropped = "";

  const logNews = (workspace: string, { notices, droppedFamilies, droppedSeries }: WorkspaceData) => {
    for (const notice of notices.filter((text) => !seenNotices.has(text) && seenNotices.size < MAX_NOTICES)) {
      seenNotices.add(notice);
      logger.info({ workspace, notice }, "the API says");
    }
    const families = droppedFamilies.join(" ");
    if (families !== dropped && families !== "")
      logger.warn(
        { workspace, droppedFamilies, droppedSeries },
        "series limit reached, families left out; raise limits.series",
      );
    dropped = families;
  };

  return (workspace, result, durationMs) => {
    if ("error" in result) {
      logFailure(logger, { workspace, durationMs }, result.error, "poll failed");
      return;
    }
    logNews(workspace, result.data);
    logger.info({ workspace, durationMs, series: result.data.series }, "poll succeeded");
  };
}
