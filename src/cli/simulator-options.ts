import { ConfigError } from "../errors.ts";
import { parseFaultScript } from "../simulator/fault-script.ts";
import type { SimulatorOptions } from "../simulator/server.ts";
import type { Host } from "./host.ts";
import { type Options, textOption } from "./options.ts";

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
    throw new ConfigError([`--faults: ${JSON.stringify(path)} is no fault script: ${problem}; see docs/simulator.md`]);
  }
}

/**
 * The simulator's options out of the command line's.
 * @throws ConfigError
 */
export function simulatorOptions(options: Options, host: Host): Omit<SimulatorOptions, "port" | "host"> {
  return {
    seed: wholeNumber(options, "seed", 0, 4_294_967_295) ?? 1,
    projects: wholeNumber(options, "projects", 1, 1_000),
    labelers: wholeNumber(options, "labelers", 1, 1_000),
    faults: readFaults(options, host),
    now: host.clock.now,
  };
}
