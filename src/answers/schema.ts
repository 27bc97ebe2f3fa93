import { z } from "zod";

/** Longest id accepted as a label value; a longer one is no id. */
export const MAX_ID_LENGTH = 128;
/** Longest name kept; the rest is cut, since a label is not a place for prose. */
export const MAX_TEXT_LENGTH = 200;

const list = z
  .array(z.unknown())
  .nullish()
  .transform((items) => items ?? []);
const record = z.record(z.string(), z.unknown());

/** A list; undefined when it is missing or null. */
const listIfAny = z
  .array(z.unknown())
  .nullish()
  .transform((items) => items ?? undefined);

/** The outer shape. Arrays may be missing or null; anything else in their place is a bad document. */
export const documentSchema = z.looseObject({
  data: listIfAny,
  labelers: list,
  stats: record.nullish().transform((stats) => stats ?? {}),
  meta: record.nullish().transform((meta) => meta ?? {}),
});

/** The legacy endpoint's outer shape: everything is in `data`. Ticks come only when they are asked for. */
export const legacySchema = z.looseObject({
  data: z.looseObject({
    last_updated: z.unknown().optional(),
    data: listIfAny,
    labelers: list,
    ticks: listIfAny,
  }),
});

/** Raw rows are opaque; they stand in `data`, or alone, or as the aggregated ones do in `data.data`. */
export const rawRowsSchema = z.union([
  z.array(z.unknown()),
  z.looseObject({ data: z.array(z.unknown()) }).transform(({ data }) => data),
  z.looseObject({ data: z.looseObject({ data: z.array(z.unknown()) }) }).transform(({ data }) => data.data),
]);

/** A row or a labeler. Not a schema: it is asked of every element, and a schema's failure is dear. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

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

/** `GET /` with a key tells the key's workspace. */
export const rootSchema = z.looseObject({ workspace: z.string().min(1).max(MAX_ID_LENGTH) });

/** A name that is no text is none: the list is asked for its ids. */
const projectSchema = z.looseObject({ id: z.string().min(1), name: z.string().optional().catch(undefined) });

/** `GET /{workspace}` lists projects; their `id` is `workspace/slug`. */
export const workspaceSchema = z.looseObject({
  workspace: z.looseObject({ projects: z.array(projectSchema) }),
});
