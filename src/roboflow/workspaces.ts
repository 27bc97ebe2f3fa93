import { z } from "zod";
import { ApiError } from "../errors.ts";
import type { Redactor } from "../redact.ts";
import { SLUG_RULE, isSlug } from "../untrusted.ts";
import type { Ask } from "./client.ts";

/** `GET /`, by its name in metrics. */
export const ROOT_ENDPOINT = "root";
/** `GET /{workspace}`, by its name in metrics. */
export const WORKSPACE_ENDPOINT = "workspace";

/** Longer names than any workspace has. */
const MAX_NAME_LENGTH = 128;

/** `GET /` with a key names the key's workspace. */
const rootSchema = z.looseObject({ workspace: z.string().min(1).max(MAX_NAME_LENGTH) });

/** A name that is not text counts as absent: the list is asked for its ids. */
const projectSchema = z.looseObject({ id: z.string().min(1), name: z.string().optional().catch(undefined) });

/** `GET /{workspace}` lists projects; their `id` is `workspace/slug`. */
const workspaceSchema = z.looseObject({
  workspace: z.looseObject({ projects: z.array(projectSchema) }),
});

/** A project as `GET /{workspace}` lists it. */
export interface ListedProject {
  readonly slug: string;
  readonly name: string | undefined;
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

/**
 * `GET /`: the slug of the workspace the key belongs to.
 * @throws ApiError
 */
export async function fetchWorkspaceName(ask: Ask, redact: Redactor, signal: AbortSignal): Promise<string> {
  return slugOf((await ask({ endpoint: ROOT_ENDPOINT, path: [""] }, signal)).json, redact);
}

/**
 * `GET /{workspace}`: its projects.
 * @throws ApiError
 */
export async function fetchProjects(
  ask: Ask,
  workspace: string,
  signal: AbortSignal,
): Promise<readonly ListedProject[]> {
  const { json } = await ask({ endpoint: WORKSPACE_ENDPOINT, path: [workspace] }, signal);
  const answer = workspaceSchema.safeParse(json);
  if (!answer.success) throw new ApiError(`GET /${workspace} lists no projects`, { reason: "invalid_schema" });
  return answer.data.workspace.projects.map(({ id, name }) => ({ slug: id.slice(id.lastIndexOf("/") + 1), name }));
}
