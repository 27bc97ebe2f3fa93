import { isLikeKey } from "./key-form.ts";

/** Stands in messages for anything that is or may hold a secret. */
export const SECRET = "<secret>";

const MAX_SHOWN = 128;

/** A value as messages show it: JSON, shortened; not what looks like a key, nor what lists and mappings hold. */
export function showValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "[…]";
  if (typeof value === "object" && value !== null) return "{…}";
  if (typeof value === "number") return String(value);
  if (typeof value === "string" && isLikeKey(value)) return SECRET;
  const text = typeof value === "string" && value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
  return JSON.stringify(text);
}

/** Never the value, only that there is none. */
export function showSecret(value: unknown): string {
  return value === "" ? '""' : SECRET;
}

/** A URL, unless it has a part in which credentials travel. */
export function showUrl(value: unknown): string {
  return typeof value === "string" && /[@?#]/.test(value) ? SECRET : showValue(value);
}

/** A path, unless it looks like the key itself put in its place: without a slash, a backslash or a dot. */
export function showPath(value: unknown): string {
  return typeof value === "string" && /^[^/\\.]{8,}$/.test(value) ? SECRET : showValue(value);
}

/** The name of an environment variable, unless it looks like the key itself put in the wrong place. */
export function showVariable(value: unknown): string {
  return typeof value === "string" && /^[A-Z_][A-Z0-9_]*$/.test(value) ? showValue(value) : SECRET;
}
