import { type ApiError, stackOfBug } from "../errors.ts";
import { FAILURES } from "../failures.ts";
import { plainText } from "../untrusted.ts";

/** `info` asks nothing of the user; `unknown` means that the data does not show it, which is better than a guess. */
export type Verdict = "ok" | "problem" | "unknown" | "info";

/** What an observation means. */
export interface Judgement {
  readonly verdict: Verdict;
  /** What was seen, in a sentence. */
  readonly seen: string;
  /** The setting to use, or what else to do. */
  readonly setting?: string;
  /** More of what was seen, a line each. */
  readonly details?: readonly string[];
  /** Present where an earlier failure left nothing to ask. */
  readonly isUnasked?: true;
}

/** A question about a workspace. */
export interface Question {
  /** Short, for the table. */
  readonly topic: string;
  readonly question: string;
}

/** The answer to one question. */
export interface Finding extends Question, Judgement {}

/** The judgement where an earlier failure left nothing to ask. */
export const NOT_ASKED: Judgement = {
  verdict: "unknown",
  seen: "not asked, because the statistics cannot be read",
  isUnasked: true,
};

/** As many as Node.js writes, and the message's own. */
const MAX_STACK_LINES = 20;
const MAX_TEXT = 300;
const MAX_NAMES = 10;
const MAX_NAME = 64;

/** Text that may come from outside, on one line and of bounded length. */
export function oneLine(text: string): string {
  const line = plainText(text);
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT).toWellFormed()}…` : line;
}

/** Names that may come from outside: the first ten, each on one line. */
export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map((name) => oneLine(name).slice(0, MAX_NAME));
  return names.length > MAX_NAMES ? `${shown.join(", ")} and ${names.length - MAX_NAMES} more` : shown.join(", ");
}

/** The judgement of a failure that should not be. */
export function failed(error: Pick<ApiError, "reason" | "message" | "cause">): Judgement {
  const { remedy } = FAILURES[error.reason];
  const stack = stackOfBug(error)?.split("\n", MAX_STACK_LINES).map(oneLine);
  return {
    verdict: "problem",
    // The remedy has a line of its own.
    seen: oneLine(error.message.replace(`; ${remedy}`, "")),
    setting: remedy,
    ...(stack === undefined ? {} : { details: stack }),
  };
}
