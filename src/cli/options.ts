import type { Command } from "commander";
import { FLAGS, namesOf, VARIABLES } from "../config/keys.ts";
import type { Flags } from "../config/sources.ts";
import { defaultText, exampleText, type Row } from "../config/table.ts";

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

/** Adds the flags of the configuration whose names begin with one of the prefixes. */
export function addFlags(command: Command, ...prefixes: readonly string[]): Command {
  for (const row of FLAGS) {
    const [name, placeholder = ""] = [row.name, row.flag?.[1]];
    if (!prefixes.some((prefix) => name.startsWith(prefix))) continue;
    const option = [
      `${name} <${placeholder}>`,
      plainNote(row).replace(/^./, (letter) => letter.toLowerCase()),
    ] as const;
    if (row.isList) command.option(...option, collect);
    else command.option(...option);
  }
  return command;
}

/** Adds what the commands need that read the exporter's configuration, but do not serve. */
export function addConfigurationOptions(command: Command): Command {
  return addFlags(command.allowExcessArguments(false), "--config.")
    .option("--workspace <name>", "only this workspace of the configuration")
    .addHelpText("after", "\nFor environment variables see roboflow-exporter --help.");
}

/** Adds the flags of the HTTP server and the log, which the exporter and the demo share. */
export function addServerOptions(command: Command): Command {
  return addFlags(command, "--web.", "--log.");
}

/** A variable with a value, as a shell takes it. */
function assignment(row: Row): string {
  const value = exampleText(row);
  return `${row.name}=${/[\s*]/.test(value) ? `"${value}"` : value}`;
}

/** What `--help` says of the environment variables. */
export function variablesHelp(): string {
  const lines = VARIABLES.flatMap((row) => {
    const [, ...others] = namesOf(row);
    const also = others.map((name) => ` (or ${name})`).join("");
    return [`  ${assignment(row)}${also}`, indented(plainNote(row))];
  });
  return [
    "",
    "Environment variables, with an example of each. They replace what the file",
    "says for every workspace; key and workspace only where there is just one.",
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
