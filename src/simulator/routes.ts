import { aggregate, type Present, type Range } from "./aggregate.ts";
import { rootAnswer, statsAnswer, workspaceAnswer } from "./answers.ts";
import type { Behaviour } from "./behaviour.ts";
import { readDay } from "./days.ts";
import { answerLegacy } from "./legacy.ts";
import { refusal, type Reply } from "./reply.ts";
import type { Project, Workspace } from "./world.ts";

/** A request, freed from HTTP. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** From `api_key` or from the Bearer header. */
  readonly apiKey: string | undefined;
}

/** The parts of the API that are simulated. */
export type Endpoint = "root" | "workspace" | "stats" | "legacy";

/** Which endpoint a path names, and the workspace in it. */
export interface Route {
  readonly endpoint: Endpoint;
  /** Absent where the key alone decides. */
  readonly workspace?: string;
}

type Answer = (workspace: Workspace, request: ApiRequest, present: Present) => Reply;

interface RouteRow {
  readonly endpoint: Endpoint;
  readonly path: RegExp;
  readonly answer: Answer;
}

/** In order; an endpoint with a fixed first word comes before `/{workspace}`. */
const ROUTES: readonly RouteRow[] = [
  { endpoint: "root", path: /^\/$/, answer: (workspace) => ({ status: 200, body: rootAnswer(workspace) }) },
  { endpoint: "legacy", path: /^\/workspace-stats\/?$/, answer: answerLegacy },
  { endpoint: "workspace", path: /^\/([^/]+)\/?$/, answer: answerWorkspace },
  { endpoint: "stats", path: /^\/([^/]+)\/stats\/?$/, answer: answerStats },
];

function answerWorkspace(workspace: Workspace, _request: ApiRequest, present: Present): Reply {
  const range = { from: 0, to: present.today, projects: workspace.projects, labelerId: undefined };
  return { status: 200, body: workspaceAnswer(workspace, aggregate(workspace, range, present), present.today) };
}

/** Whether a project is the one asked for; `asked` is a slug or an id. */
const ASKED: Readonly<Record<Behaviour["filter"], (project: Project, asked: string) => boolean>> = {
  slug: ({ slug }, asked) => slug === asked,
  id: ({ id }, asked) => id === asked,
  ignored: () => true,
};

function readRange(workspace: Workspace, query: URLSearchParams, { filter, endDate }: Behaviour): Range | Reply {
  const [from, to] = [readDay(query.get("startDate") ?? ""), readDay(query.get("endDate") ?? "")];
  if (from === undefined) return refusal(400, "startDate must be a date, YYYY-MM-DD");
  if (to === undefined) return refusal(400, "endDate must be a date, YYYY-MM-DD");
  if (from > to) return refusal(400, "startDate must not be after endDate");
  const asked = query.get("project");
  const projects = workspace.projects.filter((project) => asked === null || ASKED[filter](project, asked));
  if (projects.length === 0) return refusal(404, "the project does not exist or cannot be seen with this key");
  const last = endDate === "exclusive" ? to - 1 : to;
  return { from, to: last, projects, labelerId: query.get("userId") ?? undefined };
}

function answerStats(workspace: Workspace, request: ApiRequest, present: Present): Reply {
  const { behaviour } = present;
  const range = readRange(workspace, request.query, behaviour);
  if ("status" in range) return range;
  return { status: 200, body: statsAnswer(workspace, aggregate(workspace, range, present), behaviour) };
}

function find(path: string): { readonly row: RouteRow; readonly workspace: string | undefined } | undefined {
  for (const row of ROUTES) {
    const match = row.path.exec(path);
    if (match) return { row, workspace: match[1] };
  }
  return undefined;
}

/** The endpoint a path names; undefined for an unknown path. */
export function routeOf(path: string): Route | undefined {
  const found = find(path);
  if (!found) return undefined;
  const { row, workspace } = found;
  return { endpoint: row.endpoint, ...(workspace === undefined ? {} : { workspace }) };
}

function authorize(world: readonly Workspace[], request: ApiRequest, name: string | undefined): Workspace | Reply {
  if (request.apiKey === undefined) return refusal(401, "this method requires an API key");
  const owned = world.find((workspace) => workspace.apiKey === request.apiKey);
  if (!owned) return refusal(401, "this API key does not exist or has been revoked");
  if (name === undefined || name === owned.name) return owned;
  const exists = world.some((workspace) => workspace.name === name);
  return exists ? refusal(403, "this API key has no access to the workspace") : refusal(404, "no such workspace");
}

/** Answers a request as the API would; never throws on what a client sends. */
export function answer(world: readonly Workspace[], request: ApiRequest, present: Present): Reply {
  const found = find(request.path);
  if (!found) return refusal(404, "no such endpoint");
  if (request.method !== "GET") return refusal(405, `method ${request.method} is not allowed here`, { allow: "GET" });
  const workspace = authorize(world, request, found.workspace);
  return "status" in workspace ? workspace : found.row.answer(workspace, request, present);
}
