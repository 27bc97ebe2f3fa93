import { isRecord } from "../untrusted.ts";

/** Shorter texts are not keys, and hiding them in messages would garble the messages. */
export const MIN_SECRET = 8;

/** The way to a key: names of mappings' keys and indexes of lists. Flags and variables are paths of one name. */
export type Path = readonly (string | number)[];

/** What is wrong with one key. The text holds the value, the fault and the remedy. */
export interface Problem {
  readonly path: Path;
  readonly text: string;
  /** Whether other problems may follow from it, as from a key with a typing error. */
  readonly isCause: boolean;
}

/** Takes a problem down, so that all of them can be shown at once. */
export type Report = (path: Path, text: string, isCause?: boolean) => void;

function segmentText(segment: string | number): string {
  if (typeof segment === "number") return `[${segment}]`;
  return /^[\w-]+$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
}

/** A path as messages show it: `workspaces[1].totals[0]`. A flag given several times has no index to its user. */
export function keyText([first = "", ...rest]: Path): string {
  if (typeof first === "string" && first.startsWith("--")) return first;
  return `${first}${rest.map(segmentText).join("")}`;
}

/** A path as the key table writes it, with any index and without its number: `workspaces[].totals[]`. */
export function patternOf(path: Path): string {
  return keyText(path).replaceAll(/\[\d+\]/g, "[]");
}

/** What a mapping or a list holds under a name or an index. */
export function childOf(node: unknown, segment: string | number): unknown {
  if (Array.isArray(node)) return node[Number(segment)];
  return isRecord(node) && Object.hasOwn(node, segment) ? node[segment] : undefined;
}

/** The part of a path that the document has: a number given for a mapping has no keys below it. */
export function writtenPath(document: unknown, path: Path): Path {
  const depth = path.findIndex((_, index) => typeof path.slice(0, index).reduce(childOf, document) !== "object");
  return depth < 0 ? path : path.slice(0, depth);
}

/** What a document holds at a path; undefined where it has nothing there. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(childOf, document);
}

/** Without what stands at the paths; in one walk, for there may be thousands. Each ends with the name of a key. */
export function without(node: unknown, paths: readonly Path[]): unknown {
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
  if (!isRecord(node)) return node;
  const entries = Object.entries(node);
  return Object.fromEntries(entries.flatMap(([name, value]) => kept(name, value).map((one) => [name, one] as const)));
}

/** A list with a bad entry is bad as a whole, for its other entries would change their indexes. */
export function removable(path: Path): Path {
  return path.slice(0, path.findLastIndex((segment) => typeof segment === "string") + 1);
}

/** A document like the given one, with a value at a path. */
export function put(holder: unknown, [head, ...rest]: Path, value: unknown): unknown {
  if (head === undefined) return value;
  const child = put(childOf(holder, head), rest, value);
  return typeof head === "number" ? [child] : { ...(isRecord(holder) ? holder : {}), [head]: child };
}

/** Whether a path leads to a place, or to what is below it. */
export function isBelow(path: Path, place: Path): boolean {
  return place.every((segment, index) => segment === path[index]);
}

function ranks(path: Path, order: readonly string[]): number[] {
  return path.map((segment, index) => {
    if (typeof segment === "number") return segment;
    const rank = order.indexOf(patternOf(path.slice(0, index + 1)));
    return rank < 0 ? order.length : rank;
  });
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}

/** The problems' messages, each once: first what others may follow from, then in the order in which the docs list the keys. */
export function messagesOf(problems: readonly Problem[], order: readonly string[]): string[] {
  const sorted = problems
    .map((problem) => ({ ...problem, ranks: [problem.isCause ? 0 : 1, ...ranks(problem.path, order)] }))
    .toSorted((a, b) => compareRanks(a.ranks, b.ranks));
  return [...new Set(sorted.map(({ path, text }) => `${keyText(path)}: ${text}`))];
}

/** Stands in messages for anything that is or may hold a secret. */
export const SECRET = "<secret>";

const MAX_SHOWN = 128;

const LONG_WORD = /^(?:rf_)?[a-z0-9]{12,}$/i;
const KINDS = [/\d/, /[a-z]/, /[A-Z]/];

/** Whether a text looks like a key: a long word of at least two kinds of digits, small letters and capitals. */
export function isLikeKey(text: string): boolean {
  const word = text.replace(/^rf_/i, "");
  return LONG_WORD.test(text) && KINDS.filter((kind) => kind.test(word)).length > 1;
}

/** A value as messages show it: JSON, shortened; not what looks like a key, nor what lists and mappings hold. */
export function showValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "[…]";
  if (typeof value === "object" && value !== null) return "{…}";
  if (typeof value === "number") return String(value);
  if (typeof value === "string" && isLikeKey(value)) return SECRET;
  const text = typeof value === "string" && value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
  return JSON.stringify(text);
}

/** Never the value, only that there is none. */
export function showSecret(value: unknown): string {
  return value === "" ? '""' : SECRET;
}

/** A URL, unless it has a part in which credentials travel. */
export function showUrl(value: unknown): string {
  return typeof value === "string" && /[@?#]/.test(value) ? SECRET : showValue(value);
}

/** A path, unless it looks like the key itself put in its place: without a slash, a backslash or a dot. */
export function showPath(value: unknown): string {
  return typeof value === "string" && /^[^/\\.]{8,}$/.test(value) ? SECRET : showValue(value);
}

/** The name of an environment variable, unless it looks like the key itself put in the wrong place. */
export function showVariable(value: unknown): string {
  const isName = typeof value === "string" && /^[A-Z_][A-Z0-9_]*$/.test(value);
  return isName && !(value.length >= 16 && /\d/.test(value)) ? showValue(value) : SECRET;
}
