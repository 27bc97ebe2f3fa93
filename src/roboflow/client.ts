import { type DateRange, addDays } from "../calendar/windows.ts";
import { ApiError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import { SLUG_RULE, isSlug } from "../slug.ts";
import { type Steps, createQueue, inSlices } from "../steps.ts";
import { type GetDeps, type GetOptions, type Outcome, getJson } from "./get-json.ts";
import type { LegacyStats, TimeRange } from "../sources/legacy/fields.ts";
import { parseLegacyInSteps } from "../sources/legacy/parse.ts";
import { parseStatsInSteps } from "../sources/insights/parse.ts";
import { MAX_WAIT_MS, isRetryable, retryDelayMs } from "./retry.ts";
import { rawRowsSchema, rootSchema, workspaceSchema } from "../answers/schema.ts";
import type { Stats } from "../sources/insights/stats.ts";

/** The endpoints we call, by the name they have in metrics and logs. */
export const ENDPOINTS = ["stats", "root", "workspace", "legacy"] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** Those that are called for every workspace. */
export const USUAL_ENDPOINTS: readonly Endpoint[] = ENDPOINTS.filter((endpoint) => endpoint !== "legacy");

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

export interface StatsClientOptions extends Omit<GetOptions, "apiKey"> {
  readonly url: string;
  /** The key, or what gives the key of the moment; it is asked before each request. */
  readonly apiKey: string | (() => Promise<string>);
  /** Whether the API counts `endDate` itself. Queries always do: for an API that does not, the day after is sent. */
  readonly endDate: "inclusive" | "exclusive";
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

/** An answer as it came. */
export interface Answer {
  readonly json: unknown;
  /** Of the body, decompressed. */
  readonly bytes: number;
  /** From the request to the end of the body, without earlier attempts. */
  readonly seconds: number;
}

/** A project as `GET /{workspace}` lists it. */
export interface ListedProject {
  readonly slug: string;
  readonly name: string | undefined;
}

/** A {@link StatsClient} that also tells what the parser would hide. */
export interface ProbeClient extends StatsClient {
  /** As `fetchStats`, not parsed. */
  readonly fetchRawStats: (workspace: string, query: StatsQuery, signal: AbortSignal) => Promise<Answer>;
  /** `GET /{workspace}`: its projects. */
  readonly fetchProjects: (workspace: string, signal: AbortSignal) => Promise<readonly ListedProject[]>;
}

/** A client for one key. */
export function createStatsClient(options: StatsClientOptions, deps: StatsClientDeps): ProbeClient {
  const get = (endpoint: Endpoint, url: URL, signal: AbortSignal) =>
    getWithRetries(endpoint, url, options, deps, signal);
  const getJsonOf = async (...request: Parameters<typeof get>) => (await get(...request)).json;
  const at = (...segments: string[]) => new URL(`${options.url}/${segments.map(encodeURIComponent).join("/")}`);
  const fetchRawStats: ProbeClient["fetchRawStats"] = (workspace, query, signal) =>
    get("stats", withParameters(at(workspace, "stats"), sentQuery(query, options)), signal);
  const fetchProjects: ProbeClient["fetchProjects"] = async (workspace, signal) => {
    const answer = workspaceSchema.safeParse(await getJsonOf("workspace", at(workspace), signal));
    if (!answer.success) throw new ApiError(`GET /${workspace} lists no projects`, { reason: "invalid_schema" });
    return answer.data.workspace.projects.map(({ id, name }) => ({ slug: id.slice(id.lastIndexOf("/") + 1), name }));
  };
  return {
    fetchRawStats,
    fetchProjects,
    fetchStats: async (workspace, query, signal) => {
      const answer = await fetchRawStats(workspace, query, signal);
      return readAnswer(answer, (json) => parseStatsInSteps(json, query), signal);
    },
    fetchWorkspaceName: async (signal) => {
      return slugOf(await getJsonOf("root", at(""), signal), deps.redact);
    },
    fetchProjectSlugs: async (...request) => (await fetchProjects(...request)).map(({ slug }) => slug),
    fetchLegacy: async (query, signal) => {
      const url = withParameters(at("workspace-stats"), { ...legacyParameters(query), includeTicks: true });
      return readAnswer(await get("legacy", url, signal), (json) => parseLegacyInSteps(json, query), signal);
    },
    fetchRawRows: async (query, signal) => {
      const url = withParameters(at("workspace-stats"), { ...legacyParameters(query), rawData: true });
      const answer = rawRowsSchema.safeParse(await getJsonOf("legacy", url, signal));
      if (!answer.success) throw new ApiError("the answer holds no list of raw rows", { reason: "invalid_schema" });
      return answer.data;
    },
  };
}

/** In quotes, with an escape for every character that is not printable ASCII. */
function quoted(text: string): string {
  const escape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replaceAll(/[^ -~]/g, escape);
}

/** The workspace that `GET /` names. What is not a slug could lead a request elsewhere, or break a label. */
function slugOf(json: unknown, redact: Redactor): string {
  const root = rootSchema.safeParse(json);
  if (!root.success) throw new ApiError("GET / names no workspace; set its name", { reason: "invalid_schema" });
  const { workspace } = root.data;
  if (isSlug(workspace)) return workspace;
  const shown = quoted(redact(workspace));
  const message = `GET / names the workspace ${shown}, which is not a slug (${SLUG_RULE}); set its name`;
  throw new ApiError(message, { reason: "invalid_schema" });
}

/** From this size on, in bytes, an answer is large: reading it takes memory, and seconds. */
const LARGE_BYTES = 2 ** 20;

/** Of the whole process: however many workspaces answer at once, one large answer is read at a time. */
const oneLargeAnswer = createQueue();

async function readAnswer<T>(
  { json, bytes }: Answer,
  read: (json: unknown) => Steps<T>,
  signal: AbortSignal,
): Promise<T> {
  const work = () => inSlices(read(json), signal);
  try {
    return await (bytes > LARGE_BYTES ? oneLargeAnswer(work) : work());
  } catch (error) {
    if (!signal.aborted || error instanceof ApiError) throw error;
    throw new ApiError("stopped while the answer was read", { reason: "network", cause: error });
  }
}

function sentQuery(query: StatsQuery, { endDate }: StatsClientOptions): StatsQuery {
  return endDate === "exclusive" ? { ...query, endDate: addDays(query.endDate, 1) } : query;
}

function currentKey({ apiKey }: StatsClientOptions): Promise<string> {
  return typeof apiKey === "string" ? Promise.resolve(apiKey) : apiKey();
}

async function getWithRetries(
  endpoint: Endpoint,
  url: URL,
  options: StatsClientOptions,
  deps: StatsClientDeps,
  signal: AbortSignal,
): Promise<Answer> {
  let apiKey = await currentKey(options);
  let isRenewed = false;
  for (let attempt = 0; ; attempt++) {
    const outcome = await getObserved(endpoint, url, { ...options, apiKey }, deps, signal);
    if ("json" in outcome) return outcome;
    const { error } = outcome;
    const rejected = apiKey;
    apiKey = await currentKey(options);
    // The key was replaced while the request ran, or since: the new one gets its chance at once, but only one.
    if (error.reason === "unauthorized" && apiKey !== rejected && !isRenewed && !signal.aborted) {
      isRenewed = true;
      continue;
    }
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
  options: GetOptions,
  deps: StatsClientDeps,
  signal: AbortSignal,
): Promise<Outcome & { readonly seconds: number }> {
  const start = deps.clock.moment();
  const outcome = await getJson(url, options, deps, signal);
  const seconds = deps.clock.moment().msSince(start) / 1000;
  deps.observer.onRequest(endpoint, outcome.status, seconds);
  return { ...outcome, seconds };
}
