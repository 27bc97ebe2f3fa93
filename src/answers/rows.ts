import { isRecord, plainText } from "../untrusted.ts";
import { addValues, numberOf } from "./numbers.ts";

/**
 * What a value says, so that two are equal that say the same: null is absent, "5" is 5, a text is what would be shown
 * of it, and the order of fields does not count.
 */
export function fingerprint(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(numberOf(value) ?? plainText(value));
  if (Array.isArray(value)) return `[${value.map(fingerprint).join()}]`;
  if (!isRecord(value)) return String(value);
  const fields = Object.keys(value).filter((key) => value[key] !== null && value[key] !== undefined);
  return `{${fields
    .sort()
    .map((key) => `${JSON.stringify(key)}:${fingerprint(value[key])}`)
    .join()}}`;
}

/** Rows as they are read: their numbers, and whose they are. */
interface Numbered<F extends string> {
  readonly values: Readonly<Partial<Record<F, number>>>;
}

interface Gathered<R> {
  readonly row: R;
  readonly item: unknown;
  /** What the rows with this key said; made when there is a second one. */
  said?: Set<string>;
}

/** Rows of an answer, each key once. */
export interface RowMerger<F extends string, R extends Numbered<F>> {
  /**
   * Adds a row. One that says the same as an earlier one is a repetition and changes nothing; another one with the same
   * key is added to it: counts add up, and fields that do not are dropped.
   * @param item the row as it came
   */
  readonly add: (key: string, item: unknown, row: R) => "new" | "repeated" | "added";
  readonly rows: () => R[];
  readonly entries: () => [key: string, row: R][];
}

/** An empty {@link RowMerger}. `additive` are the fields that add up. */
export function createRowMerger<F extends string, R extends Numbered<F>>(additive: readonly F[]): RowMerger<F, R> {
  const gathered = new Map<string, Gathered<R>>();
  const add: RowMerger<F, R>["add"] = (key, item, row) => {
    const seen = gathered.get(key);
    if (!seen) {
      gathered.set(key, { row, item });
      return "new";
    }
    const said = seen.said ?? new Set([fingerprint(seen.item)]);
    const text = fingerprint(item);
    const isRepeated = said.has(text);
    const merged = isRepeated ? seen.row : { ...seen.row, values: addValues(additive, seen.row.values, row.values) };
    gathered.set(key, { item: undefined, row: merged, said: said.add(text) });
    return isRepeated ? "repeated" : "added";
  };
  return {
    add,
    rows: () => [...gathered.values()].map(({ row }) => row),
    entries: () => [...gathered].map(([key, { row }]) => [key, row]),
  };
}
