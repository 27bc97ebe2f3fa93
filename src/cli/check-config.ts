import type { Config, WorkspaceConfig } from "../config/config.ts";
import { type EffectiveSetting, effectiveConfig } from "../config/effective.ts";
import type { LoadedConfig } from "../config/load.ts";
import { shardOf, shardText } from "../config/shards.ts";
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

function valueText({ value, otherwise }: EffectiveSetting): string {
  if (otherwise !== undefined) return otherwise;
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

const settingText = (setting: EffectiveSetting): Setting => [setting.key, valueText(setting)];

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
  const { flags, common, workspaces } = effectiveConfig(loaded);
  const parts = loaded.config.workspaces.map((workspace, index) => {
    const settings = (workspaces[index] ?? []).filter(({ key }) => key !== "name").map(settingText);
    return `\n${nameOf(workspace)}: ${costText(workspace, nowMs)}\n${lines(settings, "  ")}`;
  });
  return [lines([...flags, ...common].map(settingText), ""), ...parts].join("");
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
