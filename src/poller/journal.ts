import type { FailureReason } from "../failures.ts";

/** One request of a poll, its repetitions included. */
export interface RequestNote {
  /** Without the key, which is never part of it. */
  readonly url: string;
  /** HTTP status of the last attempt; undefined without an answer. */
  readonly status: number | undefined;
  /** `stopped` if another request had ended the poll by then. */
  readonly failure: FailureReason | "stopped" | undefined;
  readonly durationMs: number;
}

/** A poll as the journal keeps it. Nothing in it grows with the API's answers. */
export interface PollEntry {
  /** Epoch milliseconds. */
  readonly startedMs: number;
  readonly durationMs: number;
  readonly outcome: "ok" | "gone" | FailureReason;
  /** HTTP status of the failure, and what it said; undefined where there is none. */
  readonly status: number | undefined;
  readonly message: string | undefined;
  /** The first ones; `requestCount` says how many there were. */
  readonly requests: readonly RequestNote[];
  readonly requestCount: number;
  /** Rows in the answers; undefined for a poll that brought none. */
  readonly rows: number | undefined;
  /** Series published of it, and those that `limits.series` left out. */
  readonly series: number | undefined;
  readonly droppedSeries: number | undefined;
  /** How often what deviated from the API's documentation, by kind; the most frequent kinds. */
  readonly anomalies: Readonly<Record<string, number>>;
}

/** The polls of one source of one workspace, the newest first. */
export interface SourceJournal {
  readonly recent: readonly PollEntry[];
  /** Failures that are older than all of `recent`. */
  readonly olderFailures: readonly PollEntry[];
  /** Since when every poll has failed, in epoch milliseconds; undefined while the last one is good, or before the first. */
  readonly failingSinceMs: number | undefined;
}

const NONE: SourceJournal = { recent: [], olderFailures: [], failingSinceMs: undefined };

/** How many polls of a source are kept, and how many failures beyond them. */
const MAX_POLLS = 20;
/** How many polls of all sources are kept, and as many older failures: with many sources each keeps fewer. */
const MAX_ALL_POLLS = 1_000;

export const isFailure = ({ outcome }: Pick<PollEntry, "outcome">) => outcome !== "ok" && outcome !== "gone";

/** The journal with one more poll. A failure that is pushed out of the last polls is kept a while longer. */
export function withPoll(journal: SourceJournal, entry: PollEntry, max: number): SourceJournal {
  const all = [entry, ...journal.recent];
  const pushedOut = all.slice(max).filter(isFailure);
  const endedMs = entry.startedMs + entry.durationMs;
  return {
    recent: all.slice(0, max),
    olderFailures: [...pushedOut, ...journal.olderFailures].slice(0, max),
    failingSinceMs: isFailure(entry) ? (journal.failingSinceMs ?? endedMs) : undefined,
  };
}

/** The last polls of every source of every workspace, in memory alone. */
export class PollJournal {
  readonly #workspaces = new Map<string, Map<string, SourceJournal>>();

  /** Adds a poll that ended. */
  add(workspace: string, source: string, entry: PollEntry): void {
    const sources = this.#workspaces.get(workspace) ?? new Map<string, SourceJournal>();
    this.#workspaces.set(workspace, sources);
    const known = sources.get(source) ?? NONE;
    sources.set(source, known);
    sources.set(source, withPoll(known, entry, this.#maxPolls()));
  }

  /** What is known of a source; empty before its first poll. */
  of(workspace: string, source: string): SourceJournal {
    return this.#workspaces.get(workspace)?.get(source) ?? NONE;
  }

  /** Moves a workspace's polls to the name that the API has given. */
  rename(from: string, to: string): void {
    const sources = this.#workspaces.get(from);
    this.forget(from);
    if (sources) this.#workspaces.set(to, sources);
  }

  /** Forgets a workspace that is polled no more. */
  forget(workspace: string): void {
    this.#workspaces.delete(workspace);
  }

  #maxPolls(): number {
    const sources = [...this.#workspaces.values()].reduce((sum, { size }) => sum + size, 0);
    return Math.max(1, Math.min(MAX_POLLS, Math.floor(MAX_ALL_POLLS / sources)));
  }
}
