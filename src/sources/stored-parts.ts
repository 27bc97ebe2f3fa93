import { z } from "zod";
import { createAnomalyTally } from "../answers/anomalies.ts";
import type { LabelerInfo } from "../answers/names.ts";
import { type NumberKind, readNumbers } from "../answers/numbers.ts";
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from "../answers/fields.ts";
import type { PeopleConfig } from "../config/config.ts";
import { RefusedError } from "../errors.ts";

/** Which personal data is stored in addition to ids: what is published, and the names of programs. */
export type KeptOfPeople = Pick<PeopleConfig, "names" | "email" | "system">;

/** An id, as answers may contain it. */
export const id = z.string().min(1).max(MAX_ID_LENGTH);
/** A text, as the parser leaves it: cut by code points, which have up to two units, with a mark where it was cut. */
export const text = z.string().max(2 * MAX_TEXT_LENGTH + 1);
/** A text that may be missing from answers. */
export const optionalText = text.optional();

/** Numbers, by the same rules as in answers. */
export function numbers<F extends string>(fields: Readonly<Record<F, NumberKind>>) {
  return z.record(z.string(), z.number()).transform((source, context) => {
    const anomalies = createAnomalyTally();
    const values = readNumbers(source, fields, "values", anomalies);
    if (anomalies.counted().length > 0) context.addIssue({ code: "custom", message: "holds a number out of range" });
    return values;
  });
}

/** A map, written as the list of its entries: JSON's objects cannot hold every key. */
export function mapOf<T extends z.ZodType>(value: T) {
  const entries = z.array(z.tuple([id, z.unknown()]));
  return entries.transform((list) => new Map(list)).pipe(z.map(id, value));
}

/** The stored form of a project's info. */
export const projectInfo = z
  .strictObject({ name: optionalText, type: optionalText })
  .transform(({ name, type }) => ({ name, type }));

/** The stored form of a labeler's info. */
export const labelerInfo = z
  .strictObject({ name: optionalText, email: optionalText })
  .transform(({ name, email }) => ({ name, email }));

/** A labeler's info without what must not be stored. */
export function keptOf({ name, email }: LabelerInfo, kept: KeptOfPeople): LabelerInfo {
  const isKept = kept.names || (name !== undefined && kept.system.includes(name));
  return { name: isKept ? name : undefined, email: kept.email ? email : undefined };
}

/** Labelers as JSON, without what must not be stored. */
export function keptLabelers(labelers: ReadonlyMap<string, LabelerInfo>, kept: KeptOfPeople): readonly unknown[] {
  return [...labelers].map(([labeler, info]) => [labeler, keptOf(info, kept)]);
}

/**
 * Reads parts by their schema.
 * @throws RefusedError when they have another form
 */
export function readParts<T extends z.ZodType>(schema: T, parts: readonly unknown[]): z.output<T> {
  const result = schema.safeParse(parts);
  // Only the path: a message might quote the content.
  if (!result.success) throw new RefusedError(`has another form: ${result.error.issues[0]?.path.join(".") ?? ""}`);
  return result.data;
}
