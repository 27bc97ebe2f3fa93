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
