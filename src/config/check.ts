import { z } from "zod";
import { keyNotes, knownKeysIn } from "./keys.ts";
import { hint } from "./near.ts";
import { keyText, type Path, patternOf, type Problem, type Report } from "./problem.ts";
import { showValue } from "./show.ts";

/** A document with its good part read. */
export interface Checked<T> {
  readonly data: T;
  /** Whether a key was given but could not be read, alone or with the mapping it stands in. */
  readonly isFlawed: (path: Path) => boolean;
  /** A key's value as messages show it. */
  readonly shown: (path: Path) => string;
}

const MAPPING = z.record(z.string(), z.unknown());

function childOf(node: unknown, segment: string | number): unknown {
  if (Array.isArray(node)) return node[Number(segment)];
  const mapping = MAPPING.safeParse(node).data;
  return mapping && Object.hasOwn(mapping, segment) ? mapping[segment] : undefined;
}

/** The part of a path that the document has: a number given for a mapping has no keys below it. */
function writtenPath(document: unknown, path: Path): Path {
  const depth = path.findIndex((_, index) => typeof path.slice(0, index).reduce(childOf, document) !== "object");
  return depth < 0 ? path : path.slice(0, depth);
}

/** A key's value as messages show it, which for secrets is not the value. */
function show(document: unknown, path: Path): string {
  return (keyNotes(patternOf(path))?.show ?? showValue)(path.reduce<unknown>(childOf, document));
}

function unknownKeys(parent: Path, names: readonly string[]): Problem[] {
  const known = knownKeysIn(patternOf(parent));
  return names.map((name) => ({
    path: [...parent, name],
    text: `is not a known key; ${hint(name, known, "docs/configuration.md")}`,
  }));
}

function problemsOf(document: unknown, issue: z.core.$ZodIssue): Problem[] {
  const keys = issue.path.map((segment) => (typeof segment === "symbol" ? String(segment) : segment));
  if (issue.code === "unrecognized_keys") return unknownKeys(keys, issue.keys);
  const path = writtenPath(document, keys);
  return [{ path, text: `${show(document, path)} ${issue.message}` }];
}

function oncePerKey(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(problems.toReversed().map((problem) => [JSON.stringify(problem.path), problem])).values(),
  ].toReversed();
}

function without(node: unknown, [head, ...rest]: Path): unknown {
  if (Array.isArray(node)) return node.map((entry: unknown, index) => (index === head ? without(entry, rest) : entry));
  const entries = Object.entries(MAPPING.parse(node));
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      if (name !== head) return [[name, value]];
      return rest.length > 0 ? [[name, without(value, rest)]] : [];
    }),
  );
}

/** A list with a bad entry is bad as a whole, for its other entries would change their indexes. */
function removable(path: Path): Path {
  return path.slice(0, path.findLastIndex((segment) => typeof segment === "string") + 1);
}

/**
 * Reads a document and reports what is wrong with it. The flawed keys are then left out and the rest is read, so that
 * rules between keys can be checked in the same run.
 */
export function check<T extends z.ZodType>(schema: T, document: unknown, report: Report): Checked<z.output<T>> {
  const shown = (path: Path) => show(document, path);
  const result = schema.safeParse(document);
  if (result.success) return { data: result.data, isFlawed: () => false, shown };
  const problems = oncePerKey(result.error.issues.flatMap((issue) => problemsOf(document, issue)));
  for (const { path, text } of problems) report(path, text);
  const flawed = new Set(problems.map(({ path }) => keyText(removable(path))));
  const rest = problems.map(({ path }) => removable(path)).reduce(leaveOut, document);
  const isFlawed = (path: Path) => path.some((_, index) => flawed.has(keyText(path.slice(0, index + 1))));
  return { data: schema.parse(rest), isFlawed, shown };
}

function leaveOut(document: unknown, path: Path): unknown {
  // A key may already be gone together with the mapping it stood in.
  return path.reduce<unknown>(childOf, document) === undefined ? document : without(document, path);
}
