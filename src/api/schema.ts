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

/** The outer shape. Arrays may be missing or null (an empty answer); anything else in their place is a bad document. */
export const documentSchema = z.looseObject({
  data: list,
  labelers: list,
  stats: record.nullish().transform((stats) => stats ?? {}),
  meta: record.nullish().transform((meta) => meta ?? {}),
});

/** The legacy endpoint's outer shape: everything is in `data`. Ticks come only when they are asked for. */
export const legacySchema = z.looseObject({
  data: z.looseObject({
    last_updated: z.unknown().optional(),
    data: list,
    labelers: list,
    ticks: z
      .array(z.unknown())
      .nullish()
      .transform((ticks) => ticks ?? undefined),
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

/** Text of any length; control characters are blanked, since they only confuse the tools that show labels. */
export const textSchema = z.string().transform((text) =>
  text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim(),
);

/** An id: text, or a number that stands for one. */
export const idSchema = z
  .union([z.string(), z.number().int().transform(String)])
  .pipe(textSchema)
  .pipe(z.string().min(1));

const NUMERIC_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number, or text that spells one. Never an empty string, which `Number()` would read as 0. */
export const numberSchema = z
  .union([z.number(), z.string().trim().regex(NUMERIC_TEXT).transform(Number)])
  .pipe(z.number());

/** `GET /` with a key tells the key's workspace. */
export const rootSchema = z.looseObject({ workspace: z.string().min(1).max(MAX_ID_LENGTH) });

/** A name that is no text is none: the list is asked for its ids. */
const projectSchema = z.looseObject({ id: z.string().min(1), name: z.string().optional().catch(undefined) });

/** `GET /{workspace}` lists projects; their `id` is `workspace/slug`. */
export const workspaceSchema = z.looseObject({
  workspace: z.looseObject({ projects: z.array(projectSchema) }),
});
