import { connect } from "node:net";
import { once } from "node:events";
import { type AppDeps, createApp } from "../../../src/http/app.ts";
import { SERVER_LIMITS, type ServerLimits, listen } from "../../../src/http/server.ts";
import type { EffectiveConfig } from "../../../src/config/effective.ts";
import type { Chunk } from "../../../src/exposition/chunk.ts";
import { composeSnapshot, composeWorkspace, type Snapshot } from "../../../src/exposition/snapshot.ts";
import { createSelfMetrics, type SelfMetrics } from "../../../src/self/recorder.ts";
import { SOURCES } from "../../../src/sources/sources.ts";
import type { WorkspaceState } from "../../../src/exposition/workspace-state.ts";
import type { Reload } from "../../../src/running/reloader.ts";
import type { Documents } from "../../../src/pages/documents.ts";
import type { PollJournal } from "../../../src/poller/journal.ts";
import { createLogCapture, type LogLine, noPages, workspaceFrom } from "../../support/exporter-harness.ts";
import { clientOf, fixture, stateAfterPoll } from "../../support/golden.ts";
import { ManualClock, momentAt } from "../../support/manual-clock.ts";

/** A served app on a free port, over a store that the test fills. */
export interface ServedApp {
  readonly url: string;
  readonly port: number;
  readonly selfMetrics: SelfMetrics;
  readonly clock: ManualClock;
  readonly lines: readonly LogLine[];
  readonly close: () => Promise<void>;
}

export interface ServedOptions {
  readonly states?: readonly WorkspaceState[];
  readonly current?: () => Promise<Snapshot>;
  readonly maxRequests?: number;
  readonly telemetryPath?: string;
  readonly limits?: Partial<ServerLimits>;
  readonly isDemo?: boolean;
  readonly reload?: Reload;
  readonly journal?: PollJournal;
  readonly slowDocuments?: Promise<Documents | undefined>;
  readonly effectiveConfig?: EffectiveConfig;
  readonly ofWorkspace?: () => Promise<Chunk | undefined>;
  readonly redact?: (text: string) => string;
}

const DOCUMENTS: Documents = {
  metrics: { title: "Metrics", html: "<p>All of them.</p>" },
  runbooks: { RoboflowOne: { title: "RoboflowOne", html: "<p>What one means.</p>" } },
};

/** A body of so many bytes: with enough of them, more than the kernel's buffers hold. */
export function bodyOf(bytes: number): Snapshot {
  const identity = [Buffer.alloc(bytes - 1, "x"), Buffer.from("\n")];
  const composedAt = momentAt(0);
  return {
    ...{ identity, composedAt, length: bytes },
    deflated: [],
    ...{ crc: 0, shift: 0 },
    freshForMs: undefined,
    days: "",
  };
}

/** The state after a good poll of the documentation's sample. */
export function sampleState(): Promise<WorkspaceState> {
  const config = workspaceFrom({ windows: ["7d"] });
  const labelers = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map<string, string>() };
  return stateAfterPoll(
    config,
    labelers,
    clientOf(() => fixture("seed-sample")),
  );
}

/** Serves the app. */
export async function serveApp(options: ServedOptions = {}): Promise<ServedApp> {
  const clock = new ManualClock("2026-11-18T12:01:00Z");
  const states = options.states ?? [await sampleState()];
  const body = await composeSnapshot(states, clock.moment());
  const store: AppDeps["store"] = {
    current: options.current ?? (() => Promise.resolve(body)),
    ofWorkspace: async (name) => {
      if (options.ofWorkspace) return options.ofWorkspace();
      const state = states.find(({ workspace }) => workspace === name);
      return state && composeWorkspace(state, { states, now: clock.moment() });
    },
    states: () => states,
    isEverySourcePolled: () =>
      states.every(({ sources }) => [...sources.values()].every(({ lastPoll }) => lastPoll !== undefined)),
  };
  const selfMetrics = createSelfMetrics({ version: "1.2.3", revision: "abc", nodeVersion: "v20" });
  selfMetrics.forWorkspace("acme", SOURCES).forSource("insights").pollEnded(1, undefined);
  const { lines, logger } = createLogCapture();
  const web = {
    listenAddresses: [],
    telemetryPath: options.telemetryPath ?? "/metrics",
    maxRequests: options.maxRequests ?? 40,
    reload: options.reload,
  };
  // What a test leaves behind is cut at once.
  const limits = { ...SERVER_LIMITS, graceMs: 0, ...options.limits };
  const { journal, slowDocuments = Promise.resolve(DOCUMENTS), redact, effectiveConfig } = options;
  const app = createApp(
    { ...web, ...(options.isDemo && { isDemo: true }) },
    {
      ...{ ...noPages(), store, selfMetrics, clock, logger },
      ...(journal && { journal }),
      ...(redact && { redact }),
      documents: () => slowDocuments,
      ...(effectiveConfig && { effectiveConfig: () => effectiveConfig }),
    },
  );
  const { url, close } = await listen(app, { host: "127.0.0.1", port: 0 }, { limits });
  return { url, port: Number(new URL(url).port), selfMetrics, clock, lines, close };
}

/** What came back, byte for byte: fetch would unpack it and add headers of its own. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Asks with exactly the given headers, over a connection of its own. */
export async function ask(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<RawAnswer> {
  const socket = connect(port, "127.0.0.1");
  const lines = Object.entries({ Host: "x", Connection: "close", ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "close");
  return readAnswer(Buffer.concat(chunks));
}

function readAnswer(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: bytes.subarray(end + 4),
  };
}
