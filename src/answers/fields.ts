import { z } from "zod";
import { plainText } from "../untrusted.ts";
import type { AnomalyTally } from "./anomalies.ts";

/** Longest id accepted as a label value; a longer one is not an id. */
export const MAX_ID_LENGTH = 128;
/** Longest name kept; the rest is cut, since a label is not meant for prose. */
export const MAX_TEXT_LENGTH = 200;

/** A list; empty when it is missing or null. */
export const list = z
  .array(z.unknown())
  .nullish()
  .transform((items) => items ?? []);

/** A list; undefined when it is missing or null. */
export const listIfAny = z
  .array(z.unknown())
  .nullish()
  .transform((items) => items ?? undefined);

/** An object of an answer whose fields have not been read. */
export type Fields = Readonly<Record<string, unknown>>;

/** Notes every field that is not known, under its name with the prefix. */
export function noteUnknown(fields: Fields, known: ReadonlySet<string>, prefix: string, anomalies: AnomalyTally): void {
  for (const key in fields) if (!known.has(key)) anomalies.noteUnknown(prefix, key);
}

/** Long enough to find 200 visible characters; the rest of a longer text is not read. */
const MAX_RAW_LENGTH = 10_000;

/** Cuts by code points, so that a surrogate pair is never split. */
function shorten(text: string): string {
  // A code point has up to two units, so a longer text is certainly too long.
  const start = Array.from(text.slice(0, 2 * MAX_TEXT_LENGTH + 2));
  return start.length > MAX_TEXT_LENGTH ? `${start.slice(0, MAX_TEXT_LENGTH).join("")}…` : text;
}

/**
 * A field's text in one line, cut to the length of a label; undefined when it is absent, invisible or not text. Only the
 * last is noted.
 */
export function readText(fields: Fields, section: string, key: string, anomalies: AnomalyTally): string | undefined {
  const raw = fields[key];
  if (raw === undefined || raw === null) return undefined;
  if (typeof raw !== "string") anomalies.note(`${section}.${key}`, "not_text");
  const text = typeof raw === "string" ? plainText(raw.slice(0, MAX_RAW_LENGTH)) : "";
  return text === "" ? undefined : shorten(text);
}

/** The usual form of ids, which saves the other checks. */
const PLAIN_ID = /^[!-~]{1,128}$/;

/** An unchanged id, or a whole number as text; undefined when it is absent or invisible. See {@link idProblem}. */
export function readId(raw: unknown): string | undefined {
  if (typeof raw === "number") return Number.isSafeInteger(raw) ? String(raw) : undefined;
  if (typeof raw !== "string") return undefined;
  return PLAIN_ID.test(raw) || plainText(raw.slice(0, MAX_RAW_LENGTH)) !== "" ? raw : undefined;
}

/**
 * Why an id cannot be used as a label. Ids are never repaired: two that differ only in invisible characters would become
 * one.
 */
export function idProblem(id: string): "id_too_long" | "bad_id" | undefined {
  if (PLAIN_ID.test(id)) return undefined;
  if (id.length > MAX_ID_LENGTH) return "id_too_long";
  return plainText(id) === id ? undefined : "bad_id";
}
