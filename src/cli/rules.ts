import type { Command } from "commander";
import { showValue } from "../config/messages.ts";
import { hours } from "../config/units.ts";
import { approvalTarget, readerOf, timezone, url } from "../config/values.ts";
import { ConfigError } from "../errors.ts";
import { hint } from "../nearest.ts";
import { bad, good, type Reader } from "../result.ts";
import { RULES_FORMATS, type RulesFormat, printRules } from "../rules/rules.ts";
import { DEFAULTS, type Parameters } from "../rules/parameters.ts";
import type { Host } from "./host.ts";
import { attributeOf, type Options, textOption } from "./options.ts";

const AFTER_HELP = `
The rules take working days and hours from each workspace's calendar, as the exporter publishes it. --timezone and
--working-hours are for alertmanager-example: the hours in which it sends messages about people's work.`;

/** Adds the options of `rules`. */
export function addRulesOptions(command: Command): Command {
  return command
    .option("--format <format>", `${RULES_FORMATS.join(", ")} (default: rules, one file for rule_files)`)
    .option("--runbook-base-url <url>", `where the runbooks are (default: ${DEFAULTS.links.runbooks}, a path)`)
    .option("--dashboard-base-url <url>", `where Grafana is (default: ${DEFAULTS.links.dashboards})`)
    .option("--target <ratio>", `target of projects without approval_target (default: ${DEFAULTS.defaultTarget})`)
    .option("--severity-map <pairs>", "other values of the label severity, such as critical=page,warning=ticket")
    .option("--timezone <zone>", `zone of the working hours (default: ${DEFAULTS.notify.timezone})`)
    .option(
      "--working-hours <span>",
      "when messages about people's work are sent, Monday to Friday (default: 08:00-18:00)",
    )
    .addHelpText("after", AFTER_HELP);
}

const readFormat: Reader<RulesFormat> = (written) => {
  const format = RULES_FORMATS.find((name) => name === written);
  return format ? good(format) : bad(`is not a format; ${hint(String(written), RULES_FORMATS, "--help")}`);
};

const readTarget: Reader<number> = (written) => {
  const text = String(written);
  const targets = readerOf(approvalTarget())(/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN);
  return targets.ok ? good(targets.value["default"] ?? NaN) : targets;
};

type Severities = Parameters["severities"];

/** What every tool takes as the value of a label without quotes. */
const WORD = /^[A-Za-z][\w-]*$/;

const readSeverities: Reader<Severities> = (written) => {
  const pairs = String(written)
    .split(",")
    .map((pair) => pair.split("=").map((part) => part.trim()));
  if (pairs.some(([, value, more]) => value === undefined || !WORD.test(value) || more !== undefined))
    return bad("is not a list of severities and other words for them; write it as critical=page,warning=ticket");
  const known = Object.keys(DEFAULTS.severities);
  const unknown = pairs.map(([name = ""]) => name).find((name) => !known.includes(name));
  if (unknown !== undefined) return bad(`names ${JSON.stringify(unknown)}; ${hint(unknown, known, "--help")}`);
  return good({ ...DEFAULTS.severities, ...Object.fromEntries(pairs) });
};

/** What `rules` prints. */
interface RulesOptions {
  readonly format: RulesFormat;
  readonly parameters: Parameters;
}

/**
 * Reads the options of `rules`.
 * @throws ConfigError with every problem found
 */
function readRulesOptions(options: Options): RulesOptions {
  const problems: string[] = [];
  const read = <T>(name: string, reader: Reader<T>, otherwise: T): T => {
    const text = textOption(options, attributeOf(`--${name}`));
    const reading = text === undefined ? good(otherwise) : reader(text);
    if (reading.ok) return reading.value;
    problems.push(`--${name}: ${showValue(text)} ${reading.problem}`);
    return otherwise;
  };
  const { links, notify } = DEFAULTS;
  const made: RulesOptions = {
    format: read("format", readFormat, "rules"),
    parameters: {
      ...DEFAULTS,
      defaultTarget: read("target", readTarget, DEFAULTS.defaultTarget),
      links: {
        runbooks: read("runbook-base-url", readerOf(url()), links.runbooks),
        dashboards: read("dashboard-base-url", readerOf(url()), links.dashboards),
      },
      severities: read("severity-map", readSeverities, DEFAULTS.severities),
      notify: {
        timezone: read("timezone", readerOf(timezone()), notify.timezone),
        ...read("working-hours", readerOf(hours()), { from: notify.from, to: notify.to }),
      },
    },
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return made;
}

/** Prints the rules for the place where they are used. */
export function runRules(options: Options, { stdout }: Host): Promise<number> {
  const { format, parameters } = readRulesOptions(options);
  stdout.write(printRules(format, parameters));
  return Promise.resolve(0);
}
