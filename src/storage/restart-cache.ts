import { createHash, createHmac } from "node:crypto";
import path from "node:path";
import type { Config, PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import type { Collected, Settings, Source } from "../sources/source.ts";
import { openDirectory } from "./files.ts";
import { type StoredFile, type StoredFileDeps, createStoredFile } from "./stored-file.ts";

/** Enough that two workspaces never share a file. */
const NAME_HASH_LENGTH = 12;

/** Stores nothing, for when no directory is configured. */
const NOTHING: StoredFile<Collected> = {
  load: () => Promise.resolve(undefined),
  save: () => undefined,
  discard: () => undefined,
  settled: () => Promise.resolve(),
};

/** Names the key of people's hashes without giving it away. */
function markOf(hmacKey: string): string {
  return createHmac("sha256", hmacKey).update("roboflow-exporter: identity of labelers").digest("hex");
}

/**
 * Without people's names only those of programs are stored, so which labelers are programs matters then. With
 * `identity: hmac` hashes are stored in place of ids, so the key of the hashes matters.
 */
export function boundOf({ names, email, system, hmacKey }: PeopleConfig): Readonly<Record<string, unknown>> {
  const identity = hmacKey === undefined ? {} : { identity: markOf(hmacKey) };
  return { names, email, ...(names ? {} : { system }), ...identity };
}

/**
 * Covers everything that decides what a poll brings and what of it is stored. How it is shown is left out: it is rendered
 * again. So is the key, except for a workspace that only the key names; the key cannot be computed from the hash.
 */
export function fingerprintOf(source: Source, { workspace, people }: Settings): string {
  const { name, apiKey, api, windows, poll } = workspace;
  const asked = { name, url: api.url, ...source.shapedBy(workspace), windows: windows.map((window) => window.name) };
  const binding = JSON.stringify({ kind: source.name, ...asked, timezone: poll.timezone, ...boundOf(people) });
  return createHmac("sha256", name === undefined ? apiKey : "")
    .update(binding)
    .digest("hex");
}

/**
 * `<workspace>-<hash>.<source>.json`; the hash distinguishes workspaces of the same name at different URLs. If only the key
 * names a workspace, the hash includes the key. The key cannot be computed from it, nor can it be compared with other hashes:
 * its purpose is hashed too.
 */
export function fileNameOf(source: Pick<Source, "name">, { name, api, apiKey }: WorkspaceConfig): string {
  const place = JSON.stringify([name, api.url]);
  const hash =
    name === undefined
      ? createHmac("sha256", apiKey).update(`roboflow-exporter: name of a stored file\n${place}`)
      : createHash("sha256").update(place);
  // A slug is letters, digits, - and _: safe in a file's name.
  return `${name ?? "unnamed"}-${hash.digest("hex").slice(0, NAME_HASH_LENGTH)}.${source.name}.json`;
}

/** Gives the file that stores the data of a source of a workspace. */
export type RestartCache = (source: Source, workspace: WorkspaceConfig) => StoredFile<Collected>;

/**
 * Opens the directory of `--storage.path`, if there is one.
 * @throws ConfigError when the directory cannot be used
 */
export async function openRestartCache({ storage, people }: Config, deps: StoredFileDeps): Promise<RestartCache> {
  const directory = storage.path;
  if (directory === undefined) return () => NOTHING;
  await openDirectory(directory, deps.files);
  return (source, workspace) => {
    const settings = { workspace, people };
    const options = {
      path: path.join(directory, fileNameOf(source, workspace)),
      binding: { kind: source.name, fingerprint: fingerprintOf(source, settings) },
      toParts: (collected: Collected) => collected.parts(),
      fromParts: (parts: readonly unknown[]) => source.restore(parts, settings),
    };
    return createStoredFile(options, deps);
  };
}
