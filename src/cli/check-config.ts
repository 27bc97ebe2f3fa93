import type { Config, WorkspaceConfig } from "../config/config.ts";
import { FILE_KEYS, FLAGS, rowOf } from "../config/keys.ts";
import type { LoadedConfig } from "../config/load.ts";
import { SECRET } from "../config/messages.ts";
import { shardOf, shardText } from "../config/shards.ts";
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

/** Whether a key has no effect, because of the others. */
function isIdle(key: string, { poll, calendar }: WorkspaceConfig): boolean {
  if (key.startsWith("calendar.")) return calendar === undefined;
  return key === (poll.schedule.kind === "cron" ? "poll.interval" : "poll.schedule");
}

function workspaceSettings(workspace: WorkspaceConfig, index: number, { file, variables }: LoadedConfig): Setting[] {
  const apiKey: Setting =
    workspace.apiKeyFile === undefined ? ["api_key", SECRET] : ["api_key_file", workspace.apiKeyFile];
  const others = WORKSPACE_KEYS.filter((key) => !isIdle(key, workspace)).flatMap((key) => {
    const path = key.split(".");
    const own = ["workspaces", index, ...path];
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

/** Which workspaces each shard polls. */
function shardsText({ shard, workspaces }: Config): string {
  if (!shard) return "";
  const placed = workspaces.map((workspace) => ({
    name: nameOf(workspace),
    at: shardOf(workspace.name ?? "", shard.count),
  }));
  const lines = Array.from({ length: shard.count }, (_, index) => {
    const names = placed.filter(({ at }) => at === index).map(({ name }) => name);
    return `shard ${shardText({ ...shard, index })}: ${names.join(", ") || "no workspace"}\n`;
  });
  return `${lines.join("")}\n`;
}

function validText(config: Config): string {
  return `The configuration is valid: ${config.workspaces.map(nameOf).join(", ")}.\n\n${shardsText(config)}`;
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
