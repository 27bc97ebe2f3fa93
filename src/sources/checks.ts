import type { AnswerObserver } from "../answers/anomalies.ts";
import type { Clock } from "../clock.ts";
import type { PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import { ApiError } from "../errors.ts";
import type { Answer, ApiRequest, Ask } from "../roboflow/client.ts";
import type { Finding, Question } from "./finding.ts";
import type { Unmatched } from "./unmatched.ts";

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
  readonly questions: readonly Question[];
  /** The maximum number of requests, of the questions and of a trial poll, without the repetition of failed ones. */
  readonly maxRequests: (workspace: WorkspaceConfig) => number;
  /** Asks the endpoint, one request after the other. Failures of the API are answers, not errors. */
  readonly ask: (deps: CheckDeps) => Promise<Asked>;
}
