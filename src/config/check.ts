import type { z } from "zod";
import { keyNotes, knownKeysIn, mayBeEmpty } from "./keys.ts";
import { hint } from "./near.ts";
import { keyText, type Path, patternOf, type Problem, type Report } from "./problem.ts";
import { showValue } from "./show.ts";
import { type Spellings, isMapping } from "./yaml-values.ts";

/** A document with its good part read. */
export interface Checked<T> {
  readonly data: T;
  /** Whether a key was given but could not be read, alone or with the mapping it stands in. */
  readonly isFlawed: (path: Path) => boolean;
  /** A key's value as messages show it. */
  readonly shown: (path: Path) => string;
}

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

/** How a value was written, where it would be shown otherwise. */
function spellingAt(document: unknown, path: Path, spellings: Spellings): string | undefined {
  const [holder, name] = [valueAt(document, path.slice(0, -1)), path.at(-1)];
  return typeof holder === "object" && holder !== null && name !== undefined
    ? spellings.get(holder)?.get(name)
    : undefined;
}

/** A key's value as messages show it, which for secrets is not the value. */
function show(document: unknown, path: Path, spellings: Spellings): string {
  const showAs = keyNotes(patternOf(path))?.show;
  return showAs
    ? showAs(valueAt(document, path))
    : (spellingAt(document, path, spellings) ?? showValue(valueAt(document, path)));
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

/** A mapping or a list of which nothing is written but its name is one that is not there. */
function isLeftEmpty(document: unknown, path: Path): boolean {
  return valueAt(document, path) === null && mayBeEmpty(patternOf(path));
}

function faultsOf(document: unknown, issue: z.core.$ZodIssue, spellings: Spellings): Fault[] {
  const keys = issue.path.map((segment) => (typeof segment === "symbol" ? String(segment) : segment));
  if (issue.code === "unrecognized_keys") return unknownKeys(keys, issue.keys);
  const path = writtenPath(document, keys);
  const text = isLeftEmpty(document, path) ? undefined : `${show(document, path, spellings)} ${issue.message}`;
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
 * Reads a document and reports what is wrong with it. The flawed keys are then left out and the rest is read, so that
 * rules between keys can be checked in the same run.
 */
export function check<T extends z.ZodType>(
  schema: T,
  document: unknown,
  report: Report,
  spellings: Spellings = new WeakMap(),
): Checked<z.output<T>> {
  const shown = (path: Path) => show(document, path, spellings);
  const result = schema.safeParse(document);
  if (result.success) return { data: result.data, isFlawed: () => false, shown };
  const faults = oncePerKey(result.error.issues.flatMap((issue) => faultsOf(document, issue, spellings)));
  const problems = faults.filter((fault): fault is Problem => fault.text !== undefined);
  for (const problem of problems) report(problem.path, problem.text, problem.isCause);
  const flawed = new Set(problems.map(({ path }) => keyText(removable(path))));
  const paths = faults.map(({ path }) => removable(path));
  const isFlawed = (path: Path) => path.some((_, index) => flawed.has(keyText(path.slice(0, index + 1))));
  return { data: schema.parse(without(document, paths)), isFlawed, shown };
}
