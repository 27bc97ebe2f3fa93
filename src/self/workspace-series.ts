import { type AnswerObserver, createFieldLimiter } from "../answers/anomalies.ts";
import type { FailureReason } from "../failures.ts";
import { ROOT_ENDPOINT } from "../roboflow/workspaces.ts";
import type { Source } from "../sources/source.ts";
import { type Instruments, codeOf, initializeEndpoints, initializeSource, removeSeries } from "./registry.ts";

/** Records the polls of one source of one workspace. */
export interface SourceRecorder extends AnswerObserver {
  readonly pollEnded: (seconds: number, failure: FailureReason | undefined) => void;
  readonly pollSkipped: () => void;
  readonly storageFailed: () => void;
}

/** Records what happens around one workspace. */
export interface WorkspaceRecorder {
  readonly requested: (endpoint: string, status: number | undefined, seconds: number) => void;
  readonly retried: (endpoint: string) => void;
  readonly forSource: (source: string) => SourceRecorder;
  /** Counts no more: what comes late from polls that were stopped must not bring series back. */
  readonly retire: () => void;
  /** Removes the workspace's series: it is not polled any more, or its name turned out to be another. */
  readonly forget: () => Promise<void>;
}

/** Makes a function that also counts its calls, all of them together. */
export type Recorded = <A extends readonly unknown[]>(act: (...args: A) => void) => (...args: A) => void;

/** Keeps the fields of a source's anomalies few. */
type FieldLimiter = (field: string) => string;

/** By the source's name. */
type FieldLimiters = Map<string, FieldLimiter>;

function createSourceRecorder(
  { polls, pollDuration, pollFailures, pollsSkipped, anomalies, rowsRejected, storageErrors }: Instruments,
  labels: Readonly<{ workspace: string; source: string }>,
  limitField: FieldLimiter,
  recorded: Recorded,
): SourceRecorder {
  return {
    pollEnded: recorded((seconds, failure) => {
      polls.inc(labels);
      pollDuration.observe(labels, seconds);
      if (failure) pollFailures.inc({ ...labels, reason: failure });
    }),
    pollSkipped: recorded(() => {
      pollsSkipped.inc(labels);
    }),
    answered: recorded(({ anomalies: found, rejected }) => {
      for (const { field, reason, count } of found)
        anomalies.inc({ ...labels, field: limitField(field), reason }, count);
      for (const [reason, count] of rejected) rowsRejected.inc({ ...labels, reason }, count);
    }),
    filterIgnored: recorded((field) => {
      anomalies.inc({ ...labels, field, reason: "filter_ignored" });
    }),
    storageFailed: recorded(() => {
      storageErrors.inc(labels);
    }),
  };
}

/** What of a workspace is polled. */
interface Kept {
  readonly sources: readonly string[];
  readonly endpoints: readonly string[];
}

const NOTHING: Kept = { sources: [], endpoints: [] };

/** The series of all workspaces. Each stays as long as its workspace is polled, whatever else changes. */
export class WorkspaceSeries {
  readonly #instruments: Instruments;
  readonly #recorded: Recorded;
  readonly #known = new Map<string, FieldLimiters>();
  /** Endpoints of the histogram of requests, which workspaces share: zeroing it again would lose its counts. */
  readonly #zeroed = new Set<string>();

  constructor(instruments: Instruments, recorded: Recorded) {
    this.#instruments = instruments;
    this.#recorded = recorded;
  }

  /** Creates the series that are missing, and removes those of sources that are not polled any more. */
  forWorkspace(workspace: string, sources: readonly Source[]): WorkspaceRecorder {
    const kept = {
      sources: sources.map(({ name }) => name),
      endpoints: [ROOT_ENDPOINT, ...sources.flatMap((source) => source.endpoints)],
    };
    this.#initialize(workspace, kept);
    // It waits for nothing from outside, so no scrape comes before its end.
    void this.#remove(workspace, kept);
    return this.#recorderOf(workspace);
  }

  #limitersOf(workspace: string): FieldLimiters {
    const limiters = this.#known.get(workspace) ?? new Map<string, FieldLimiter>();
    this.#known.set(workspace, limiters);
    return limiters;
  }

  #initialize(workspace: string, { sources, endpoints }: Kept): void {
    const limiters = this.#limitersOf(workspace);
    initializeEndpoints(this.#instruments, workspace, endpoints);
    for (const source of sources.filter((name) => !limiters.has(name))) {
      initializeSource(this.#instruments, workspace, source);
      limiters.set(source, createFieldLimiter());
    }
    for (const endpoint of endpoints.filter((one) => !this.#zeroed.has(one))) {
      this.#instruments.requestDuration.zero({ endpoint });
      this.#zeroed.add(endpoint);
    }
    this.#recorded(() => undefined)();
  }

  async #remove(workspace: string, kept: Kept): Promise<void> {
    const limiters = this.#limitersOf(workspace);
    const sources = [...limiters.keys()].filter((name) => !kept.sources.includes(name));
    for (const name of sources) limiters.delete(name);
    if (limiters.size === 0) this.#known.delete(workspace);
    // Of a workspace that is new there is nothing to remove, and nothing to look for.
    if (sources.length > 0) await removeSeries(this.#instruments, { workspace, sources, endpoints: kept.endpoints });
    this.#recorded(() => undefined)();
  }

  #recorderOf(workspace: string): WorkspaceRecorder {
    const limiters = this.#limitersOf(workspace);
    const { requests, requestDuration, retries } = this.#instruments;
    let isRetired = false;
    const recorded: Recorded = (act) =>
      this.#recorded((...args) => {
        if (!isRetired) act(...args);
      });
    return {
      requested: recorded((endpoint, status, seconds) => {
        requests.inc({ workspace, endpoint, code: codeOf(status) });
        requestDuration.observe({ endpoint }, seconds);
      }),
      retried: recorded((endpoint) => {
        retries.inc({ workspace, endpoint });
      }),
      forSource: (source) => {
        const limitField = limiters.get(source) ?? createFieldLimiter();
        return createSourceRecorder(this.#instruments, { workspace, source }, limitField, recorded);
      },
      retire: () => {
        isRetired = true;
      },
      forget: () => this.#remove(workspace, NOTHING),
    };
  }
}
