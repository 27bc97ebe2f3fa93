import type { ApiError } from "../errors.ts";
import type { Fitted } from "../exposition/published.ts";
import type { WorkspaceState } from "../exposition/workspace-state.ts";
import type { Logger } from "../logger/logger.ts";
import type { Source } from "../sources/source.ts";
import { unmatchedBy, unmatchedText } from "../sources/unmatched.ts";
import { type PollResult, isGone } from "./state.ts";

const MAX_NOTICES = 100;

/** A poll that ended. */
export interface PollEnd {
  readonly workspace: string;
  readonly result: PollResult;
  readonly durationMs: number;
  /** The part of the source's data that is published; undefined when there is none. */
  readonly fitted: Pick<Fitted, "series" | "droppedSeries" | "droppedFamilies"> | undefined;
}

/** The fields of every line about a poll. */
interface PollFields {
  readonly workspace: string;
  readonly source?: string;
  readonly durationMs: number;
}

/** Logs the polls of one source of one workspace. */
export type PollLog = (end: PollEnd) => void;

/** Logs that a poll failed: as a warning, or for a bug as an error with its stack. */
export function logFailure(logger: Logger, poll: PollFields, error: ApiError): void {
  const { reason, status, message, cause } = error;
  const fields = { ...poll, reason, status, error: message };
  if (reason === "internal") logger.error({ ...fields, err: cause }, "poll failed");
  else logger.warn(fields, "poll failed");
}

/** Logs each notice of the API once. */
function createNoticeLog(logger: Logger): (poll: Omit<PollFields, "durationMs">, notices: readonly string[]) => void {
  const seen = new Set<string>();
  return (poll, notices) => {
    for (const notice of notices.filter((text) => !seen.has(text) && seen.size < MAX_NOTICES)) {
      seen.add(notice);
      logger.info({ ...poll, notice }, "API notice");
    }
  };
}

/** Logs which families the series limit drops, whenever they are others than before. */
function createDropLog(source: Source, logger: Logger): PollLog {
  let before = "";
  return ({ workspace, fitted }) => {
    const { droppedFamilies = [], droppedSeries } = fitted ?? {};
    const families = droppedFamilies.join(" ");
    const fields = { workspace, source: source.name, droppedFamilies, droppedSeries };
    if (families !== before && families !== "")
      logger.warn(fields, "series limit reached, families left out; raise limits.series");
    before = families;
  };
}

/** Logs one line per poll, but only one at info level while the endpoint is gone. */
function createResultLog(source: Source, logger: Logger): PollLog {
  const logNotices = createNoticeLog(logger);
  let wasGone = false;
  return ({ workspace, result, durationMs, fitted }) => {
    const fields = { workspace, source: source.name, durationMs };
    const isGoneNow = isGone(source, result);
    if ("data" in result) {
      logNotices({ workspace, source: source.name }, result.data.notices ?? []);
      logger.info({ ...fields, series: fitted?.series ?? 0 }, "poll succeeded");
    } else if (isGoneNow) {
      const gone = { ...fields, status: result.error.status };
      logger[wasGone ? "debug" : "info"](gone, "the endpoint is gone; its metrics are withdrawn until it is back");
    } else logFailure(logger, fields, result.error);
    wasGone = isGoneNow;
  };
}

/** Creates the log of one source of one workspace. */
export function createPollLog(source: Source, logger: Logger): PollLog {
  const logs = [createDropLog(source, logger), createResultLog(source, logger)];
  return (end) => {
    for (const log of logs) log(end);
  };
}

/** Logs names in the configuration that matched nothing; each once, because they may stay so for weeks. */
export function createUnmatchedLog(logger: Logger): (states: readonly WorkspaceState[]) => void {
  const seen = new Set<string>();
  return (states) => {
    for (const [workspace, all] of unmatchedBy(states)) {
      for (const one of all) {
        const keyOf = (name: string) => JSON.stringify([workspace, one.setting, name]);
        const names = one.names.filter((name) => !seen.has(keyOf(name)));
        for (const name of names) seen.add(keyOf(name));
        if (names.length === 0) continue;
        const unmatched = unmatchedText({ ...one, names });
        logger.warn({ workspace, unmatched }, "names in the configuration match nothing");
      }
    }
  };
}
