import { execFileSync } from "node:child_process";
import { lstatSync, readFileSync } from "node:fs";
import path from "node:path";
import { KNOWN_TEXT_FIELDS, ROW_FIELDS, TOTAL_FIELDS } from "../../src/sources/insights/fields.ts";
import { run } from "../../src/cli/program.ts";
import { webFileKeys } from "../../src/web-config/read-web-file.ts";
import { FILE_KEYS, VARIABLES } from "../../src/config/keys.ts";
import { namesOf } from "../../src/config/table.ts";
import { CATALOGUE } from "../../src/exposition/catalogue.ts";
import { chartValues } from "./chart-values.ts";
import { knownSeries } from "./known-series.ts";
import { alertRules } from "./rule-files.ts";
import { createTestHost } from "./test-host.ts";
import type { Kind, Mention } from "./text-mentions.ts";

/** A page that speaks: its path in the repository, and its text. */
export interface Page {
  readonly name: string;
  readonly text: string;
}

/** Whether the program has what a page speaks of. */
export type Knows = (mention: Mention, page: Page) => boolean;

/** The project's files, those not yet committed too. */
export const TRACKED: readonly string[] = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard"],
  { encoding: "utf8" },
)
  .trim()
  .split("\n");

const textOf = (file: string) => readFileSync(file, "utf8");
const PROGRAM_FILES = TRACKED.filter((file) =>
  /^(?:src|bench|deploy|grafana\/preview|\.ci|prometheus)\/.*|^(?:Dockerfile|package\.json)$/.test(file),
).filter((file) => !/\.(?:md|png)$|package-lock\.json$/.test(file) && lstatSync(file).isFile());
const SOURCE = PROGRAM_FILES.map(textOf).join("\n");

/** What a command's `--help` says, by the command's name; the program's own under the empty name. */
export async function helpTexts(): Promise<ReadonlyMap<string, string>> {
  const helpOf = async (command: string) => {
    const { host, output } = createTestHost();
    await run(command === "" ? ["--help"] : [command, "--help"], host);
    return output.stdout;
  };
  const own = await helpOf("");
  const [, list = ""] = /^Commands:\n([^]*)/m.exec(own) ?? [];
  const commands = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = ""]) => name);
  const others = commands.map(async (name): Promise<[string, string]> => [name, await helpOf(name)]);
  return new Map([["", own], ...(await Promise.all(others))]);
}

function flagsOf(helps: ReadonlyMap<string, string>): Set<string> {
  const options = [...helps.values()].flatMap((text) => [...text.matchAll(/^ {2}(?:-\w, )?(--[a-z][\w.-]*)/gm)]);
  // What our other scripts take, which have no help: the names they hand to node's parseArgs.
  const scripts = [...SOURCE.matchAll(/^\s+"?([a-z][\w-]*)"?: \{ type: "(?:string|boolean)"/gm)];
  return new Set([...options.map(([, flag = ""]) => flag), ...scripts.map(([, name = ""]) => `--${name}`)]);
}

/** Whether a word is the name of a tracked file or folder, from the root, the page's folder, or the end of a path. */
function isFile(word: string, page: Page): boolean {
  const name = word.replace(/^dist\/(.*)\.js$/, "src/$1.ts").replace(/\/$/, "");
  const pattern = name.replaceAll(/[.+]/g, "\\$&").replaceAll("*", "[^/]*");
  const ending = new RegExp(`(?:^|/)${pattern}(?:/|$)`);
  const beside = path.join(path.dirname(page.name), name);
  return TRACKED.some((file) => ending.test(file) || file === beside || file.startsWith(`${beside}/`));
}

function keysOf(): Set<string> {
  const own = FILE_KEYS.map((row) => row.path.replace(/^workspaces\[\]\./, ""));
  const paths = [...own, ...webFileKeys()];
  const sections = { data: ROW_FIELDS, stats: TOTAL_FIELDS };
  const numbers = Object.entries(sections).flatMap(([section, fields]) =>
    Object.keys(fields).map((f) => `${section}.${f}`),
  );
  const texts = Object.entries(KNOWN_TEXT_FIELDS).flatMap(([section, fields]) => fields.map((f) => `${section}.${f}`));
  const lasts = paths.flatMap((key) => key.slice(key.lastIndexOf(".") + 1));
  return new Set([...paths, ...lasts, ...numbers, ...texts]);
}

const CHART = "deploy/helm/roboflow-exporter/";

/** The chart's values, and the groups that they are in. */
function chartKeys(): Set<string> {
  const paths = chartValues(textOf(`${CHART}values.yaml`)).map((value) => value.path);
  return new Set(paths.flatMap((one) => [one, one.slice(0, Math.max(0, one.lastIndexOf(".")))]));
}

async function metricsOf(): Promise<ReadonlySet<string>> {
  return new Set([...(await knownSeries()).keys(), ...CATALOGUE.map(({ name }) => name)]);
}

function isMetric(word: string, names: ReadonlySet<string>): boolean {
  const start = /^(.*_)\*?$/.exec(word)?.[1];
  return names.has(word) || (start !== undefined && [...names].some((name) => name.startsWith(start)));
}

function scriptsOf(): Set<string> {
  const manifests = TRACKED.filter((file) => path.basename(file) === "package.json");
  return new Set(
    manifests.flatMap((file) => Object.keys((JSON.parse(textOf(file)) as { scripts?: object }).scripts ?? {})),
  );
}

/** Variables of the configuration, those that a program of ours reads, and those that the page itself gives to a key. */
function isVariable(word: string, page: Page): boolean {
  if (VARIABLES.flatMap(namesOf).includes(word)) return true;
  if (page.text.includes(`api_key_env: ${word}`)) return true;
  // The proxy's may be written small or large.
  return new RegExp(`env(?:\\.|\\[")${word}\\b|\\$\\{?${word}\\b|"(?:${word}|${word.toLowerCase()})"`).test(SOURCE);
}

/**
 * What the program has, asked of the program: its help, its tables, its files; and of a running one which paths it has.
 * @param served whether a running exporter or simulator has the path
 */
export async function createKnows(
  served: (path: string) => Promise<boolean>,
  paths: readonly string[],
): Promise<Knows> {
  const helps = await helpTexts();
  const [flags, keys, metrics, scripts] = [flagsOf(helps), keysOf(), await metricsOf(), scriptsOf()];
  const valuesOfChart = chartKeys();
  const alerts = new Set(alertRules().map(({ alert }) => alert));
  const found = await Promise.all(
    [...new Set(paths)].map(async (one): Promise<[string, boolean]> => [one, await served(one)]),
  );
  const isServed = new Map(found);
  const KNOWS: Readonly<Record<Kind, (word: string, page: Page) => boolean>> = {
    alert: (word) => alerts.has(word),
    command: (word) => helps.has(word),
    file: isFile,
    flag: (word) => flags.has(word),
    key: (word, page) => keys.has(word) || (page.name.startsWith(CHART) && valuesOfChart.has(word)),
    metric: (word) => isMetric(word, metrics),
    path: (word) => isServed.get(word) === true,
    script: (word) => scripts.has(word),
    signal: (word) => SOURCE.includes(`"${word}"`),
    variable: isVariable,
  };
  return ({ kind, word }, page) => KNOWS[kind](word, page);
}
