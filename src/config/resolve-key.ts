import type { WorkspaceConfig } from "./config.ts";
import type { Draft } from "./draft.ts";
import type { FileWorkspace } from "./file-schema.ts";
import type { Path } from "./problem.ts";
import { bad, good, type Reading } from "./reading.ts";
import { readKey, readKeyFile } from "./secrets.ts";
import { SECRET } from "./show.ts";

const SOURCES = ["api_key_file", "api_key_env", "api_key"] as const;
const ENV_SOURCES = ["ROBOFLOW_API_KEY", "ROBOFLOW_API_KEY_FILE"] as const;
const NO_KEY_AT_ALL =
  "is not set; set it or ROBOFLOW_API_KEY_FILE, give workspaces[0].api_key_file in the configuration file, " +
  "or try without a key: roboflow-exporter demo";
const REMEDY = "give one of api_key_file, api_key_env, api_key";

/** A key, empty when there is none, and the file it stands in. */
type ResolvedKey = Pick<WorkspaceConfig, "apiKey" | "apiKeyFile">;

const NO_KEY: ResolvedKey = { apiKey: "", apiKeyFile: undefined };

/** What may be the key itself, given where its file's path belongs: it is not shown. */
function looksLikeKey(path: unknown): boolean {
  return typeof path === "string" && /^[\w-]{16,}$/.test(path) && /\d/.test(path);
}

/** The value of a source as messages show it. */
function shownSource(source: Path, written: unknown, shown: (path: Path) => string): string {
  return looksLikeKey(written) ? SECRET : shown(source);
}

function readNamedVariable(name: string, env: Draft["env"]): Reading<string> {
  if (/^[$%]/.test(name)) return bad("is not the name of a variable; write the name alone, without $, braces or %");
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  return text ? readKey(text) : bad("is not set in the environment, or empty; set it or give api_key_file");
}

function readSource(source: (typeof SOURCES)[number], written: string, draft: Draft): Reading<string> {
  switch (source) {
    case "api_key_file":
      return readKeyFile(written, draft.readFile);
    case "api_key_env":
      return readNamedVariable(written, draft.env);
    case "api_key":
      return readKey(written);
  }
}

function readEnvKey(name: string, { data }: Draft["envSettings"], readFile: Draft["readFile"]): Reading<string> {
  const { ROBOFLOW_API_KEY: text, ROBOFLOW_API_KEY_FILE: file } = data;
  if (name === "ROBOFLOW_API_KEY" && text !== undefined) return readKey(text);
  if (name === "ROBOFLOW_API_KEY_FILE" && file !== undefined) return readKeyFile(file, readFile);
  // Given and found flawed before: nothing more is to be said.
  return good("");
}

/** The key from the environment, for an exporter of at most one workspace; undefined when it gives none. */
function keyFromEnv({ envSettings, readFile, report }: Draft): ResolvedKey | undefined {
  const { data, isFlawed, shown } = envSettings;
  const [first, second] = ENV_SOURCES.filter((name) => data[name] !== undefined || isFlawed([name]));
  if (first === undefined) return undefined;
  if (second && !isFlawed([first]) && !isFlawed([second])) {
    report([second], `${shownSource([second], data[second], shown)} is set beside ${first}; unset one of them`);
  }
  const key = readEnvKey(first, envSettings, readFile);
  const apiKeyFile = first === "ROBOFLOW_API_KEY_FILE" ? data[first] : undefined;
  if (key.ok) return { apiKey: key.value, apiKeyFile };
  report([first], `${shownSource([first], data[first], shown)} ${key.problem}`);
  return NO_KEY;
}

function keyFromFile(given: FileWorkspace, path: Path, draft: Draft): ResolvedKey {
  const source = SOURCES.find((name) => given[name] !== undefined);
  const written = source && given[source];
  if (source === undefined || written === undefined) return NO_KEY;
  const key = readSource(source, written, draft);
  if (key.ok) return { apiKey: key.value, apiKeyFile: source === "api_key_file" ? written : undefined };
  const at = [...path, source];
  draft.report(at, `${shownSource(at, written, draft.file.shown)} ${key.problem}`);
  return NO_KEY;
}

function givenSources(given: FileWorkspace, path: Path, { file }: Draft) {
  return SOURCES.filter((name) => given[name] !== undefined || file.isFlawed([...path, name]));
}

/**
 * The key of a workspace of the file, or of the one workspace there is without any.
 * @returns the key; empty when there is none, which is reported.
 */
export function resolveKey(given: FileWorkspace, index: number, draft: Draft): ResolvedKey {
  const path = ["workspaces", index];
  const { data, isFlawed, shown } = draft.file;
  // A list that could not be read may well have held a key.
  const isLost = isFlawed(["workspaces"]);
  const count = data.workspaces?.length ?? 0;
  const [first, second] = isLost ? [] : givenSources(given, path, draft);
  if (second) {
    const at = [...path, second];
    draft.report(at, `${shownSource(at, given[second], shown)} is given beside ${first}; keep one of them`);
  }
  const fromEnv = count > 1 ? undefined : keyFromEnv(draft);
  if (fromEnv !== undefined) return fromEnv;
  if (first) return keyFromFile(given, path, draft);
  if (count > 0) draft.report(path, `${shown(path)} has no key; ${REMEDY}`);
  else if (!isLost) draft.report(["ROBOFLOW_API_KEY"], NO_KEY_AT_ALL);
  return NO_KEY;
}
