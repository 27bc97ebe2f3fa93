/**
 * Whether a value from outside is a plain object. Not a schema: it is asked of every element of an answer, and a schema
 * that fails costs too much for that.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
