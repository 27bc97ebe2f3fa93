import type { Command } from "commander";
import { hours } from "../config/units.ts";
import { approvalTarget, readerOf, timezone, url } from "../config/values.ts";
import { good, type Reader } from "../result.ts";
import { RULES_FORMATS, type RulesFormat, printRules, rulesFiles } from "../rules/rules.ts";
import { DEFAULTS, type Parameters } from "../rules/parameters.ts";
import type { Host } from "./host.ts";
import type { Options } from "./options.ts";
import { createPlaceReader, deliverTexts, readSeverities, readWord } from "./place.ts";

const AFTER_HELP = `
The rules take working days and hours from each workspace's calendar, as the exporter publishes it. --timezone and
--working-hours are for workspaces without a calendar, and for the hours in which the example of Alertmanager's
configuration sends messages about people's work.`;

/** Adds the options of `rules`. */
export function addRulesOptions(command: Command): Command {
  return command
    .option("--format <format>", `${RULES_FORMATS.join(", ")} (default: rules, one file for rule_files)`)
    .option("--output-dir <directory>", "write files into it instead of printing: with rules those of prometheus/rules")
    .option("--runbook-base-url <url>", `where the runbooks are (default: ${DEFAULTS.links.runbooks}, a path)`)
    .option("--dashboard-base-url <url>", `where Grafana is (default: ${DEFAULTS.links.dashboards})`)
    .option("--target <ratio>", `target of projects without approval_target (default: ${DEFAULTS.defaultTarget})`)
    .option("--severity-map <pairs>", "other values of the label severity, such as critical=page,warning=ticket")
    .option("--timezone <zone>", `zone of the working hours (default: ${DEFAULTS.notify.timezone})`)
    .option(
      "--working-hours <span>",
      "hours of work, Monday to Friday (default: 09:00-18:00, and 08:00-18:00 for messages)",
    )
    .addHelpText("after", AFTER_HELP);
}

const readTarget: Reader<number> = (written) => {
  const text = String(written);
  const targets = readerOf(approvalTarget())(/^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN);
  return targets.ok ? good(targets.value["default"] ?? NaN) : targets;
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
  const { read, finish } = createPlaceReader(options);
  const { links, notify, workday } = DEFAULTS;
  const zone = read("timezone", readerOf(timezone()), notify.timezone);
  const span = read("working-hours", readerOf(hours()), undefined);
  const made: RulesOptions = {
    format: read("format", readWord("format", RULES_FORMATS), "rules"),
    parameters: {
      ...DEFAULTS,
      defaultTarget: read("target", readTarget, DEFAULTS.defaultTarget),
      links: {
        runbooks: read("runbook-base-url", readerOf(url()), links.runbooks),
        dashboards: read("dashboard-base-url", readerOf(url()), links.dashboards),
      },
      severities: read("severity-map", readSeverities, DEFAULTS.severities),
      notify: { ...notify, ...span, timezone: zone },
      workday: { ...workday, ...(span && { from: span.from / 60, to: span.to / 60 }), timezone: zone },
    },
  };
  finish();
  return made;
}

/** Prints the rules for the place where they are used, or writes their files. */
export function runRules(options: Options, host: Host): Promise<number> {
  const { format, parameters } = readRulesOptions(options);
  return deliverTexts(
    options,
    { printed: () => printRules(format, parameters), files: () => rulesFiles(format, parameters) },
    host,
  );
}
