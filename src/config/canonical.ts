import { createHash } from "node:crypto";
import type { Config, PeopleConfig, WorkspaceConfig } from "./config.ts";

const byText = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1);

/** A value as JSON has it, with everything in order whose order means nothing. */
function inOrder(value: unknown): unknown {
  if (value instanceof Set) return [...value].map((item) => JSON.stringify(inOrder(item))).toSorted();
  if (value instanceof Map)
    return [...value].map(([key, item]) => [String(key), inOrder(item)] as const).toSorted(byText);
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, inOrder(item)] as const);
  return Object.fromEntries(entries.toSorted(byText));
}

/** Settings as one text. Equal settings have equal texts, in every process. */
function canonicalText(settings: object): string {
  return JSON.stringify(inOrder(settings));
}

/** By the settings, which never change: people are the same for hundreds of workspaces. */
const texts = new WeakMap<object, string>();

function textOnce(settings: object, shown: object): string {
  const text = texts.get(settings) ?? canonicalText(shown);
  texts.set(settings, text);
  return text;
}

/**
 * All that decides how a workspace is polled and shown, as one text that holds secrets. A key from a file is left out: it
 * is read again before each request.
 */
export function workspaceText(workspace: WorkspaceConfig, people: PeopleConfig): string {
  const apiKey = workspace.apiKeyFile === undefined ? workspace.apiKey : undefined;
  return `${textOnce(workspace, { ...workspace, apiKey })}\n${textOnce(people, people)}`;
}

/**
 * SHA-256 of all settings that come from the file and the environment, in hex. Without secrets, so that nobody can try out
 * keys on it, and without flags, which differ from process to process.
 */
export function configHash({
  workspaces,
  people,
  requests,
}: Pick<Config, "workspaces" | "people" | "requests">): string {
  const open = {
    workspaces: workspaces.map((workspace) => ({ ...workspace, apiKey: undefined })),
    people: { ...people, hmacKey: people.hmacKey !== undefined },
    requests,
  };
  return createHash("sha256").update(canonicalText(open)).digest("hex");
}
