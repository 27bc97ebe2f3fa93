import type { Command } from "commander";
import { listenAddressText } from "../config/config.ts";
import { readerOf, timezone } from "../config/values.ts";
import { ConfigError } from "../errors.ts";
import { listenProblem } from "../http/server.ts";
import { type Behaviour, DEFAULT_BEHAVIOUR, OPEN_QUESTIONS } from "../simulator/deviations.ts";
import { parseFaultScript } from "../simulator/faults.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/server.ts";
import { type Host, stopRequested } from "./host.ts";
import { type Options, textOption, oneAddress } from "./options.ts";

function wholeNumber(options: Options, name: string, min: number, max: number): number | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new ConfigError([`--${name}: ${JSON.stringify(text)} is not a whole number from ${min} to ${max}; give one`]);
}

function readFaults(options: Options, { readFile }: Host): SimulatorOptions["faults"] {
  const path = textOption(options, "faults");
  if (path === undefined) return undefined;
  try {
    return parseFaultScript(readFile(path));
  } catch (error) {
    const problem = error instanceof Error ? error.message : "cannot be read";
    throw new ConfigError([
      `--faults: ${JSON.stringify(path)} is not a fault script: ${problem}; see docs/simulator.md`,
    ]);
  }
}

/** The flag of an option in camel case. */
function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Adds the options of the simulated workspaces, and one for each question that the API's documentation leaves open. */
export function addSimulatorOptions(command: Command): Command {
  command
    .option("--projects <number>", "number of projects in the first workspace")
    .option("--labelers <number>", "number of labelers in the first workspace")
    .option("--seed <number>", "seed of the simulated history", "1")
    .option("--faults <file>", "JSON file with a fault script");
  for (const [name, { words, meaning }] of Object.entries(OPEN_QUESTIONS))
    command.option(`${flagOf(name)} <word>`, `${meaning}: ${words.join(", ")} (default: ${words[0]})`);
  return command.option("--time-zone <zone>", "IANA zone of the API's days (default: UTC)");
}

function oneOf<T extends string>(options: Options, name: string, words: readonly [T, ...T[]]): T {
  const text = textOption(options, name) ?? words[0];
  const word = words.find((known) => known === text);
  if (word !== undefined) return word;
  throw new ConfigError([
    `${flagOf(name)}: ${JSON.stringify(text)} is not one of ${words.join(", ")}; use one of them`,
  ]);
}

const readTimezone = readerOf(timezone());

function timeZone(options: Options): string {
  const text = textOption(options, "timeZone") ?? DEFAULT_BEHAVIOUR.timeZone;
  const reading = readTimezone(text);
  if (reading.ok) return reading.value;
  throw new ConfigError([`--time-zone: ${JSON.stringify(text)} ${reading.problem}`]);
}

function behaviour(options: Options): Behaviour {
  const { workspaceStats, endDate, auth, filter, approvalOfNothing, fields, stats } = OPEN_QUESTIONS;
  return {
    workspaceStats: oneOf(options, "workspaceStats", workspaceStats.words),
    endDate: oneOf(options, "endDate", endDate.words),
    auth: oneOf(options, "auth", auth.words),
    filter: oneOf(options, "filter", filter.words),
    approvalOfNothing: oneOf(options, "approvalOfNothing", approvalOfNothing.words),
    fields: oneOf(options, "fields", fields.words),
    stats: oneOf(options, "stats", stats.words),
    timeZone: timeZone(options),
  };
}

/**
 * Reads the simulator's options from the command line.
 * @throws ConfigError
 */
export function simulatorOptions(options: Options, host: Host): Omit<SimulatorOptions, "port" | "host"> {
  return {
    seed: wholeNumber(options, "seed", 0, 4_294_967_295) ?? 1,
    projects: wholeNumber(options, "projects", 1, 1_000),
    labelers: wholeNumber(options, "labelers", 1, 1_000),
    faults: readFaults(options, host),
    behaviour: behaviour(options),
    now: host.clock.now,
  };
}

/** Not the exporter's port, so that both can run on one machine. */
export const SIMULATOR_ADDRESS = "127.0.0.1:17627";

/** Runs the simulator alone, and says how to point an exporter at it. */
export async function runSimulator(options: Options, host: Host): Promise<number> {
  const address = oneAddress(options, SIMULATOR_ADDRESS);
  const simulator = await startSimulator({ ...simulatorOptions(options, host), ...address }).catch((error: unknown) => {
    throw error instanceof Error ? listenProblem(listenAddressText(address), error) : error;
  });
  host.stdout.write(`The simulated API is at ${simulator.url}. Point an exporter at it with\n`);
  for (const { name, apiKey } of simulator.workspaces)
    host.stdout.write(`  ROBOFLOW_API_URL=${simulator.url} ROBOFLOW_WORKSPACE=${name} ROBOFLOW_API_KEY=${apiKey}\n`);
  await stopRequested(host);
  await simulator.close();
  return 0;
}
