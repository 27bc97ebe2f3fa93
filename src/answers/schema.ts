import { z } from "zod";

/** Longest id accepted as a label value; a longer one is no id. */
export const MAX_ID_LENGTH = 128;
/** Longest name kept; the rest is cut, since a label is not a place for prose. */
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

/** Every finite number, written out, is shorter; a longer text is not a number, and no expression is tried on it. */
const MAX_NUMBER_LENGTH = 400;
const NUMERIC_TEXT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number, or text that spells one: finite. Never an empty string, which `Number()` would read as 0. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.length > MAX_NUMBER_LENGTH) return undefined;
  const text = value.trim();
  return NUMERIC_TEXT.test(text) ? numberOf(Number(text)) : undefined;
}
