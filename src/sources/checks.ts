import type { AnswerObserver } from "../answers/anomalies.ts";
import type { Clock } from "../clock.ts";
import type { PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import { ApiError, stackOfBug } from "../errors.ts";
import { FAILURES } from "../failures.ts";
import type { Answer, ApiRequest, Ask } from "../roboflow/client.ts";
import { plainText } from "../untrusted.ts";
import type { Unmatched } from "./unmatched.ts";

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

/** What came back for a question, or why nothing did. */
export type Reply<T> = { readonly value: T } | { readonly error: ApiError };

/** Turns an {@link ApiError} into a reply; any other error is a bug. */
export async function replyOf<T>(asked: Promise<T>): Promise<Reply<T>> {
  try {
    return { value: await asked };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

export interface CheckDeps {
  /** The workspace's name. */
  readonly workspace: string;
  readonly config: WorkspaceConfig;
  readonly people: PeopleConfig;
  readonly ask: Ask;
  readonly observer: AnswerObserver;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For how long the requests have only waited for their turns so far, in milliseconds; never, by default. */
  readonly idleMs?: () => number;
}

/** A request and its response, as it came. */
export interface Exchange {
  readonly request: ApiRequest;
  readonly answer: Answer;
}

/** What a poll of the source came to: doctor makes one after the source's own questions. */
export interface TrialPoll {
  readonly exchanges: readonly Exchange[];
  readonly result: Reply<{ readonly unmatched?: readonly Unmatched[] }>;
}

/** A source's own questions after they were asked. */
export interface Asked {
  /** Why the endpoint cannot be read; absent where it can. */
  readonly failure?: ApiError;
  /** The answers. `poll` is undefined where the source was not polled. */
  readonly findings: (poll: TrialPoll | undefined) => readonly Finding[];
  /** Requests that a real poll makes and the trial does not, where there are any: the series of the trial are a maximum then. */
  readonly requestsLeftOut?: (poll: TrialPoll) => number;
}

/** What doctor asks of an endpoint. */
export interface SourceChecks {
  /** Whether there is something to ask in a workspace. Absent where there always is, also if the source is not polled. */
  readonly isFor?: (workspace: WorkspaceConfig) => boolean;
  readonly questions: readonly Question[];
  /** The maximum number of requests, of the questions and of a trial poll, without the repetition of failed ones. */
  readonly maxRequests: (workspace: WorkspaceConfig) => number;
  /** Asks the endpoint, one request after the other. Failures of the API are answers, not errors. */
  readonly ask: (deps: CheckDeps) => Promise<Asked>;
}
