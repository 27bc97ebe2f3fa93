import { z } from "zod";
import { envSchema } from "./env-schema.ts";
import { fileSchema } from "./file-schema.ts";
import { flagsSchema } from "./flags.ts";
import { type KeyNotes, NOTES } from "./schema-parts.ts";

/** One key with its notes. Its path has `[]` where a list's index stands: `workspaces[].totals`. */
export interface KeyRow extends KeyNotes {
  readonly path: string;
}

function withoutOptional(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodExactOptional ? schema.unwrap() : schema;
}

function rowsOf(schema: z.core.$ZodType, prefix: string): KeyRow[] {
  const inner = withoutOptional(schema);
  if (inner instanceof z.ZodArray) return rowsOf(inner.element, `${prefix}[]`);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries<z.core.$ZodType>(inner.shape).flatMap(([name, child]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const notes = NOTES.get(child);
    return [...(notes ? [{ ...notes, path }] : []), ...rowsOf(child, path)];
  });
}

// The notes do not depend on what other folders know.
const DEPS = { isCronExpression: () => true, knownMetrics: [] };

/** Every flag this folder reads. The schemas are the source; the docs and the messages come from these tables. */
export const FLAG_KEYS: readonly KeyRow[] = rowsOf(flagsSchema(), "");

/** Every environment variable. */
export const ENV_KEYS: readonly KeyRow[] = rowsOf(envSchema(DEPS), "");

/** Every key of the file, with the keys that hold other keys. */
export const FILE_KEYS: readonly KeyRow[] = rowsOf(fileSchema(DEPS), "");

const ALL_KEYS: ReadonlyMap<string, KeyRow> = new Map(
  [...FLAG_KEYS, ...ENV_KEYS, ...FILE_KEYS].map((row) => [row.path, row]),
);

/** The keys in the order of the docs, which is the order of messages. */
export const KEY_ORDER: readonly string[] = [...ALL_KEYS.keys()];

/** The notes of a key. */
export function keyNotes(path: string): KeyNotes | undefined {
  return ALL_KEYS.get(path);
}

/** Whether a key holds a mapping or a list, of which a file may hold the name alone. */
export function mayBeEmpty(path: string): boolean {
  return /\b(?:mapping|list)\b/.test(keyNotes(path)?.type ?? "");
}

/** Names of the keys that may stand in a mapping of the file; the empty path is the file itself. */
export function knownKeysIn(path: string): string[] {
  const prefix = path === "" ? "" : `${path}.`;
  return FILE_KEYS.map((row) => row.path)
    .filter((known) => known.startsWith(prefix))
    .map((known) => known.slice(prefix.length))
    .filter((name) => !/[.[]/.test(name));
}
