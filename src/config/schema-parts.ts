import { z } from "zod";
import type { Reader } from "./reading.ts";

/** What the docs and the messages say about a key; it stands beside the key in the schema. */
export interface KeyNotes {
  readonly type: string;
  readonly default?: string;
  readonly meaning: string;
  /** How messages show the value, when it may be secret. */
  readonly show?: (value: unknown) => string;
}

/** The notes of every key, by its schema. */
export const NOTES = z.registry<KeyNotes>();

/** A key that may be left out, with its notes. */
export function key<T extends z.ZodType>(schema: T, notes: KeyNotes): z.ZodExactOptional<T> {
  const optional = schema.exactOptional();
  NOTES.add(optional, notes);
  return optional;
}

/** A value one of our readers understands. */
export function reading<T>(read: Reader<T>) {
  return z.unknown().transform((written, context) => {
    const result = read(written);
    if (result.ok) return result.value;
    context.addIssue({ code: "custom", message: result.problem });
    return z.NEVER;
  });
}

/** A mapping with exactly the keys of its shape; unknown ones are described apart, with the known ones near them. */
export function mapping<T extends z.core.$ZodLooseShape>(shape: T) {
  const error = "is not a mapping; write its keys below it, or remove it";
  return z.strictObject(shape, { error });
}

/** One of a few words. */
export function oneOf<const T extends readonly string[]>(words: T) {
  return z.enum(words, { error: `is not one of ${words.join(", ")}; use one of them` });
}

/** True or false. */
export function yesOrNo() {
  return z.boolean({ error: "is neither true nor false; use one of them, without quotes" });
}

/** An integer from `min` to `max`. */
export function integer(min: number, max: number) {
  const error = `is not an integer from ${min} to ${max}; use one in that range`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** What a list may hold. `nameOf` gives equal entries equal names. */
export interface ListRules<T> {
  /** Where there is a reason for one. */
  readonly max?: number;
  readonly nameOf: (entry: T) => string;
  readonly remedy?: string;
}

/** A list without repetitions. */
export function list<T extends z.ZodType>(
  entry: T,
  { max = Number.MAX_SAFE_INTEGER, nameOf, remedy }: ListRules<z.output<T>>,
) {
  return z
    .array(entry, { error: `is not a list; ${remedy ?? "write it like [a, b], or remove it"}` })
    .max(max, { error: `has more than ${max} entries; use fewer` })
    .superRefine((entries, context) => {
      const seen = new Set<string>();
      for (const [index, name] of entries.map(nameOf).entries()) {
        if (seen.has(name))
          context.addIssue({ code: "custom", path: [index], message: "is given twice; remove one of them" });
        seen.add(name);
      }
    });
}
