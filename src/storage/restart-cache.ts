import { createHash, createHmac } from "node:crypto";
import path from "node:path";
import type { WorkspaceStats } from "../api/stats.ts";
import type { Config, WorkspaceConfig } from "../config/config.ts";
import { openDirectory } from "./files.ts";
import { type KeptOfPeople, partsOfStats, statsOfParts } from "./stats-parts.ts";
import { type StoredFile, type StoredFileDeps, createStoredFile } from "./stored-file.ts";

/** What a poll of the statistics brought; the kind of file that keeps it. */
const KIND = "stats";

/** Enough that two workspaces never share a file. */
const NAME_HASH_LENGTH = 12;

/** Keeps nothing, when no directory is configured. */
const NOTHING: StoredFile<WorkspaceStats> = {
  load: () => Promise.resolve(undefined),
  save: () => undefined,
  settled: () => Promise.resolve(),
};

/**
 * Of everything that shapes what a poll brings and what of it is kept. How it is shown does not matter: it is shown
 * anew. Nor does the key, but for a workspace that only the key names; it does not come back out of the hash.
 */
export function fingerprintOf(config: WorkspaceConfig, { names, email }: KeptOfPeople): string {
  const { name, apiKey, api, projects, labelers, totals, windows, poll } = config;
  const asked = {
    name,
    url: api.url,
    endDate: api.endDate,
    projects,
    labelers,
    totals,
    windows: windows.map((window) => window.name),
  };
  const binding = JSON.stringify({ kind: KIND, ...asked, timezone: poll.timezone, names, email });
  return createHmac("sha256", name === undefined ? apiKey : "")
    .update(binding)
    .digest("hex");
}

/** `<workspace>-<hash>.stats.json`; the hash tells apart what the same name stands for in other places. */
export function fileNameOf({ name, api }: WorkspaceConfig): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([name, api.url]))
    .digest("hex");
  // A slug is letters, digits, - and _: safe in a file's name.
  return `${name ?? "unnamed"}-${hash.slice(0, NAME_HASH_LENGTH)}.${KIND}.json`;
}

/**
 * The workspaces in the order of the configuration, each with its file.
 * @throws ConfigError when the directory cannot be used
 */
export async function openRestartCache(
  { storage, labelers, workspaces }: Config,
  deps: StoredFileDeps,
): Promise<(readonly [WorkspaceConfig, StoredFile<WorkspaceStats>])[]> {
  const directory = storage.path;
  if (directory === undefined) return workspaces.map((workspace) => [workspace, NOTHING]);
  await openDirectory(directory, deps.files);
  const fileOf = (workspace: WorkspaceConfig) => ({
    path: path.join(directory, fileNameOf(workspace)),
    binding: { kind: KIND, fingerprint: fingerprintOf(workspace, labelers) },
    toParts: (stats: WorkspaceStats) => partsOfStats(stats, labelers),
    fromParts: statsOfParts,
  });
  return workspaces.map((workspace) => [workspace, createStoredFile(fileOf(workspace), deps)]);
}
