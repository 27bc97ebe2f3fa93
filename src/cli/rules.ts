import { printRules } from "../rules/rules.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { readRulesOptions } from "./rules-options.ts";

/** Prints the rules for the place where they are used. */
export function runRules(options: Options, { stdout }: Host): Promise<number> {
  const { format, parameters } = readRulesOptions(options);
  stdout.write(printRules(format, parameters));
  return Promise.resolve(0);
}
