import { type AnswerNotes, type AnswerObserver, createNoteTaker } from "../answers/anomalies.ts";
import type { Clock } from "../clock.ts";
import { type PeopleConfig, hidesPeople } from "../config/config.ts";
import { ApiError } from "../errors.ts";
import { type FailureReason, meaningOf } from "../failures.ts";
import { labelerLabel } from "../metrics/labeler-labels.ts";
import type { Redactor } from "../redact.ts";
import { type ApiRequest, type Ask, urlOf } from "../roboflow/client.ts";
import type { Settings } from "../sources/source.ts";
import type { PollEntry, RequestNote } from "./journal.ts";
import type { PollEnd } from "./log.ts";

/** How many requests of a poll are kept one by one. */
const MAX_REQUESTS = 20;
/** How many kinds of anomalies of a poll are kept. */
const MAX_KINDS = 10;
/** How many characters of a URL or a message are kept. */
const MAX_TEXT = 500;

/** Only what is redacted is cut: half a key would not be found. */
const cut = (redacted: string) => redacted.slice(0, MAX_TEXT);

/** Failures whose messages are made of our own words only. */
const OWN_WORDS: readonly FailureReason[] = ["timeout", "network", "internal"];

function withoutAddresses(text: string): string {
  return text
    .split(" ")
    .map((word) => (word.includes("@") ? "<address>" : word))
    .join(" ");
}

/** What a failure says, as the people policy lets it be shown. */
export function shownMessage({ reason, message }: Pick<ApiError, "reason" | "message">, people: PeopleConfig): string {
  const text = hidesPeople(people) && !OWN_WORDS.includes(reason) ? meaningOf(reason) : message;
  return people.email ? text : withoutAddresses(text);
}

/** A request's URL. Labelers stand in it as their labels have them; the key is added to it later, and never here. */
function shownUrl(request: ApiRequest, { workspace, people }: Settings): string {
  const url = urlOf(workspace.api.url, request);
  const labeler = url.searchParams.get("userId");
  if (labeler !== null) url.searchParams.set("userId", labelerLabel(labeler, people));
  return url.href;
}

/** The most frequent kinds. Names of unknown fields come from outside, and are left out where people are hidden. */
function shownAnomalies({ dropped, anomalies }: AnswerNotes, people: PeopleConfig): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  const add = (kind: string, count: number) => counts.set(kind, (counts.get(kind) ?? 0) + count);
  for (const [kind, count] of Object.entries(anomalies))
    add(hidesPeople(people) ? kind.replace(/^unknown_field .*$/s, "unknown_field") : withoutAddresses(kind), count);
  for (const [reason, count] of Object.entries(dropped)) add(`row left out: ${reason}`, count);
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.slice(0, MAX_KINDS));
}

/** Whether a request failed only because the poll had. A poll that is too late stops its requests as timeouts. */
function isStopped({ reason, status }: ApiError, signal: AbortSignal): boolean {
  return signal.aborted && reason === "network" && status === undefined;
}

/** Takes notes of one poll, for the journal. */
export class PollNotes {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #answers = createNoteTaker();
  readonly #requests: RequestNote[] = [];
  #requestCount = 0;

  constructor(settings: Settings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** The client, with notes of its requests. */
  watch(ask: Ask): Ask {
    return async (request, signal) => {
      const start = this.#clock.moment();
      const note = (status: number | undefined, failure: RequestNote["failure"]) => {
        const durationMs = Math.round(this.#clock.moment().msSince(start));
        this.#add({ url: shownUrl(request, this.#settings), status, failure, durationMs });
      };
      try {
        const answer = await ask(request, signal);
        note(200, undefined);
        return answer;
      } catch (error) {
        if (error instanceof ApiError) note(error.status, isStopped(error, signal) ? "stopped" : error.reason);
        throw error;
      }
    };
  }

  /** The observer, with notes of what is observed. */
  observer({ answered, filterIgnored }: AnswerObserver): AnswerObserver {
    return {
      answered: (answer) => {
        answered(answer);
        this.#answers.answered(answer);
      },
      filterIgnored: (filter) => {
        filterIgnored(filter);
        this.#answers.filterIgnored(filter);
      },
    };
  }

  /**
   * The journal's entry of the poll.
   * @param redact hides the key, should the API have repeated it
   */
  entry(startedMs: number, { result, durationMs, fitted, isGone }: NotedEnd, redact: Redactor): PollEntry {
    const { people } = this.#settings;
    const common = { startedMs, durationMs, requests: this.#shownRequests(redact), requestCount: this.#requestCount };
    const anomalies = shownAnomalies(this.#answers.notes(), people);
    const nothing = { rows: undefined, series: undefined, droppedSeries: undefined };
    if ("error" in result) {
      const { error } = result;
      const failed = { status: error.status, message: cut(redact(shownMessage(error, people))) };
      return { ...common, ...nothing, ...failed, anomalies, outcome: isGone ? "gone" : error.reason };
    }
    const { series = 0, droppedSeries = 0 } = fitted ?? {};
    const brought = { rows: result.collected.rows, series, droppedSeries };
    return { ...common, ...brought, status: undefined, message: undefined, anomalies, outcome: "ok" };
  }

  #add(note: RequestNote): void {
    this.#requestCount++;
    if (this.#requests.length < MAX_REQUESTS) this.#requests.push(note);
    // The first one that failed is looked for: it has ended the poll.
    else if (note.failure !== undefined && !this.#hasFailure()) this.#requests.splice(MAX_REQUESTS - 1, 1, note);
  }

  #hasFailure(): boolean {
    return this.#requests.some(({ failure }) => failure !== undefined);
  }

  #shownRequests(redact: Redactor): readonly RequestNote[] {
    return this.#requests.map((note) => ({ ...note, url: cut(redact(note.url)) }));
  }
}

/** A poll that ended. `isGone`: it found the endpoint removed, which is not a failure. */
export type NotedEnd = Omit<PollEnd, "workspace"> & { readonly isGone: boolean };
