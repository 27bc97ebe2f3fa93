import { addDays, calendarDay } from "../calendar/windows.ts";
import type { Config } from "../config/config.ts";
import { knownKeysIn } from "../config/keys.ts";
import { type LoadedConfig, readAll } from "../config/load.ts";
import type { Flags } from "../config/inputs.ts";
import { DATA_METRICS } from "../exposition/catalogue.ts";
import { isCronExpression } from "../poller/timetable.ts";
import { type SimulatedWorkspace, type Simulator, startSimulator } from "../simulator/server.ts";
import type { Host } from "./host.ts";
import { type Options, flagsFrom } from "./options.ts";
import { SOURCES } from "../sources/sources.ts";
import { serve } from "./serve.ts";
import { simulatorOptions } from "./simulate.ts";

const CONFIG_NAME = "demo.yaml";
const DEFAULT_ADDRESS = "127.0.0.1:17626";

const WORKSPACE_KEYS = knownKeysIn("workspaces[]");

/** Sources that a workspace turns on by a key of their name. */
const OPTIONAL_SOURCES = SOURCES.map(({ name }) => name).filter((name) => WORKSPACE_KEYS.includes(name));

/** How often those are polled: often enough to see the work go on. */
const INTERVAL = "30s";

/** A source's interval stands among its own keys, or among those of all polls. */
const hasOwnInterval = (name: string) => knownKeysIn(`workspaces[].${name}`).includes("interval");

/** The keys that turn the optional sources on. */
function optionalSources(): Readonly<Record<string, unknown>> {
  const keyOf = (name: string) => (hasOwnInterval(name) ? { interval: INTERVAL } : true);
  return Object.fromEntries(OPTIONAL_SOURCES.map((name) => [name, keyOf(name)]));
}

/** The intervals of those that have none among their own keys. */
function pollIntervals(): Readonly<Record<string, string>> {
  const names = OPTIONAL_SOURCES.filter((name) => !hasOwnInterval(name));
  return Object.fromEntries(names.map((name) => [`${name}_interval`, INTERVAL]));
}

/** Two teams of all workspaces. The last labeler of each workspace is in none, as people may be. */
export function demoTeams(workspaces: Simulator["workspaces"]): Readonly<Record<string, readonly string[]>> {
  const everyOther = (first: number) =>
    workspaces.flatMap(({ labelers }) =>
      labelers
        .slice(0, -1)
        .filter((_, index) => index % 2 === first)
        .map(({ id }) => id),
    );
  return { "In-house": everyOther(0), Agency: everyOther(1) };
}

/** What an hour of labeling costs. */
const COST_PER_HOUR = 15;
const DAYS_TO_DEADLINE = 28;

/** One project has a day by which it is to be done. */
function demoDeadline([first]: SimulatedWorkspace["projects"], nowMs: number): Readonly<Record<string, string>> {
  return first ? { [first.slug]: addDays(calendarDay(nowMs, "UTC"), DAYS_TO_DEADLINE) } : {};
}

/** The configuration file. JSON is YAML, so texts need no escaping. */
function demoYaml({ url, workspaces }: Pick<Simulator, "url" | "workspaces">, nowMs: number): string {
  return JSON.stringify({
    api: { url },
    poll: { interval: "10s", jitter: "1s", startup_spread: "0s", ...pollIntervals() },
    people: { teams: demoTeams(workspaces) },
    workspaces: workspaces.map(({ name, apiKey, projects }, index) => ({
      ...{ name, api_key: apiKey, approval_target: 0.9 },
      // The first workspace has every source and what needs one, the others only what all workspaces have.
      ...(index === 0 && {
        ...optionalSources(),
        ...{ cost_per_hour: COST_PER_HOUR, deadline: demoDeadline(projects, nowMs) },
      }),
    })),
  });
}

function demoFlags(options: Options): Flags {
  const flags = flagsFrom(options);
  return { ...flags, configFile: CONFIG_NAME, listenAddresses: flags.listenAddresses ?? [DEFAULT_ADDRESS] };
}

/** Loaded like any other configuration; only the file does not exist on disk. */
function demoConfig(simulator: Simulator, options: Options, nowMs: number): LoadedConfig {
  const loaded = readAll({
    // The demo must not use the user's own key and workspace.
    env: {},
    flags: demoFlags(options),
    readFile: () => demoYaml(simulator, nowMs),
    isCronExpression,
    knownMetrics: DATA_METRICS.map(({ name }) => name),
  });
  return { ...loaded, config: { ...loaded.config, isDemo: true } };
}

function whereToLook(url: string, simulator: Simulator, { web }: Config): string {
  return [
    `The exporter runs on simulated workspaces (${simulator.workspaces.map(({ name }) => name).join(", ")}).`,
    `  Metrics    ${url}${web.telemetryPath}`,
    `  Page       ${url}/`,
    `  Readiness  ${url}/-/ready`,
    `  Simulator  ${simulator.url}`,
    "Ctrl-C stops both.",
    "",
  ].join("\n");
}

/** Runs the simulator and the exporter on it. */
export async function runDemo(options: Options, host: Host): Promise<number> {
  const simulator = await startSimulator({ ...simulatorOptions(options, host), port: 0 });
  try {
    const nowMs = host.clock.now();
    const loaded = demoConfig(simulator, options, nowMs);
    // Without the environment: a proxy could not reach the simulator on this machine.
    const readAgain = () => demoConfig(simulator, options, nowMs);
    return await serve({ loaded, readAgain }, { ...host, env: {} }, ({ urls }) => {
      host.stdout.write(whereToLook(urls[0] ?? "", simulator, loaded.config));
    });
  } finally {
    await simulator.close();
  }
}
