import { z } from "zod";
import { good } from "../result.ts";
import { type FileSettings, fileKeys, flagKeys, FLAGS, knownKeysIn, namesOf, rowOf, VARIABLES } from "./keys.ts";
import { hint, keyText, type Path, patternOf, type Problem, type Report, showPath, showValue } from "./messages.ts";
import { type ReadFile, readUtf8File } from "./secrets.ts";
import type { Known } from "./settings.ts";
import { fromText, type Row } from "./table.ts";
import { isMapping, parseYaml, type Spellings } from "./yaml.ts";

/** What was written in one place: the flags, the environment or the file. */
interface Source {
  readonly document: unknown;
  /** How a value was written, where it would be shown otherwise. */
  readonly spellingAt?: (path: Path) => string | undefined;
  /** What users call a key of the document, where that is not its path. */
  readonly nameOf?: (path: Path) => Path;
}

/** A source with its good part read. Paths are those of the document. */
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

const same = (path: Path) => path;

function childOf(node: unknown, segment: string | number): unknown {
  if (Array.isArray(node)) return node[Number(segment)];
  return isMapping(node) && Object.hasOwn(node, segment) ? node[segment] : undefined;
}

/** The part of a path that the document has: a number given for a mapping has no keys below it. */
function writtenPath(document: unknown, path: Path): Path {
  const depth = path.findIndex((_, index) => typeof path.slice(0, index).reduce(childOf, document) !== "object");
  return depth < 0 ? path : path.slice(0, depth);
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(childOf, document);
}

function showIn({ document, spellingAt, nameOf }: Source, path: Path): string {
  const showAs = rowOf(patternOf(nameOf?.(path) ?? path))?.show;
  return showAs ? showAs(valueAt(document, path)) : (spellingAt?.(path) ?? showValue(valueAt(document, path)));
}

/** A fault of the document; without a text what is only left out. */
interface Fault extends Omit<Problem, "text"> {
  readonly text: string | undefined;
}

/** A place for anchors, as other programs have it: left out wherever it stands. */
function isExtension(name: string): boolean {
  return /^x-/i.test(name);
}

function unknownKeys(parent: Path, names: readonly string[]): Fault[] {
  const known = knownKeysIn(patternOf(parent));
  return names.map((name) => ({
    path: [...parent, name],
    text: isExtension(name) ? undefined : `is not a known key; ${hint(name, known, "docs/configuration.md")}`,
    isCause: true,
  }));
}

/** A mapping or a list of which only the name is written is as if it were not there. */
function isLeftEmpty(document: unknown, path: Path): boolean {
  const isHolder = /\b(?:mapping|list)\b/.test(rowOf(patternOf(path))?.type ?? "");
  return isHolder && valueAt(document, path) === null;
}

function faultsOf(source: Source, issue: z.core.$ZodIssue): Fault[] {
  const keys = issue.path.filter((segment) => typeof segment !== "symbol");
  if (issue.code === "unrecognized_keys") return unknownKeys(keys, issue.keys);
  const path = writtenPath(source.document, keys);
  const text = isLeftEmpty(source.document, path) ? undefined : `${showIn(source, path)} ${issue.message}`;
  return [{ path, text, isCause: false }];
}

function oncePerKey(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.toReversed().map((fault) => [JSON.stringify(fault.path), fault])).values()].toReversed();
}

/** Without what stands at the paths; in one walk, for there may be thousands. Each ends with the name of a key. */
function without(node: unknown, paths: readonly Path[]): unknown {
  const rests = new Map<string | number | undefined, Path[]>();
  for (const [head, ...rest] of paths) {
    const below = rests.get(head) ?? [];
    below.push(rest);
    rests.set(head, below);
  }
  const kept = (name: string | number, value: unknown) => {
    const below = rests.get(name);
    if (!below) return [value];
    return below.some((rest) => rest.length === 0) ? [] : [without(value, below)];
  };
  if (Array.isArray(node)) return node.flatMap((entry: unknown, index) => kept(index, entry));
  if (!isMapping(node)) return node;
  const entries = Object.entries(node);
  return Object.fromEntries(entries.flatMap(([name, value]) => kept(name, value).map((one) => [name, one] as const)));
}

/** A list with a bad entry is bad as a whole, for its other entries would change their indexes. */
function removable(path: Path): Path {
  return path.slice(0, path.findLastIndex((segment) => typeof segment === "string") + 1);
}

/**
 * Reads a source and reports what is wrong with it. The flawed keys are then left out and the rest is read, so that
 * rules between keys can be checked in the same run.
 */
function check<T extends z.ZodType>(schema: T, source: Source, report: Report): Checked<z.output<T>> {
  const { document, nameOf = same } = source;
  const about = {
    nameOf,
    written: (path: Path) => valueAt(document, path),
    shown: (path: Path) => showIn(source, path),
  };
  const result = schema.safeParse(document);
  if (result.success) return { ...about, data: result.data, isFlawed: () => false };
  const faults = oncePerKey(result.error.issues.flatMap((issue) => faultsOf(source, issue)));
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

function put(holder: unknown, [head, ...rest]: Path, value: unknown): unknown {
  if (head === undefined) return value;
  const child = put(childOf(holder, head), rest, value);
  return typeof head === "number" ? [child] : { ...(isMapping(holder) ? holder : {}), [head]: child };
}

function isBelow(path: Path, place: Path): boolean {
  return place.every((segment, index) => segment === path[index]);
}

function sourceOf(all: readonly Given[]): Source {
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
export type Flags = { readonly [Name in keyof z.input<ReturnType<typeof flagKeys>>]?: unknown };

/** Reads the flags. */
export function readFlags(flags: Flags, report: Report): Checked<z.output<ReturnType<typeof flagKeys>>> {
  const written = new Map<string, unknown>(Object.entries(flags));
  const given = FLAGS.map((row) => ({ row, name: row.name, written: written.get(row.path) }));
  return check(flagKeys(), sourceOf(given.filter((flag) => flag.written !== undefined)), report);
}

/** All environment variables. */
export type Env = Readonly<Record<string, string | undefined>>;

function variablesIn(env: Env, report: Report): Given[] {
  return VARIABLES.flatMap((row) => {
    const [name, other] = namesOf(row).filter((one) => env[one] !== undefined);
    if (name === undefined) return [];
    if (other !== undefined)
      report([other], `${(row.show ?? showValue)(env[other])} cannot be combined with ${name}; remove one of them`);
    return [{ row, name, written: env[name] }];
  });
}

/** A variable that is set to nothing is mostly a mistake in a compose file or a chart: it is not taken for unset. */
const FILLED = z.record(z.string(), z.string().min(1, { error: "is empty; unset it or give a value" }));

/** Reads the environment as settings of the file. */
export function readEnv(env: Env, known: Known, report: Report): Checked<FileSettings> {
  const variables = variablesIn(env, report);
  const texts = Object.fromEntries(variables.map(({ name, written }) => [name, written]));
  const filled = check(FILLED, { document: texts }, report);
  const checked = check(fileKeys(known), sourceOf(variables.filter(({ written }) => written !== "")), report);
  const { nameOf = checked.nameOf } = sourceOf(variables);
  return { ...checked, nameOf, isFlawed: (path) => filled.isFlawed(nameOf(path)) || checked.isFlawed(path) };
}

/** Later faults mostly follow from the first. */
const MAX_FAULTS = 3;

/** Nothing is known of a file that cannot be read, so nothing in it may be called missing. */
export const LOST: Checked<FileSettings> = {
  data: {},
  isFlawed: () => true,
  written: () => undefined,
  shown: showValue,
  nameOf: same,
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
  for (const fault of file.faults.slice(0, MAX_FAULTS)) report(["--config.file"], `${showPath(path)} ${fault}`);
  return LOST;
}

function spellingIn({ value, spellings }: { readonly value: unknown; readonly spellings: Spellings }) {
  return (path: Path) => {
    const holder = valueAt(value, path.slice(0, -1));
    const written = typeof holder === "object" && holder !== null ? spellings.get(holder) : undefined;
    return written?.get(path.at(-1) ?? "");
  };
}
