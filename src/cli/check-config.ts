import type { Config, WorkspaceConfig } from "../config/config.ts";
import { FILE_KEYS, FLAGS, rowOf } from "../config/keys.ts";
import type { LoadedConfig } from "../config/load.ts";
import { type Path, SECRET } from "../config/messages.ts";
import { defaultText, type Row } from "../config/table.ts";
import { pollsPerDay } from "../poller/cron.ts";
import { createRedactor } from "../redact.ts";
import { SOURCES } from "../sources/sources.ts";
import { checkWebConfig } from "../web-config/web-config.ts";
import { loadConfiguration, nameOf, secretsOf, writeWarnings } from "./configuration.ts";
import { createFirstRedactor } from "./early-errors.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";

/** A key and its effective value, as text. */
type Setting = readonly [key: string, value: string];

const PREFIX = "workspaces[].";
/** The type of a key that is a boolean, or a mapping that means true. */
const SWITCHABLE = "boolean or mapping";
const isLeaf = ({ type }: Row) => type !== "mapping";

/** The keys of a workspace, except its name and the ways to give its API key. */
const WORKSPACE_KEYS = FILE_KEYS.filter(isLeaf)
  .filter(({ path }) => path.startsWith(PREFIX) && !/^workspaces\[\]\.(?:name|api_key\w*)$/.test(path))
  .map(({ path }) => path.slice(PREFIX.length));

/** The keys that hold for every workspace alike. */
const COMMON_KEYS = FILE_KEYS.filter(isLeaf)
  .map(({ path }) => path)
  .filter((path) => !path.startsWith("workspaces") && !WORKSPACE_KEYS.includes(path));

function valueText(written: unknown, row: Row | undefined): string | undefined {
  if (written === undefined) return row && defaultText(row)?.replaceAll("`", "");
  if (row?.show?.(written) === SECRET) return SECRET;
  // Its keys have lines of their own.
  if (row?.type === SWITCHABLE && typeof written === "object") return "true";
  if (Array.isArray(written)) return written.join(", ");
  return typeof written === "string" ? written : JSON.stringify(written);
}

function settingOf(key: string, written: unknown, row: Row | undefined): Setting[] {
  const text = valueText(written, row);
  return text === undefined ? [] : [[key, text]];
}

function commonSettings({ flags, file }: LoadedConfig): Setting[] {
  return [
    ...FLAGS.flatMap((row) => settingOf(row.name, flags.written([row.path]), row)),
    ...COMMON_KEYS.flatMap((key) => settingOf(key, file.written(key.split(".")), rowOf(key))),
  ];
}

/** The key above a key, where it can be switched off. */
function switchOf(key: string): string | undefined {
  const [holder = ""] = key.split(".", 1);
  return key.includes(".") && rowOf(PREFIX + holder)?.type === SWITCHABLE ? holder : undefined;
}

/**
 * Whether a key has no effect, because of the others.
 * @param written what stands at a path of the workspace
 */
function isIdle(key: string, { poll, calendar }: WorkspaceConfig, written: (path: Path) => unknown): boolean {
  if (key.startsWith("calendar.")) return calendar === undefined;
  const holder = switchOf(key);
  if (holder !== undefined) return [undefined, null, false].some((off) => written([holder]) === off);
  return key === (poll.schedule.kind === "cron" ? "poll.interval" : "poll.schedule");
}

function workspaceSettings(workspace: WorkspaceConfig, index: number, { file, variables }: LoadedConfig): Setting[] {
  const apiKey: Setting =
    workspace.apiKeyFile === undefined ? ["api_key", SECRET] : ["api_key_file", workspace.apiKeyFile];
  const ownPath = (path: Path) => ["workspaces", index, ...path];
  const isHeld = (key: string) => !isIdle(key, workspace, (path) => file.written(ownPath(path)));
  const others = WORKSPACE_KEYS.filter(isHeld).flatMap((key) => {
    const path = key.split(".");
    const own = ownPath(path);
    return settingOf(
      key,
      variables.written(path) ?? file.written(own) ?? file.written(path),
      rowOf(key) ?? rowOf(PREFIX + key),
    );
  });
  return [apiKey, ...others];
}

/** What a workspace costs, by source: requests of a poll, and polls of a day. */
function costsOf(workspace: WorkspaceConfig, nowMs: number) {
  return SOURCES.flatMap((source) => {
    const plan = source.plan(workspace);
    if (!plan) return [];
    const [requests, polls] = [source.requests(workspace), pollsPerDay(plan.schedule, workspace.poll.timezone, nowMs)];
    return [{ name: source.name, requests, polls, perDay: requests * polls }];
  });
}

function costText(workspace: WorkspaceConfig, nowMs: number): string {
  const costs = costsOf(workspace, nowMs);
  const perDay = Math.round(costs.reduce((sum, cost) => sum + cost.perDay, 0));
  const parts = costs.map(({ name, requests, polls }) => `${name} ${requests} × ${Number(polls.toFixed(1))}`);
  const totals = workspace.totals.length > 0 ? "; those for totals come on top" : "";
  return `about ${perDay} requests a day (${parts.join(", ")} polls)${totals}`;
}

function lines(settings: readonly Setting[], indent: string): string {
  const width = Math.max(...settings.map(([key]) => key.length));
  return settings.map(([key, value]) => `${indent}${key.padEnd(width)}  ${value}\n`).join("");
}

/** Every effective setting, defaults included, and the number of requests a day. */
function settingsText(loaded: LoadedConfig, nowMs: number): string {
  const workspaces = loaded.config.workspaces.map((workspace, index) => {
    const settings = lines(workspaceSettings(workspace, index, loaded), "  ");
    return `\n${nameOf(workspace)}: ${costText(workspace, nowMs)}\n${settings}`;
  });
  return [lines(commonSettings(loaded), ""), ...workspaces].join("");
}

function validText({ workspaces }: Config): string {
  return `The configuration is valid: ${workspaces.map(nameOf).join(", ")}.\n\n`;
}

/** Reads the configuration and prints what follows from it, without asking the API. */
export async function runCheck(options: Options, host: Host): Promise<number> {
  const loaded = loadConfiguration(options, host);
  const { configFile } = loaded.config.web;
  if (configFile !== undefined) await checkWebConfig(configFile, host.files);
  writeWarnings(loaded.config, host);
  const redact = createRedactor(secretsOf(loaded.config));
  const redactFirst = createFirstRedactor(host, Object.values(options));
  host.stdout.write(redact(redactFirst(validText(loaded.config) + settingsText(loaded, host.clock.now()))));
  return 0;
}
