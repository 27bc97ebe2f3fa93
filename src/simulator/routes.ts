import { type ApiRequest, refusal, type Reply } from "./http.ts";
import { answerBatches, answerJobs } from "./jobs.ts";
import type { Present } from "./history.ts";
import { answerRoot, answerWorkspace } from "./projects.ts";
import { answerStats } from "./stats.ts";
import { answerWorkspaceStats } from "./workspace-stats.ts";
import type { Workspace } from "./workspaces.ts";

/**
 * The simulated endpoints of the API, by the names that fault scripts use. A path takes the first that matches, so a
 * fixed first word comes before `/{workspace}`.
 */
export const ENDPOINTS = ["root", "workspace-stats", "workspace", "stats", "jobs", "batches"] as const;

export type Endpoint = (typeof ENDPOINTS)[number];

interface EndpointRow {
  readonly path: RegExp;
  readonly answer: (workspace: Workspace, request: ApiRequest, present: Present) => Reply;
  /** The zone of the days that are asked for, where it does not follow from the behaviour. */
  readonly zone?: "UTC";
}

const ROWS: Readonly<Record<Endpoint, EndpointRow>> = {
  root: { path: /^\/$/, answer: answerRoot },
  // Days do not matter where instants are asked for, or what there is now.
  "workspace-stats": { path: /^\/workspace-stats\/?$/, answer: answerWorkspaceStats, zone: "UTC" },
  workspace: { path: /^\/([^/]+)\/?$/, answer: answerWorkspace, zone: "UTC" },
  stats: { path: /^\/([^/]+)\/stats\/?$/, answer: answerStats },
  jobs: { path: /^\/([^/]+)\/[^/]+\/jobs\/?$/, answer: answerJobs, zone: "UTC" },
  batches: { path: /^\/([^/]+)\/[^/]+\/batches\/?$/, answer: answerBatches, zone: "UTC" },
};

/** Which endpoint a path names, and the workspace in it. */
export interface Route extends Pick<EndpointRow, "answer" | "zone"> {
  readonly endpoint: Endpoint;
  /** Undefined where the key alone decides. */
  readonly workspace: string | undefined;
}

/** The route of a path; undefined for an unknown path. */
export function routeOf(path: string): Route | undefined {
  for (const endpoint of ENDPOINTS) {
    const { path: pattern, ...row } = ROWS[endpoint];
    const match = pattern.exec(path);
    if (match) return { endpoint, workspace: match[1], ...row };
  }
  return undefined;
}

function authorize(workspaces: readonly Workspace[], request: ApiRequest, name: string | undefined): Workspace | Reply {
  if (request.apiKey === undefined) return refusal(401, "this method requires an API key");
  const owned = workspaces.find(({ apiKey }) => apiKey === request.apiKey);
  if (!owned) return refusal(401, "this API key does not exist or has been revoked");
  if (name === undefined || name === owned.name) return owned;
  const exists = workspaces.some((workspace) => workspace.name === name);
  return exists ? refusal(403, "this API key has no access to the workspace") : refusal(404, "no such workspace");
}

/**
 * Answers a request as the API would; never throws, whatever a client sends.
 * @param presentIn the moment of the request, by the days of a zone
 */
export function answer(
  workspaces: readonly Workspace[],
  request: ApiRequest,
  presentIn: (zone: Route["zone"]) => Present,
): Reply {
  const route = routeOf(request.path);
  if (!route) return refusal(404, "no such endpoint");
  if (request.method !== "GET") return refusal(405, `method ${request.method} is not allowed here`, { allow: "GET" });
  const workspace = authorize(workspaces, request, route.workspace);
  return "status" in workspace ? workspace : route.answer(workspace, request, presentIn(route.zone));
}
