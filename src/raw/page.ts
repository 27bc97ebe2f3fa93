import { createHash } from "node:crypto";
import { isRecord } from "../untrusted.ts";
import { ApiError } from "../errors.ts";
import type { Redactor } from "../redact.ts";

/** Some of the raw rows, fit to be written. */
export interface Page {
  /** Any JSON values. */
  readonly rows: readonly unknown[];
  /** One JSON text per row, with line breaks between them. */
  readonly lines: string;
  /** The same for pages of the same rows. */
  readonly fingerprint: string;
}

function withoutSecrets(value: unknown, redact: Redactor): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, redact));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), withoutSecrets(item, redact)]));
  const redacted = redact(String(value));
  return redacted === String(value) ? value : redacted;
}

function linesOf(rows: readonly unknown[]): string {
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

function readRows(answered: readonly unknown[], redact: Redactor): Pick<Page, "rows" | "lines"> {
  const lines = linesOf(answered);
  if (redact(lines) === lines) return { rows: answered, lines };
  const rows = answered.map((row) => withoutSecrets(row, redact));
  return { rows, lines: linesOf(rows) };
}

/**
 * Makes a page of rows as answered. They stay as they are, unless the API repeats the key in one of them.
 * @throws ApiError `invalid_schema` when a row cannot be written as JSON again: it is nested too deeply
 */
export function readPage(answered: readonly unknown[], redact: Redactor): Page {
  try {
    const { rows, lines } = readRows(answered, redact);
    return { rows, lines, fingerprint: createHash("sha256").update(lines).digest("base64") };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ApiError("a raw row is nested too deeply to be written", { reason: "invalid_schema", cause });
  }
}
