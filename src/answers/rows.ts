import { isRecord, plainText } from "../untrusted.ts";
import { addValues, numberOf } from "./numbers.ts";

/**
 * The meaning of a value as text, equal for values that mean the same: null is absent, "5" is 5, a text is what would be
 * shown of it, and the order of fields does not count.
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

/** A row that has been read. */
interface Numbered<F extends string> {
  readonly values: Readonly<Partial<Record<F, number>>>;
}

/** Tells rows of one key that were sent twice from rows that differ. */
export class Repetitions<K> {
  /** The fingerprints of all rows with a key; made for the second one. */
  readonly #seen = new Map<K, Set<string>>();

  /**
   * Whether an item has the content of an earlier one with its key.
   * @param first the first item with this key
   */
  isRepeated(key: K, first: unknown, item: unknown): boolean {
    const seen = this.#seen.get(key) ?? new Set([fingerprint(first)]);
    const text = fingerprint(item);
    const isRepeated = seen.has(text);
    this.#seen.set(key, seen.add(text));
    return isRepeated;
  }
}

interface Gathered<R> {
  readonly row: R;
  /** The first item with this key. */
  readonly item: unknown;
}

/** Rows of an answer, each key once. */
export interface RowMerger<F extends string, R extends Numbered<F>> {
  /**
   * Adds a row. A row with the same content as an earlier one is a repetition and changes nothing. Any other row with the
   * same key is added to it: counts add up, and fields that do not are dropped.
   * @param item the row as it was sent
   */
  readonly add: (key: string, item: unknown, row: R) => "new" | "repeated" | "added";
  readonly rows: () => R[];
  readonly entries: () => [key: string, row: R][];
}

/**
 * An empty {@link RowMerger}.
 * @param additive the fields that add up
 */
export function createRowMerger<F extends string, R extends Numbered<F>>(additive: readonly F[]): RowMerger<F, R> {
  const gathered = new Map<string, Gathered<R>>();
  const repetitions = new Repetitions<string>();
  const add: RowMerger<F, R>["add"] = (key, item, row) => {
    const seen = gathered.get(key);
    if (!seen) {
      gathered.set(key, { row, item });
      return "new";
    }
    if (repetitions.isRepeated(key, seen.item, item)) return "repeated";
    const values = addValues(additive, seen.row.values, row.values);
    gathered.set(key, { ...seen, row: { ...seen.row, values } });
    return "added";
  };
  return {
    add,
    rows: () => [...gathered.values()].map(({ row }) => row),
    entries: () => [...gathered].map(([key, { row }]) => [key, row]),
  };
}
