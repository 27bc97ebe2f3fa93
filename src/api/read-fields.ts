import { MAX_TEXT_LENGTH, idSchema, textSchema } from "./schema.ts";
import type { Anomaly } from "./stats.ts";

/** An object of an answer whose fields have not been looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** Notes every field that is not known, under its name with the prefix. */
export function noteUnknown(fields: Fields, known: ReadonlySet<string>, prefix: string, anomalies: Anomaly[]): void {
  for (const key in fields) {
    if (!known.has(key)) anomalies.push({ field: `${prefix}${key}`, reason: "unknown_field" });
  }
}

/** Cuts by code points, so that a pair of surrogates is never halved. */
function shorten(text: string): string {
  // A code point has at most two units: whatever is longer than this is too long.
  const start = Array.from(text.slice(0, 2 * MAX_TEXT_LENGTH + 2));
  return start.length > MAX_TEXT_LENGTH ? `${start.slice(0, MAX_TEXT_LENGTH).join("")}…` : text;
}

/** A field's text, cut to what fits a label; undefined when it is absent, empty or, which is noted, no text. */
export function readText(fields: Fields, section: string, key: string, anomalies: Anomaly[]): string | undefined {
  const raw = fields[key];
  if (raw === undefined || raw === null) return undefined;
  const text = textSchema.safeParse(raw);
  if (!text.success) anomalies.push({ field: `${section}.${key}`, reason: "not_text" });
  const value = text.data ?? "";
  return value === "" ? undefined : shorten(value);
}

/** An id as text; undefined when it is none. Its length is the caller's to judge. */
export function readId(raw: unknown): string | undefined {
  return raw === undefined || raw === null ? undefined : idSchema.safeParse(raw).data;
}
