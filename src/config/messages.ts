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

/** Hides secrets that stand in messages because the user put them in the wrong place. */
export function redact(messages: readonly string[], secrets: readonly string[]): string[] {
  const long = secrets.map((secret) => secret.trim()).filter((secret) => secret.length >= MIN_SECRET);
  // A secret may be given many times, and a message hold any of them.
  const spellings = new Set(long.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]));
  return messages.map((message) =>
    [...spellings].reduce((text, spelling) => text.replaceAll(spelling, SECRET), message),
  );
}

/** Letters in which a mistyped name may differ from the one that was meant. */
const MAX_DISTANCE = 2;
const MAX_LISTED = 12;
const MAX_NAME = 128;

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(a).entries()) {
    let [corner, left] = [index, index + 1];
    row = row.map((above, column) => {
      if (column === 0) return left;
      left = Math.min(corner + Number(letter !== b[column - 1]), above + 1, left + 1);
      corner = above;
      return left;
    });
  }
  return Math.max(...row.slice(-1));
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, "");
}

/** The known name the user most likely meant; undefined when none is near. */
export function nearest(text: string, known: readonly string[]): string | undefined {
  // Written in another fashion: apiKeyFile, API-KEY-FILE.
  const same = text.length > MAX_NAME ? undefined : known.find((name) => plainName(name) === plainName(text));
  if (same !== undefined) return same;
  // Two names that differ much in length cannot be near; this also keeps absurdly long input cheap.
  const ranked = known
    .filter((name) => Math.abs(name.length - text.length) <= MAX_DISTANCE)
    .map((name) => ({ name, distance: editDistance(text, name) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= MAX_DISTANCE && best.distance < text.length ? best.name : undefined;
}

/** The remedy for an unknown name: the nearest one, or the known ones, or where they are listed when they are many. */
export function hint(text: string, known: readonly string[], listedIn: string): string {
  const near = nearest(text, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  return known.length <= MAX_LISTED ? `known are ${known.join(", ")}` : `see ${listedIn}`;
}
