import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { RefusedError } from "../errors.ts";

/** Grows when a file of the version before can no longer be read as what it meant. */
const VERSION = 1;

/** What a file must say of itself to be used. */
export interface Binding {
  /** What it holds, as in its name: `stats`. */
  readonly kind: string;
  /** Of the configuration that shaped what it holds. */
  readonly fingerprint: string;
}

/** What a file holds: parts that can be written one by one, and when the poll ended that brought them. */
export interface Content {
  readonly savedMs: number;
  readonly parts: readonly unknown[];
}

const versionSchema = z.looseObject({ version: z.number() });
const documentSchema = z.strictObject({
  version: z.literal(VERSION),
  kind: z.string(),
  fingerprint: z.string(),
  // Up to the last time that a date can show.
  savedMs: z.int().min(0).max(8.64e15),
  checksum: z.string(),
  parts: z.array(z.unknown()),
});

/** Over the time too: a digit of it, lost, would make old data look fresh. */
function checksumOf(savedMs: number, texts: readonly string[]): string {
  const hash = createHash("sha256").update(String(savedMs));
  for (const text of texts) hash.update("\n").update(text);
  return hash.digest("hex");
}

/** The document's text, in pieces. Each part has a turn of the event loop to itself: it can be megabytes. */
export async function documentTexts({ kind, fingerprint }: Binding, { savedMs, parts }: Content): Promise<string[]> {
  const texts: string[] = [];
  for (const part of parts) {
    await nextTurn();
    texts.push(JSON.stringify(part));
  }
  const head = JSON.stringify({ version: VERSION, kind, fingerprint, savedMs, checksum: checksumOf(savedMs, texts) });
  const list = texts.flatMap((text, index) => [index === 0 ? "\n" : ",\n", text]);
  return [head.slice(0, -1), ',"parts":[', ...list, "\n]}\n"];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedError("is not JSON: it was cut off or damaged");
  }
}

/**
 * Reads a document's text.
 * @throws RefusedError when it is damaged, of another version or kind, or of another configuration
 */
export function readDocument(text: string, { kind, fingerprint }: Binding): Content {
  const json = parseJson(text);
  const version = versionSchema.safeParse(json).data?.version;
  if (version !== undefined && version !== VERSION)
    throw new RefusedError(`has the version ${version}; this program reads ${VERSION}`);
  const document = documentSchema.safeParse(json).data;
  if (document?.kind !== kind) throw new RefusedError("was not written by this program");
  if (document.fingerprint !== fingerprint) throw new RefusedError("was written under another configuration");
  const { savedMs, checksum, parts } = document;
  // What JSON.stringify wrote it writes again, so the texts need not be kept apart.
  const texts = parts.map((part) => JSON.stringify(part));
  if (checksumOf(savedMs, texts) !== checksum) throw new RefusedError("is damaged: its checksum is another");
  return { savedMs, parts };
}

const counts = z.record(z.string().max(256), z.int().min(0));
const notesSchema = z.strictObject({ dropped: counts, anomalies: counts });

/** What was not as it should be in answers, as counts by kind. */
export type StoredNotes = z.output<typeof notesSchema>;

const NONE: StoredNotes = { dropped: {}, anomalies: {} };

/** Parts with the notes of the answers they came from at their end, if there are any. */
export function withNotes(parts: readonly unknown[], notes: StoredNotes): readonly unknown[] {
  const isEmpty = [notes.dropped, notes.anomalies].every((one) => Object.keys(one).length === 0);
  return isEmpty ? parts : [...parts, notes];
}

/** What {@link withNotes} was given. Parts without notes have none, as those that were written before there were any. */
export function splitNotes(parts: readonly unknown[]): {
  readonly parts: readonly unknown[];
  readonly notes: StoredNotes;
} {
  const notes = notesSchema.safeParse(parts.at(-1)).data;
  return notes ? { parts: parts.slice(0, -1), notes } : { parts, notes: NONE };
}
