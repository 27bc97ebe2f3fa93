import { z } from "zod";
import { hint } from "../nearest.ts";
import { good } from "../result.ts";
import { type ReadFile, readUtf8File } from "../text-file.ts";
import { type FileSettings, fileKeys, FILE_VARIABLES, FLAG_KEYS, FLAG_VARIABLES, FLAGS } from "./keys.ts";
import { knownKeysIn, rowOf } from "./keys.ts";
import { isBelow, patternOf, put, removable, valueAt, without, writtenPath } from "./messages.ts";
import { keyText, type Path, type Problem, type Report, showPath, showValue } from "./messages.ts";
import type { Known } from "./settings.ts";
import { fromText, namesOf, type Row } from "./table.ts";
import { parseYaml, type Spellings } from "./yaml.ts";

/** What was written in one place: the flags, the environment or the file. */
interface Input {
  readonly document: unknown;
  /** How a value was written, where it would be shown otherwise. */
  readonly spellingAt?: (path: Path) => string | undefined;
  /** What users call a key of the document, where that is not its path. */
  readonly nameOf?: (path: Path) => Path;
}

/** An input with its good part read. Paths are those of the document. */
export interface Checked<T> {
  readonly data: T;
  /** Whether a key was given but could not be read, alone or with the mapping it stands in. */
  readonly isFlawed: (path: Path) => boolean;
  /** A key's value as it was written; undefined where the key is not given. */
  readonly written: (path: Path) => unknown;
  /** A key's value as messages show it, which for secrets is not the value. */
  readonly shown: (path: Path) => string;
  /** What users call a key. */
  readonly nameOf: (path: Path) => Path;
}

function showIn({ document, spellingAt, nameOf }: Input, path: Path): string {
  const showAs = rowOf(patternOf(nameOf?.(path) ?? path))?.show;
  return showAs ? showAs(valueAt(document, path)) : (spellingAt?.(path) ?? showValue(valueAt(document, path)));
}

/** A fault of the document. Without a text the key is only left out. */
interface Fault extends Omit<Problem, "text"> {
  readonly text: string | undefined;
}

function unknownKeys(parent: Path, names: readonly string[]): Fault[] {
  const known = knownKeysIn(patternOf(parent));
  return names.map((name) => ({
    path: [...parent, name],
    // As in compose files, such a key is a place for anchors and is ignored.
    text: /^x-/i.test(name) ? undefined : `is not a known key; ${hint(name, known, "docs/configuration.md")}`,
    isCause: true,
  }));
}

/** A mapping or a list without a value counts as absent. */
function isLeftEmpty(document: unknown, path: Path): boolean {
  const isHolder = /\b(?:mapping|list)\b/.test(rowOf(patternOf(path))?.type ?? "");
  return isHolder && valueAt(document, path) === null;
}

function faultsOf(input: Input, issue: z.core.$ZodIssue): Fault[] {
  const keys = issue.path.filter((segment) => typeof segment !== "symbol");
  if (issue.code === "unrecognized_keys") return unknownKeys(keys, issue.keys);
  const path = writtenPath(input.document, keys);
  const text = isLeftEmpty(input.document, path) ? undefined : `${showIn(input, path)} ${issue.message}`;
  return [{ path, text, isCause: false }];
}

function oncePerKey(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.toReversed().map((fault) => [JSON.stringify(fault.path), fault])).values()].toReversed();
}

/**
 * Reads an input and reports what is wrong with it. The flawed keys are then left out and the rest is read, so that
 * rules between keys can be checked in the same run.
 */
function check<T extends z.ZodType>(schema: T, input: Input, report: Report): Checked<z.output<T>> {
  const { document, nameOf = (path: Path) => path } = input;
  const about = {
    nameOf,
    written: (path: Path) => valueAt(document, path),
    shown: (path: Path) => showIn(input, path),
  };
  const result = schema.safeParse(document);
  if (result.success) return { ...about, data: result.data, isFlawed: () => false };
  const faults = oncePerKey(result.error.issues.flatMap((issue) => faultsOf(input, issue)));
  const problems = faults.filter((fault): fault is Problem => fault.text !== undefined);
  for (const problem of problems) report(nameOf(problem.path), problem.text, problem.isCause);
  const flawed = new Set(problems.map(({ path }) => keyText(removable(path))));
  const isFlawed = (path: Path) => path.some((_, index) => flawed.has(keyText(path.slice(0, index + 1))));
  const paths = faults.map(({ path }) => removable(path));
  return { ...about, data: schema.parse(without(document, paths)), isFlawed };
}

/** A flag or a variable that is given. */
interface Given {
  readonly row: Row;
  /** As it was given: a variable may have two names. */
  readonly name: string;
  readonly written: unknown;
}

/** The place of a key in a document that has one entry in each list. */
function placeOf({ path }: Row): Path {
  return path.split(".").flatMap((name) => (name.endsWith("[]") ? [name.slice(0, -2), 0] : [name]));
}

function inputOf(all: readonly Given[]): Input {
  const entries = all.map((given) => ({ ...given, place: placeOf(given.row) }));
  const at = (path: Path) => entries.find(({ place }) => isBelow(path, place));
  const valueOf = ({ row, written }: Given) => (typeof written === "string" ? fromText(row, written) : written);
  return {
    document: entries.reduce<unknown>((document, entry) => put(document, entry.place, valueOf(entry)), {}),
    spellingAt: (path) => {
      const entry = at(path);
      return entry?.place.length === path.length ? showValue(entry.written) : undefined;
    },
    nameOf: (path) => {
      const entry = at(path);
      return entry ? [entry.name, ...path.slice(entry.place.length)] : path;
    },
  };
}

/** Flags as the command line gives them: texts, not looked at yet. */
export type Flags = { readonly [Name in keyof z.input<typeof FLAG_KEYS>]?: unknown };

/** All environment variables. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Reads the flags, and the variables that stand for those which are not given. */
export function readFlags(flags: Flags, env: Env, report: Report): Checked<z.output<typeof FLAG_KEYS>> {
  const written = new Map<string, unknown>(Object.entries(flags));
  const given = FLAGS.map((row) => ({ row, name: row.name, written: written.get(row.path) }));
  const isGiven = ({ path }: Row) => written.get(path) !== undefined;
  const variables = variablesIn(FLAG_VARIABLES, env, report).filter(({ row }) => !isGiven(row));
  const filled = readFilled(variables, report);
  const input = inputOf([...given.filter(({ row }) => isGiven(row)), ...variables.filter(isFilled)]);
  const checked = check(FLAG_KEYS, input, report);
  const { nameOf = checked.nameOf } = inputOf(variables);
  return { ...checked, isFlawed: (path) => filled.isFlawed(nameOf(path)) || checked.isFlawed(path) };
}

function variablesIn(rows: readonly Row[], env: Env, report: Report): Given[] {
  return rows.flatMap((row) => {
    const [name, other] = namesOf(row).filter((one) => env[one] !== undefined);
    if (name === undefined) return [];
    if (other !== undefined)
      report([other], `${(row.show ?? showValue)(env[other])} cannot be combined with ${name}; remove one of them`);
    return [{ row, name, written: env[name] }];
  });
}

/** An empty variable is usually a mistake in a compose file or a chart, so it does not count as unset. */
const FILLED = z.record(z.string(), z.string().min(1, { error: "is empty; unset it or give a value" }));

const isFilled = ({ written }: Given) => written !== "";

/** Reports variables that are empty. Paths are their names. */
function readFilled(variables: readonly Given[], report: Report) {
  const texts = Object.fromEntries(variables.map(({ name, written }) => [name, written]));
  return check(FILLED, { document: texts }, report);
}

/** Reads the environment as settings of the file. */
export function readEnv(env: Env, known: Known, report: Report): Checked<FileSettings> {
  const variables = variablesIn(FILE_VARIABLES, env, report);
  const filled = readFilled(variables, report);
  const checked = check(fileKeys(known), inputOf(variables.filter(isFilled)), report);
  const { nameOf = checked.nameOf } = inputOf(variables);
  return { ...checked, nameOf, isFlawed: (path) => filled.isFlawed(nameOf(path)) || checked.isFlawed(path) };
}

/** Stands for a file that cannot be read: none of its keys may be reported as missing. */
export const LOST: Checked<FileSettings> = {
  data: {},
  isFlawed: () => true,
  written: () => undefined,
  shown: showValue,
  nameOf: (path) => path,
};

/** Reads the file. Without one there are no settings. */
export function readConfigFile(
  path: string | undefined,
  { readFile, ...known }: Known & { readonly readFile: ReadFile },
  report: Report,
): Checked<FileSettings> {
  const text = path === undefined ? good("") : readUtf8File(path, readFile);
  const file = text.ok ? parseYaml(text.value) : { faults: [text.problem] };
  if ("value" in file) return check(fileKeys(known), { document: file.value, spellingAt: spellingIn(file) }, report);
  // Later faults usually follow from the first.
  for (const fault of file.faults.slice(0, 3)) report(["--config.file"], `${showPath(path)} ${fault}`);
  return LOST;
}

function spellingIn({ value, spellings }: { readonly value: unknown; readonly spellings: Spellings }) {
  return (path: Path) => {
    const holder = valueAt(value, path.slice(0, -1));
    const written = typeof holder === "object" && holder !== null ? spellings.get(holder) : undefined;
    return written?.get(path.at(-1) ?? "");
  };
}

/** What was read, before it is combined. */
export interface Draft {
  readonly file: Checked<FileSettings>;
  /** The variables, as settings of the file. */
  readonly variables: Checked<FileSettings>;
  /** All variables, for `api_key_env`. */
  readonly env: Env;
  readonly readFile: ReadFile;
  readonly report: Report;
}
