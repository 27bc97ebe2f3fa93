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

/** An object of an answer whose fields have not been looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** Notes every field that is not known, under its name with the prefix. */
export function noteUnknown(fields: Fields, known: ReadonlySet<string>, prefix: string, anomalies: AnomalyTally): void {
  for (const key in fields) if (!known.has(key)) anomalies.noteUnknown(prefix, key);
}

/** Enough of a text to find 200 characters in that can be seen; what follows is not looked at. */
const MAX_RAW_LENGTH = 10_000;

/** Cuts by code points, so that a pair of surrogates is never halved. */
function shorten(text: string): string {
  // A code point has at most two units: whatever is longer than this is too long.
  const start = Array.from(text.slice(0, 2 * MAX_TEXT_LENGTH + 2));
  return start.length > MAX_TEXT_LENGTH ? `${start.slice(0, MAX_TEXT_LENGTH).join("")}…` : text;
}

/**
 * A field's text in one line, cut to what fits a label; undefined when it is absent, when nothing of it can be seen or,
 * which is noted, when it is not text.
 */
export function readText(fields: Fields, section: string, key: string, anomalies: AnomalyTally): string | undefined {
  const raw = fields[key];
  if (raw === undefined || raw === null) return undefined;
  if (typeof raw !== "string") anomalies.note(`${section}.${key}`, "not_text");
  const text = typeof raw === "string" ? plainText(raw.slice(0, MAX_RAW_LENGTH)) : "";
  return text === "" ? undefined : shorten(text);
}

/** Ids as they always are; the expression spares all others. */
const PLAIN_ID = /^[!-~]{1,128}$/;

/** An id as it stands, or a whole number as text; undefined when there is none, or only blanks. See {@link idProblem}. */
export function readId(raw: unknown): string | undefined {
  if (typeof raw === "number") return Number.isSafeInteger(raw) ? String(raw) : undefined;
  if (typeof raw !== "string") return undefined;
  return PLAIN_ID.test(raw) || plainText(raw.slice(0, MAX_RAW_LENGTH)) !== "" ? raw : undefined;
}

/**
 * Why an id cannot be used. An id is an identity: it is never mended, since two that differ only in what cannot be seen
 * would become one. So one that cannot stand in a label as it is is not taken.
 */
export function idProblem(id: string): "id_too_long" | "bad_id" | undefined {
  if (PLAIN_ID.test(id)) return undefined;
  if (id.length > MAX_ID_LENGTH) return "id_too_long";
  return plainText(id) === id ? undefined : "bad_id";
}
