import { bad, type Result } from "../result.ts";
import { type ApiConfig, type ApprovalTarget, TOTALS, type WorkspaceConfig } from "./config.ts";
import type { FileSettings, FileWorkspace } from "./keys.ts";
import { type Path, type Report, SECRET } from "./messages.ts";
import { type ReadFile, readKey, readKeyFile } from "./secrets.ts";
import { DEFAULTS, type Layer, resolvePoll, type Settings } from "./settings.ts";
import type { Checked, Env } from "./sources.ts";
import { resolveCalendar } from "./work-calendar.ts";

/** What was read and has still to be put together. */
export interface Draft {
  readonly file: Checked<FileSettings>;
  /** The variables, as settings of the file. */
  readonly variables: Checked<FileSettings>;
  /** All variables, for `api_key_env`. */
  readonly env: Env;
  readonly readFile: ReadFile;
  readonly report: Report;
}

const KEY_NAMES = ["api_key_file", "api_key_env", "api_key"] as const;
const VARIABLE_NAMES = ["api_key", "api_key_file"] as const;
const NO_KEY_AT_ALL =
  "is not set; set it or ROBOFLOW_API_KEY_FILE, give workspaces[0].api_key_file in the configuration file, " +
  "or try without a key: roboflow-exporter demo";

/** Where the variables have the settings of the one workspace. */
const ONE: Path = ["workspaces", 0];

/** A key, empty when there is none, and the file it stands in. */
type ResolvedKey = Pick<WorkspaceConfig, "apiKey" | "apiKeyFile">;

const NO_KEY: ResolvedKey = { apiKey: "", apiKeyFile: undefined };

function readNamedVariable(name: string, env: Env): Result<string> {
  if (/^[$%]/.test(name)) return bad("is not the name of a variable; write the name alone, without $, braces or %");
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  return text ? readKey(text) : bad("is not set in the environment, or empty; set it or give api_key_file");
}

function readBy(name: (typeof KEY_NAMES)[number], written: string, { env, readFile }: Draft): Result<string> {
  switch (name) {
    case "api_key_file":
      return readKeyFile(written, readFile);
    case "api_key_env":
      return readNamedVariable(written, env);
    case "api_key":
      return readKey(written);
  }
}

/** One place that may give a workspace's key: the file or the environment. */
interface KeySource {
  readonly given: FileWorkspace;
  readonly path: Path;
  readonly source: Checked<FileSettings>;
  /** The keys that may give it. The first that is given counts. */
  readonly names: readonly (typeof KEY_NAMES)[number][];
}

function givenKeys({ given, path, source, names }: KeySource) {
  const all = names.map((name) => ({ name, at: [...path, name], written: given[name] }));
  return all.filter(({ at, written }) => written !== undefined || source.isFlawed(at));
}

function reportSeveral(keys: KeySource, report: Report): void {
  const { nameOf, shown } = keys.source;
  const all = givenKeys(keys);
  const [first, second] = all;
  if (!first || !second || all.every(({ written }) => written === undefined)) return;
  const other = nameOf(first.at).at(-1) ?? "";
  report(nameOf(second.at), `${shown(second.at)} cannot be combined with ${other}; remove one of them`);
}

/** The key of a source; undefined when it gives none. */
function keyFrom(keys: KeySource, draft: Draft): ResolvedKey | undefined {
  const { nameOf, shown } = keys.source;
  const all = givenKeys(keys);
  const used = all.find(({ written }) => written !== undefined);
  // What was given and found flawed has been reported.
  if (used?.written === undefined) return all.length > 0 ? NO_KEY : undefined;
  const key = readBy(used.name, used.written, draft);
  if (key.ok) return { apiKey: key.value, apiKeyFile: used.name === "api_key_file" ? used.written : undefined };
  draft.report(nameOf(used.at), `${shown(used.at)} ${key.problem}`);
  return NO_KEY;
}

function keySources(given: FileWorkspace, path: Path, { file, variables }: Draft): KeySource[] {
  const count = file.data.workspaces?.length ?? 0;
  const [fromEnv = {}] = variables.data.workspaces ?? [];
  const env = { given: fromEnv, path: ONE, source: variables, names: VARIABLE_NAMES };
  const own = { given, path, source: file, names: KEY_NAMES };
  // A list that could not be read may well have held a key.
  return [...(count > 1 ? [] : [env]), ...(file.isFlawed(["workspaces"]) ? [] : [own])];
}

/**
 * The key of a workspace of the file, or of the one workspace there is without any.
 * @returns the key; empty when there is none, which is reported.
 */
function resolveKey(given: FileWorkspace, path: Path, draft: Draft): ResolvedKey {
  const { file, report } = draft;
  const sources = keySources(given, path, draft);
  for (const source of sources) reportSeveral(source, report);
  for (const source of sources) {
    const key = keyFrom(source, draft);
    if (key) return key;
  }
  if ((file.data.workspaces?.length ?? 0) > 0)
    report(path, `${file.shown(path)} has no key; give one of ${KEY_NAMES.join(", ")}`);
  else if (!file.isFlawed(["workspaces"])) report(["ROBOFLOW_API_KEY"], NO_KEY_AT_ALL);
  return NO_KEY;
}

const WHOSE = "because under a filter the API's totals cover only what the filter selects";

const KEY_AS_NAME = `${SECRET} is the API key; give the workspace's slug, as in app.roboflow.com/<slug>`;

/** The filter under which a total can still be had: the one over the same things. */
const FILTER_OF = { project: "projects", labeler: "labelers" } as const;

function reportTotals(given: FileWorkspace, path: Path, { file, report }: Draft): void {
  for (const [index, total] of (given.totals ?? []).entries()) {
    const others = TOTALS.filter((other) => other !== total).map((other) => FILTER_OF[other]);
    for (const filter of others.filter((name) => (given[name] ?? []).length > 0)) {
      const at = [...path, "totals", index];
      report(at, `${file.shown(at)} cannot be combined with the ${filter} filter, ${WHOSE}; remove one of them`);
    }
  }
}

/** The legacy endpoint knows neither slugs nor labelers: asked under a filter it would publish what the filter leaves out. */
function reportLegacy(given: FileWorkspace, path: Path, { file, report }: Draft): void {
  if (given.legacy !== true) return;
  const at = [...path, "legacy"];
  for (const filter of Object.values(FILTER_OF).filter((name) => (given[name] ?? []).length > 0))
    report(
      at,
      `${file.shown(at)} cannot be combined with the ${filter} filter, which the legacy endpoint does not have; remove one of them`,
    );
}

function reportNames(workspaces: readonly FileWorkspace[], { file, variables, report }: Draft): void {
  if (workspaces.length < 2) return;
  const seen = new Set<string>();
  for (const [index, { name: written }] of workspaces.entries()) {
    const name = written?.toLowerCase();
    const path = ["workspaces", index, "name"];
    if (name === undefined) {
      if (!file.isFlawed(path)) report(path, "is missing; with several workspaces, each needs a name");
    } else if (seen.has(name)) {
      report(path, `${file.shown(path)} is given twice; remove one of the workspaces`);
    } else seen.add(name);
  }
  if (variables.data.workspaces?.[0]?.name === undefined) return;
  const path = [...ONE, "name"];
  report(variables.nameOf(path), `${variables.shown(path)} is ambiguous with several workspaces in the file; unset it`);
}

function resolveTarget(given: FileWorkspace["approval_target"]): ApprovalTarget {
  const { default: general, ...projects } = given ?? {};
  return { default: general, projects: new Map(Object.entries(projects)) };
}

function layerOf(settings: Settings, { isFlawed, shown, nameOf }: Checked<FileSettings>, place: Path = []): Layer {
  return {
    settings,
    isFlawed: (path) => isFlawed([...place, ...path]),
    shown: (path) => shown([...place, ...path]),
    nameOf: (path) => nameOf([...place, ...path]),
  };
}

/** The workspace's name; the variable replaces the file's. */
function resolveName(given: FileWorkspace, path: Path, apiKey: string, { file, variables, report }: Draft) {
  const variable = variables.data.workspaces?.[0]?.name;
  const name = variable ?? given.name;
  const at = variable === undefined ? file.nameOf([...path, "name"]) : variables.nameOf([...ONE, "name"]);
  if (name !== undefined && name === apiKey) report(at, KEY_AS_NAME);
  return name;
}

function resolveApi(layers: readonly Layer[]): ApiConfig {
  const api = layers.reduce((merged, { settings }) => ({ ...merged, ...settings.api }), DEFAULTS.api);
  return {
    url: api.url,
    auth: api.auth,
    endDate: api.end_date,
    timeoutMs: api.timeout,
    retries: api.retries,
    maxResponseBytes: api.max_response_bytes,
  };
}

/** A workspace's settings out of all layers, with every default filled in. */
function resolveSettings(layers: readonly Layer[], draft: Draft) {
  const last = <T>(of: (settings: Settings) => T | undefined) =>
    layers.map(({ settings }) => of(settings)).findLast((value) => value !== undefined);
  return {
    api: resolveApi(layers),
    poll: resolvePoll(layers, draft.report),
    calendar: resolveCalendar(layers, draft),
    windows: last(({ windows }) => windows) ?? DEFAULTS.windows,
    exclude: last(({ metrics }) => metrics?.exclude) ?? [],
    seriesLimit: last(({ limits }) => limits?.series) ?? DEFAULTS.limits.series,
  };
}

function resolveWorkspace(given: FileWorkspace, index: number, draft: Draft): WorkspaceConfig {
  const { file, variables } = draft;
  const path = ["workspaces", index];
  reportTotals(given, path, draft);
  reportLegacy(given, path, draft);
  const key = resolveKey(given, path, draft);
  const layers = [layerOf(file.data, file), layerOf(given, file, path), layerOf(variables.data, variables)];
  return {
    name: resolveName(given, path, key.apiKey, draft),
    ...key,
    projects: given.projects ?? [],
    labelers: given.labelers ?? [],
    totals: given.totals ?? [],
    legacy: given.legacy ?? false,
    approvalTarget: resolveTarget(given.approval_target),
    ...resolveSettings(layers, draft),
  };
}

/** The workspaces to poll: those of the file, or else the environment's one. */
export function resolveWorkspaces(draft: Draft): WorkspaceConfig[] {
  const given = draft.file.data.workspaces ?? [];
  reportNames(given, draft);
  return (given.length > 0 ? given : [{}]).map((workspace, index) => resolveWorkspace(workspace, index, draft));
}
