import type { DateRange } from "../calendar/windows.ts";
import { ApiError } from "../errors.ts";
import { type GetDeps, type GetOptions, type Outcome, getJson } from "./get-json.ts";
import { parseStatsInSteps } from "./parse-stats.ts";
import { createOwnTurn } from "./own-turn.ts";
import { MAX_WAIT_MS, isRetryable, retryDelayMs } from "./retry.ts";
import { rootSchema, workspaceSchema } from "./schema.ts";
import type { Stats } from "./stats.ts";

/** The endpoints we call, by the name they have in metrics and logs. */
export const ENDPOINTS = ["stats", "root", "workspace"] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** A range of days and at most one filter of each kind. `project` is a slug, `userId` a labeler's id. */
export interface StatsQuery extends DateRange {
  readonly project?: string;
  readonly userId?: string;
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
}

/** A client for one key. */
export function createStatsClient(options: StatsClientOptions, deps: StatsClientDeps): StatsClient {
  const get = (endpoint: Endpoint, url: URL, signal: AbortSignal) =>
    getWithRetries(endpoint, url, options, deps, signal);
  const at = (...segments: string[]) => new URL(`${options.url}/${segments.map(encodeURIComponent).join("/")}`);
  const inOwnTurn = createOwnTurn();
  return {
    fetchStats: async (workspace, query, signal) => {
      const url = at(workspace, "stats");
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
      const json = await get("stats", url, signal);
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
