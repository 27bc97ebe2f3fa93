import { type Histogram, Registry } from "prom-client";
import { type AnswerObserver, createFieldLimiter } from "../answers/anomalies.ts";
import type { FailureReason } from "../failures.ts";
import { ROOT_ENDPOINT } from "../roboflow/workspaces.ts";
import type { Source } from "../sources/source.ts";
import {
  type Instruments,
  codeOf,
  createInstruments,
  initializeEndpoints,
  initializeSource,
  removeSeries,
} from "./registry.ts";

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

/** What is counted of one workspace, to be published. */
export interface WorkspaceCounters {
  /** A number that grows whenever something of the workspace is counted: while it stays the same, so do the lines. */
  readonly revision: () => number;
  /** The sample lines by the name of their metric. They are the same in both formats. */
  readonly lines: () => Promise<ReadonlyMap<string, string>>;
}

/** A metric's lines without its first two, HELP and TYPE, which differ between the formats. */
function samplesIn(rendered: string): string {
  const end = rendered.indexOf("\n", rendered.indexOf("\n") + 1);
  return end < 0 ? "" : `${rendered.slice(end + 1)}\n`;
}

/** The series of one workspace: in a registry of its own, so that those of others need not be rendered with them. */
class Counted implements WorkspaceCounters {
  readonly #registry = new Registry();
  #revision = 0;
  readonly instruments = createInstruments(this.#registry);
  readonly limiters: FieldLimiters = new Map();

  readonly revision = (): number => this.#revision;

  readonly changed = (): void => {
    this.#revision++;
  };

  readonly lines = async (): Promise<ReadonlyMap<string, string>> => {
    const lines = new Map<string, string>();
    for (const { name } of this.#registry.getMetricsAsArray())
      lines.set(name, samplesIn(await this.#registry.getSingleMetricAsString(name)));
    return lines;
  };
}

/** The series of all workspaces. Each stays as long as its workspace is polled, whatever else changes. */
export class WorkspaceSeries {
  readonly #requestDuration: Histogram;
  readonly #recorded: Recorded;
  readonly #known = new Map<string, Counted>();
  /** Endpoints of the histogram of requests, which workspaces share: zeroing it again would lose its counts. */
  readonly #zeroed = new Set<string>();

  constructor(requestDuration: Histogram, recorded: Recorded) {
    this.#requestDuration = requestDuration;
    this.#recorded = recorded;
  }

  /** Those of all workspaces, in the order in which they came. */
  readonly all = (): readonly WorkspaceCounters[] => [...this.#known.values()];

  /** Creates the series that are missing, and removes those of sources that are not polled any more. */
  forWorkspace(workspace: string, sources: readonly Source[]): WorkspaceRecorder {
    const kept = {
      sources: sources.map(({ name }) => name),
      endpoints: [ROOT_ENDPOINT, ...sources.flatMap((source) => source.endpoints)],
    };
    const counted = this.#known.get(workspace) ?? new Counted();
    this.#known.set(workspace, counted);
    this.#initialize(workspace, counted, kept);
    // It waits for nothing from outside, so no scrape comes before its end.
    void this.#remove(workspace, counted, kept);
    return this.#recorderOf(workspace, counted);
  }

  #initialize(workspace: string, { instruments, limiters, changed }: Counted, { sources, endpoints }: Kept): void {
    initializeEndpoints(instruments, workspace, endpoints);
    for (const source of sources.filter((name) => !limiters.has(name))) {
      initializeSource(instruments, workspace, source);
      limiters.set(source, createFieldLimiter());
    }
    for (const endpoint of endpoints.filter((one) => !this.#zeroed.has(one))) {
      this.#requestDuration.zero({ endpoint });
      this.#zeroed.add(endpoint);
    }
    this.#recorded(changed)();
  }

  async #remove(workspace: string, { instruments, limiters, changed }: Counted, kept: Kept): Promise<void> {
    const sources = [...limiters.keys()].filter((name) => !kept.sources.includes(name));
    for (const name of sources) limiters.delete(name);
    // Of a workspace that is new there is nothing to remove, and nothing to look for.
    if (sources.length > 0) await removeSeries(instruments, { workspace, sources, endpoints: kept.endpoints });
    this.#recorded(changed)();
  }

  #forget(workspace: string): Promise<void> {
    this.#known.delete(workspace);
    this.#recorded(() => undefined)();
    return Promise.resolve();
  }

  #recorderOf(workspace: string, { instruments, limiters, changed }: Counted): WorkspaceRecorder {
    let isRetired = false;
    const recorded: Recorded = (act) =>
      this.#recorded((...args) => {
        if (isRetired) return;
        act(...args);
        changed();
      });
    return {
      requested: recorded((endpoint, status, seconds) => {
        instruments.requests.inc({ workspace, endpoint, code: codeOf(status) });
        this.#requestDuration.observe({ endpoint }, seconds);
      }),
      retried: recorded((endpoint) => {
        instruments.retries.inc({ workspace, endpoint });
      }),
      forSource: (source) => {
        const limitField = limiters.get(source) ?? createFieldLimiter();
        return createSourceRecorder(instruments, { workspace, source }, limitField, recorded);
      },
      retire: () => {
        isRetired = true;
      },
      forget: () => this.#forget(workspace),
    };
  }
}
