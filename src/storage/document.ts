import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { RefusedError } from "../errors.ts";

/** Increased when files of the version before can no longer be read correctly. */
const VERSION = 1;

/** What a file must contain to be used. */
export interface Binding {
  /** The kind of its content, as in its name: `stats`. */
  readonly kind: string;
  /** Fingerprint of the configuration that its content depends on. */
  readonly fingerprint: string;
}

/** The content of a file: parts, which are written one by one, and when their poll ended. */
export interface Content {
  readonly savedMs: number;
  readonly parts: readonly unknown[];
}

const versionSchema = z.looseObject({ version: z.number() });
const documentSchema = z.strictObject({
  version: z.literal(VERSION),
  kind: z.string(),
  fingerprint: z.string(),
  // Up to the last time that a Date can represent.
  savedMs: z.int().min(0).max(8.64e15),
  checksum: z.string(),
  parts: z.array(z.unknown()),
});

/** The time is included: with a wrong digit, old data would look fresh. */
function checksumOf(savedMs: number, texts: readonly string[]): string {
  const hash = createHash("sha256").update(String(savedMs));
  for (const text of texts) hash.update("\n").update(text);
  return hash.digest("hex");
}

/** The document's text, in pieces. Each part is written in its own turn of the event loop, because it can be megabytes. */
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
  // JSON.stringify gives the same texts again that were written.
  const texts = parts.map((part) => JSON.stringify(part));
  if (checksumOf(savedMs, texts) !== checksum) throw new RefusedError("is damaged: its checksum does not match");
  return { savedMs, parts };
}
