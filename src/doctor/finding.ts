import { plainText } from "../untrusted.ts";

/** `info` asks nothing of the user; `unknown` means that the data cannot tell, which is better than a guess. */
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
}

/** The answer to one question about a workspace. */
export interface Finding extends Judgement {
  /** Short, for the table. */
  readonly topic: string;
  readonly question: string;
}

const MAX_TEXT = 300;

/** Text that may come from outside, on one line and of bounded length. */
export function oneLine(text: string): string {
  const line = plainText(text);
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT).toWellFormed()}…` : line;
}

/** Names that may come from outside: the first ten, each on one line. */
export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => oneLine(name).slice(0, 64));
  return names.length > 10 ? `${shown.join(", ")} and ${names.length - 10} more` : shown.join(", ");
}
