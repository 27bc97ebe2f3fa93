import { z } from "zod";
import { bad, type Result } from "../result.ts";
import { type ReadFile, readTextFile, readUtf8File } from "../text-file.ts";
import type { WorkspaceConfig } from "./config.ts";
import type { Checked, Draft, Env } from "./inputs.ts";
import type { FileSettings, FileWorkspace } from "./keys.ts";
import { MIN_SECRET, type Path, type Report } from "./messages.ts";
import { readerOf } from "./values.ts";

const MIN_HMAC_KEY = 16;

/** Longer than any key, short enough for the patterns below. */
const MAX_LENGTH = 512;

const QUOTES = "\"'`“”‘’„«»";

/** Names of a key, alone or among words that ask for one, once only letters and digits are left. */
const PLACEHOLDER_WORDS =
  /^(?:rf)?(?:your|my|the|own|real|actual|insert|enter|paste|replace|put|add|set|with|roboflow|private|publishable|workspace|secret|sample|example|dummy|fake)*(?:api)?(?:key|token|secret)(?:here|goes|value)*$/;
const PLACEHOLDERS =
  /^(?:(?:change|replace)(?:me|this|it)\w*|redacted\w*|placeholder\w*|todo|tbd|none|null|undefined|nan|true|false|example|password)$/;

/** Marks, words for a key, one character repeated: what documentation and masks have in a key's place. */
function isPlaceholder(key: string): boolean {
  const words = key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  if (PLACEHOLDER_WORDS.test(words) || PLACEHOLDERS.test(words)) return true;
  if (/[<>…•]|\.{3}|^\[.*\]$|(?:^|[-_. ])your(?:[-_. ]|$)/i.test(key)) return true;
  return new Set(key.replace(/^rf_/, "").replaceAll(/[-_]/g, "")).size <= 1;
}

const test = (pattern: RegExp) => (key: string) => pattern.test(key);

/** Texts that are found in a key's place, the clearest first, with what is wrong and the remedy. */
const FAULTS: readonly (readonly [isFaulty: (key: string) => boolean, problem: string])[] = [
  [(key) => key === "", "is empty; give the key"],
  [(key) => key.length > MAX_LENGTH, `is longer than ${MAX_LENGTH} characters; give the key alone`],
  [
    (key) => QUOTES.includes(key.slice(0, 1)) || QUOTES.includes(key.slice(-1)),
    "has quotes around the key; remove them (docker's --env-file keeps them)",
  ],
  [
    test(/^\$\w|\$[{(]|^%\w+%$|\{\{|\}\}/),
    "is a variable or a template that was not expanded; give the key itself, or a variable's name in api_key_env",
  ],
  [
    test(/%[\da-f]{2}|&(?:quot|apos|amp|lt|gt|#\w{1,6});/i),
    "is written as in a URL or in HTML; give the key as Roboflow shows it",
  ],
  [
    test(/^[a-z][\w+.-]*:\/\/|^(?:arn|env|ref|file|vault|secret|secretref|ssm|encrypted):\S|^ENC\[/i),
    "is a URL or a reference that was not resolved; give the key itself",
  ],
  [
    test(/^(?:(?:export|set)\s+)?\w+\s?=\s?[^=\s]|^[\w-]+:\s|^\w+_KEY:|[?&]api_key=/i),
    "is a whole line, with a name before the key; give only the key",
  ],
  [test(/^(?:bearer|basic|token)\s/i), "begins with a word of a header, such as Bearer; give only the key after it"],
  [test(/^\{/), "is JSON; give the key alone"],
  [
    test(/^[A-Z][A-Z0-9_]*_(?:KEY|TOKEN|SECRET)$/),
    "is the name of a variable; give it in api_key_env, or the key itself",
  ],
  [test(/^@?(?:~|\.{1,2})?\/|^[a-z]:\\/i), "is a path; give it in api_key_file or ROBOFLOW_API_KEY_FILE"],
  [isPlaceholder, "is a placeholder or a shortened key; give the workspace's whole key"],
  [test(/[,;]$|\\[nrt]?$/), "ends with a separator or an escape; give the key alone"],
  [test(/\s/), "has white space in the key; give the key alone"],
  [test(/[^!-~]/), "contains characters that never occur in an API key; copy the key again"],
  [(key) => key.length < MIN_SECRET, `is shorter than ${MIN_SECRET} characters; copy the whole key`],
];

/** Every reason for which a text is not taken for a key: "is empty", and so on. */
export const KEY_FAULTS: readonly string[] = FAULTS.map(([, problem]) => problem.split(";", 1).join());

const problemOf = (key: string) => FAULTS.find(([isFaulty]) => isFaulty(key))?.[1];

/**
 * An API key, without the white space and the byte order mark around it. Roboflow does not document its form, so only what
 * cannot be a key is refused. The prefix `rf_` says nothing: private keys may have it too. Messages do not hold the
 * text.
 */
const apiKey = z
  .string()
  .trim()
  .refine((key) => problemOf(key) === undefined, { error: ({ input }) => problemOf(String(input)) });

/** Reads an API key. */
export const readKey = readerOf(apiKey);

/** Reads an API key from a file. */
export function readKeyFile(path: string, readFile: ReadFile): Result<string> {
  const file = readUtf8File(path, readFile);
  return file.ok ? readKey(file.value) : file;
}

const readHmacKey = readerOf(
  z
    .string()
    .trim()
    .min(MIN_HMAC_KEY, {
      error: `holds fewer than ${MIN_HMAC_KEY} characters; write a longer key into it, e.g. openssl rand -hex 32`,
    }),
);

/** Reads the key of the labelers' hashes from a file. */
export function readHmacKeyFile(path: string, readFile: ReadFile): Result<string> {
  const file = readTextFile(path, readFile);
  return file.ok ? readHmacKey(file.value) : file;
}

const KEY_NAMES = ["api_key_file", "api_key_env", "api_key"] as const;
const VARIABLE_NAMES = ["api_key", "api_key_file"] as const;
const NO_KEY_AT_ALL =
  "is not set; set it or ROBOFLOW_API_KEY_FILE, give workspaces[0].api_key_file in the configuration file, " +
  "or try without a key: roboflow-exporter demo";

/** Where the variables have the settings of the one workspace. */
export const ONE: Path = ["workspaces", 0];

/** A key, empty when there is none, and the file it stands in. */
type ResolvedKey = Pick<WorkspaceConfig, "apiKey" | "apiKeyFile">;

const NO_KEY: ResolvedKey = { apiKey: "", apiKeyFile: undefined };

function readNamedVariable(name: string, env: Env): Result<string> {
  if (/^[$%]/.test(name)) return bad("is not the name of a variable; write the name alone, without $, braces or %");
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  return text ? readKey(text) : bad("is not set in the environment, or empty; set it or give api_key_file");
}

const READERS: Readonly<Record<(typeof KEY_NAMES)[number], (written: string, draft: Draft) => Result<string>>> = {
  api_key_file: (path, { readFile }) => readKeyFile(path, readFile),
  api_key_env: (name, { env }) => readNamedVariable(name, env),
  api_key: (written) => readKey(written),
};

/** One place that may give a workspace's key: the file or the environment. */
interface KeyPlace {
  readonly given: FileWorkspace;
  readonly path: Path;
  readonly checked: Checked<FileSettings>;
  /** The keys that may give it. The first that is given counts. */
  readonly names: readonly (typeof KEY_NAMES)[number][];
}

function givenKeys({ given, path, checked, names }: KeyPlace) {
  const all = names.map((name) => ({ name, at: [...path, name], written: given[name] }));
  return all.filter(({ at, written }) => written !== undefined || checked.isFlawed(at));
}

function reportSeveral(keys: KeyPlace, report: Report): void {
  const { nameOf, shown } = keys.checked;
  const all = givenKeys(keys);
  const [first, second] = all;
  if (!first || !second || all.every(({ written }) => written === undefined)) return;
  const other = nameOf(first.at).at(-1) ?? "";
  report(nameOf(second.at), `${shown(second.at)} cannot be combined with ${other}; remove one of them`);
}

/** The key of a place; undefined when it gives none. */
function keyFrom(keys: KeyPlace, draft: Draft): ResolvedKey | undefined {
  const { nameOf, shown } = keys.checked;
  const all = givenKeys(keys);
  const used = all.find(({ written }) => written !== undefined);
  // What was given and found flawed has been reported.
  if (used?.written === undefined) return all.length > 0 ? NO_KEY : undefined;
  const key = READERS[used.name](used.written, draft);
  if (key.ok) return { apiKey: key.value, apiKeyFile: used.name === "api_key_file" ? used.written : undefined };
  draft.report(nameOf(used.at), `${shown(used.at)} ${key.problem}`);
  return NO_KEY;
}

function keyPlaces(given: FileWorkspace, path: Path, { file, variables }: Draft): KeyPlace[] {
  const count = file.data.workspaces?.length ?? 0;
  const [fromEnv = {}] = variables.data.workspaces ?? [];
  const env = { given: fromEnv, path: ONE, checked: variables, names: VARIABLE_NAMES };
  const own = { given, path, checked: file, names: KEY_NAMES };
  // A list that could not be read may well have held a key.
  return [...(count > 1 ? [] : [env]), ...(file.isFlawed(["workspaces"]) ? [] : [own])];
}

/**
 * The key of a workspace of the file, or of the one workspace there is without any.
 * @returns the key; empty when there is none, which is reported.
 */
export function resolveKey(given: FileWorkspace, path: Path, draft: Draft): ResolvedKey {
  const { file, report } = draft;
  const places = keyPlaces(given, path, draft);
  for (const place of places) reportSeveral(place, report);
  for (const place of places) {
    const key = keyFrom(place, draft);
    if (key) return key;
  }
  if ((file.data.workspaces?.length ?? 0) > 0)
    report(path, `${file.shown(path)} has no key; give one of ${KEY_NAMES.join(", ")}`);
  else if (!file.isFlawed(["workspaces"])) report(["ROBOFLOW_API_KEY"], NO_KEY_AT_ALL);
  return NO_KEY;
}
