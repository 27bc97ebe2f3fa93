import type { DateRange } from "../calendar/windows.ts";
import { ApiError } from "../errors.ts";
import { type GetDeps, type GetOptions, type Outcome, getJson } from "./get-json.ts";
import type { LegacyStats, TimeRange } from "./legacy.ts";
import { parseLegacy } from "./parse-legacy.ts";
import { parseStatsInSteps } from "./parse-stats.ts";
import { createOwnTurn } from "./own-turn.ts";
import { MAX_WAIT_MS, isRetryable, retryDelayMs } from "./retry.ts";
import { rawRowsSchema, rootSchema, workspaceSchema } from "./schema.ts";
import type { Stats } from "./stats.ts";

/** The endpoints we call, by the name they have in metrics and logs. */
export const ENDPOINTS = ["stats", "root", "workspace", "legacy"] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** A range of days and at most one filter of each kind. `project` is a slug, `userId` a labeler's id. */
export interface StatsQuery extends DateRange {
  readonly project?: string;
  readonly userId?: string;
}

/** What is asked of the legacy endpoint. `projectId` is the opaque id. */
export interface LegacyQuery extends TimeRange {
  readonly projectId?: string;
}

/** A page of the legacy endpoint's raw rows. */
export interface RawQuery extends LegacyQuery {
  readonly limit: number;
  readonly offset: number;
}

/** Told of every attempt, so that the client itself knows nothing of metrics. */
export interface RequestObserver {
  readonly onRequest: (endpoint: Endpoint, status: number | undefined, seconds: number) => void;
  readonly onRetry: (endpoint: Endpoint, error: ApiError, delayMs: number) => void;
}

export interface StatsClientOptions extends GetOptions {
  readonly url: string;
  readonly retries: number;
}

export interface StatsClientDeps extends GetDeps {
  readonly random: () => number;
  readonly observer: RequestObserver;
}

/** The Roboflow API as far as we need it. Every method throws {@link ApiError} only. */
export interface StatsClient {
  /** `GET /{workspace}/stats` */
  readonly fetchStats: (workspace: string, query: StatsQuery, signal: AbortSignal) => Promise<Stats>;
  /** `GET /`: the slug of the workspace the key belongs to. */
  readonly fetchWorkspaceName: (signal: AbortSignal) => Promise<string>;
  /** `GET /{workspace}`: the slugs of its projects. */
  readonly fetchProjectSlugs: (workspace: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** `GET /workspace-stats` with ticks: the legacy endpoint, for the workspace the key belongs to. */
  readonly fetchLegacy: (query: LegacyQuery, signal: AbortSignal) => Promise<LegacyStats>;
  /** `GET /workspace-stats` with `rawData`: one page of rows of an undocumented form. */
  readonly fetchRawRows: (query: RawQuery, signal: AbortSignal) => Promise<readonly unknown[]>;
}

/** The endpoint's own names for what is asked. */
function legacyParameters({ startMs, endMs, ...rest }: LegacyQuery): Record<string, string | number> {
  return { start: startMs, end: endMs, ...rest };
}

function withParameters(url: URL, parameters: object): URL {
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
  return url;
}

/** A client for one key. */
export function createStatsClient(options: StatsClientOptions, deps: StatsClientDeps): StatsClient {
  const get = (endpoint: Endpoint, url: URL, signal: AbortSignal) =>
    getWithRetries(endpoint, url, options, deps, signal);
  const at = (...segments: string[]) => new URL(`${options.url}/${segments.map(encodeURIComponent).join("/")}`);
  const inOwnTurn = createOwnTurn();
  return {
    fetchStats: async (workspace, query, signal) => {
      const json = await get("stats", withParameters(at(workspace, "stats"), query), signal);
      return inOwnTurn(parseStatsInSteps(json));
    },
    fetchWorkspaceName: async (signal) => {
      const root = rootSchema.safeParse(await get("root", at(""), signal));
      if (!root.success) throw new ApiError("GET / names no workspace; set its name", { reason: "invalid_schema" });
      return root.data.workspace;
    },
    fetchProjectSlugs: async (workspace, signal) => {
      const answer = workspaceSchema.safeParse(await get("workspace", at(workspace), signal));
      if (!answer.success) throw new ApiError(`GET /${workspace} lists no projects`, { reason: "invalid_schema" });
      return answer.data.workspace.projects.map(({ id }) => id.slice(id.lastIndexOf("/") + 1));
    },
    fetchLegacy: async (query, signal) => {
      const parameters = { ...legacyParameters(query), includeTicks: true };
      return parseLegacy(await get("legacy", withParameters(at("workspace-stats"), parameters), signal), query);
    },
    fetchRawRows: async (query, signal) => {
      const parameters = { ...legacyParameters(query), rawData: true };
      const answer = rawRowsSchema.safeParse(
        await get("legacy", withParameters(at("workspace-stats"), parameters), signal),
      );
      if (!answer.success) throw new ApiError("the answer holds no list of raw rows", { reason: "invalid_schema" });
      return answer.data;
    },
  };
}

async function getWithRetries(
  endpoint: Endpoint,
  url: URL,
  options: StatsClientOptions,
  deps: StatsClientDeps,
  signal: AbortSignal,
): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    const outcome = await getObserved(endpoint, url, options, deps, signal);
    if ("json" in outcome) return outcome.json;
    const { error } = outcome;
    const delayMs = retryDelayMs(attempt, error.retryAfterMs, deps.random());
    if (attempt >= options.retries || signal.aborted || !isRetryable(error) || delayMs > MAX_WAIT_MS) throw error;
    deps.observer.onRetry(endpoint, error, delayMs);
    // An abort during the wait surfaces as the failure that made us wait: it tells more than "aborted".
    await deps.clock.sleep(delayMs, signal).catch(() => Promise.reject(error));
  }
}

async function getObserved(
  endpoint: Endpoint,
  url: URL,
  options: StatsClientOptions,
  deps: StatsClientDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const startMs = deps.clock.now();
  const outcome = await getJson(url, options, deps, signal);
  deps.observer.onRequest(endpoint, outcome.status, (deps.clock.now() - startMs) / 1000);
  return outcome;
}
