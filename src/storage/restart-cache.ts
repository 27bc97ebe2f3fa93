import { createHash, createHmac } from "node:crypto";
import path from "node:path";
import type { LegacyWorkspaceStats } from "../sources/legacy/fields.ts";
import type { WorkspaceStats } from "../sources/insights/stats.ts";
import type { Config, WorkspaceConfig } from "../config/config.ts";
import { openDirectory } from "./files.ts";
import { legacyStatsOfParts, partsOfLegacyStats } from "../sources/legacy/stored.ts";
import type { KeptOfPeople } from "../sources/stored-parts.ts";
import { partsOfStats, statsOfParts } from "../sources/insights/stored.ts";
import { type StoredFile, type StoredFileDeps, createStoredFile } from "./stored-file.ts";

/** The files that keep what a workspace's polls bring. */
export interface StoredPolls {
  readonly stats: StoredFile<WorkspaceStats>;
  readonly legacy: StoredFile<LegacyWorkspaceStats>;
}

type Kind = keyof StoredPolls;

/** Enough that two workspaces never share a file. */
const NAME_HASH_LENGTH = 12;

/** Keeps nothing: where no directory is configured, or nothing is polled. */
const NOTHING = {
  load: () => Promise.resolve(undefined),
  save: () => undefined,
  discard: () => undefined,
  settled: () => Promise.resolve(),
};

/** Everything that shapes what polls of each kind bring. */
const ASKED: Readonly<Record<Kind, (config: WorkspaceConfig) => Readonly<Record<string, unknown>>>> = {
  stats: ({ api, projects, labelers, totals }) => ({ endDate: api.endDate, projects, labelers, totals }),
  legacy: () => ({}),
};

/** Names of programs are kept even where those of people are not: which, matters then. */
export function boundOf({ names, email, system }: KeptOfPeople): Readonly<Record<string, unknown>> {
  return { names, email, ...(names ? {} : { system }) };
}

/**
 * Of everything that shapes what a poll brings and what of it is kept. How it is shown does not matter: it is shown
 * anew. Nor does the key, but for a workspace that only the key names; it does not come back out of the hash.
 */
export function fingerprintOf(kind: Kind, config: WorkspaceConfig, kept: KeptOfPeople): string {
  const { name, apiKey, api, windows, poll } = config;
  const asked = { name, url: api.url, ...ASKED[kind](config), windows: windows.map((window) => window.name) };
  const binding = JSON.stringify({ kind, ...asked, timezone: poll.timezone, ...boundOf(kept) });
  return createHmac("sha256", name === undefined ? apiKey : "")
    .update(binding)
    .digest("hex");
}

/**
 * `<workspace>-<hash>.<kind>.json`; the hash tells apart what the same name stands for in other places. Where only the key
 * names a workspace the hash is of the key too, of which nothing can be found out by it: its use is part of what is hashed.
 */
export function fileNameOf(kind: Kind, { name, api, apiKey }: WorkspaceConfig): string {
  const place = JSON.stringify([name, api.url]);
  const hash =
    name === undefined
      ? createHmac("sha256", apiKey).update(`roboflow-exporter: name of a stored file\n${place}`)
      : createHash("sha256").update(place);
  // A slug is letters, digits, - and _: safe in a file's name.
  return `${name ?? "unnamed"}-${hash.digest("hex").slice(0, NAME_HASH_LENGTH)}.${kind}.json`;
}

/**
 * The workspaces in the order of the configuration, each with its files.
 * @throws ConfigError when the directory cannot be used
 */
export async function openRestartCache(
  { storage, labelers, workspaces }: Config,
  deps: StoredFileDeps,
): Promise<(readonly [WorkspaceConfig, StoredPolls])[]> {
  const directory = storage.path;
  if (directory === undefined) return workspaces.map((workspace) => [workspace, { stats: NOTHING, legacy: NOTHING }]);
  await openDirectory(directory, deps.files);
  const placeOf = (kind: Kind, workspace: WorkspaceConfig) => ({
    path: path.join(directory, fileNameOf(kind, workspace)),
    binding: { kind, fingerprint: fingerprintOf(kind, workspace, labelers) },
  });
  const statsOf = (workspace: WorkspaceConfig) => {
    const toParts = (stats: WorkspaceStats) => partsOfStats(stats, labelers);
    return createStoredFile({ ...placeOf("stats", workspace), toParts, fromParts: statsOfParts }, deps);
  };
  const legacyOf = (workspace: WorkspaceConfig) => {
    if (!workspace.legacy) return NOTHING;
    const toParts = (stats: LegacyWorkspaceStats) => partsOfLegacyStats(stats, labelers);
    return createStoredFile({ ...placeOf("legacy", workspace), toParts, fromParts: legacyStatsOfParts }, deps);
  };
  return workspaces.map((workspace) => [workspace, { stats: statsOf(workspace), legacy: legacyOf(workspace) }]);
}
