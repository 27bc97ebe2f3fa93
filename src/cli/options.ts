import { type Command, Option } from "commander";
import { type ListenAddress, readListenAddress } from "../config/config.ts";
import { FLAGS, VARIABLES } from "../config/keys.ts";
import type { Flags } from "../config/inputs.ts";
import { defaultText, exampleText, namesOf, type Row } from "../config/table.ts";
import { ConfigError } from "../errors.ts";

/** Options as commander hands them over: texts and lists of texts, by their dotted names in camel case. */
export type Options = Readonly<Record<string, unknown>>;

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** A note in the style of `--help`: with type and default, without the marks of Markdown. */
function plainNote(row: Row): string {
  const otherwise = defaultText(row);
  // A type of one word, such as path, says no more than the placeholder.
  const facts = [
    ...(row.type.includes(" ") ? [row.type] : []),
    ...(otherwise === undefined ? [] : [`default: ${otherwise}`]),
  ];
  const text = facts.length === 0 ? row.note : `${row.note} (${facts.join("; ")})`;
  return text.replaceAll("`", "");
}

function indented(text: string): string {
  return text.replaceAll(/(.{1,74})(?: |$)/g, "      $1\n").trimEnd();
}

/** A flag of the configuration, as commander takes it. */
function flagOption(row: Row): Option {
  const note = plainNote(row).replace(/^./, (letter) => letter.toLowerCase());
  const placeholder = row.flag?.[1];
  const option = new Option(placeholder === undefined ? row.name : `${row.name} <${placeholder}>`, note);
  return row.isList ? option.argParser(collect) : option;
}

const hasPrefix = (prefixes: readonly string[]) => (row: Row) => prefixes.some((prefix) => row.name.startsWith(prefix));

/** Adds the flags of the configuration whose names begin with one of the prefixes. */
export function addFlags(command: Command, ...prefixes: readonly string[]): Command {
  for (const row of FLAGS.filter(hasPrefix(prefixes))) command.addOption(flagOption(row));
  return command;
}

/** Adds `--config.check`, which {@link addFlags} does not: no configuration reads it. */
export function addCheck(command: Command): Command {
  return command.option("--config.check", "check the configuration, print it with all defaults, and exit");
}

/** Adds the flags of the exporter's configuration to a command that reads it, but does not serve. */
export function addConfigurationFlags(command: Command): Command {
  const isShown = hasPrefix(["--config."]);
  addCheck(addFlags(command.allowExcessArguments(false), "--config."));
  // They have no effect here, but a command line with them is valid.
  for (const row of FLAGS.filter((one) => !isShown(one))) command.addOption(flagOption(row).hideHelp());
  return command.addHelpText("after", "\nFor environment variables and all flags see roboflow-exporter --help.");
}

/** Adds the flags of commands that read the exporter's configuration, but do not serve. */
export function addConfigurationOptions(command: Command): Command {
  return addConfigurationFlags(command).option("--workspace <name>", "only this workspace of the configuration");
}

/** Adds the flags of the HTTP server and the log, which the exporter and the demo share. */
export function addServerOptions(command: Command): Command {
  return addFlags(command, "--web.", "--log.");
}

/** The value of `--web.listen-address`, which may stand before the command's name or after it. */
export function addressText(options: Options, otherwise: string): string {
  const given = options["web.listenAddress"];
  return Array.isArray(given) ? given.join() : (textOption(options, "web.listenAddress") ?? otherwise);
}

/**
 * Reads the one `HOST:PORT` of a command that has only one.
 * @throws ConfigError
 */
export function oneAddress(options: Options, otherwise: string): ListenAddress {
  const text = addressText(options, otherwise);
  const reading = readListenAddress(text);
  if (reading.ok) return reading.value;
  throw new ConfigError([`--web.listen-address: ${JSON.stringify(text)} ${reading.problem}`]);
}

/** A variable with a value, as a shell takes it. */
function assignment(row: Row): string {
  const value = exampleText(row);
  return `${row.name}=${/[\s*]/.test(value) ? `"${value}"` : value}`;
}

/** The environment variables in `--help`. */
export function variablesHelp(): string {
  const lines = VARIABLES.flatMap((row) => {
    const [, ...others] = namesOf(row);
    const also = others.map((name) => ` (or ${name})`).join("");
    return [`  ${assignment(row)}${also}`, indented(plainNote(row))];
  });
  return [
    "",
    "Environment variables, each with an example. They override the file for every",
    "workspace; the API key and the workspace apply only if there is just one.",
    ...lines,
    "",
    "Examples:",
    "  $ ROBOFLOW_API_KEY_FILE=/run/secrets/roboflow-key roboflow-exporter",
    "  $ roboflow-exporter --config.file=roboflow-exporter.yml --config.check",
    "  $ roboflow-exporter demo",
  ].join("\n");
}

/** The text of an option, if it was given. */
export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

/** The name under which commander has the value of a flag: `web.listenAddress` of `--web.listen-address`. */
export function attributeOf(flag: string): string {
  return flag.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The flags that the configuration reads. */
export function flagsFrom(options: Options): Flags {
  return Object.fromEntries(FLAGS.map(({ path, name }) => [path, options[attributeOf(name)]]));
}
