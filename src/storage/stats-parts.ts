import { z } from "zod";
import { type NumberKind, ROW_FIELDS, TOTAL_FIELDS } from "../api/fields.ts";
import { readNumbers } from "../api/read-number.ts";
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from "../api/schema.ts";
import type { Anomaly, LabelerInfo, WorkspaceStats } from "../api/stats.ts";
import type { LabelersConfig } from "../config/config.ts";
import { RefusedError } from "./refused-error.ts";

/** What may be kept of people beside their ids: what is published of them, and no more. */
export type KeptOfPeople = Pick<LabelersConfig, "names" | "email">;

const id = z.string().min(1).max(MAX_ID_LENGTH);
// The parser cuts by code points, which have up to two units, and marks the cut.
const text = z.string().max(2 * MAX_TEXT_LENGTH + 1);
const optionalText = text.optional();

/** Numbers by the rules that hold for answers. */
function numbers<F extends string>(fields: Readonly<Record<F, NumberKind>>) {
  return z.record(z.string(), z.number()).transform((source, context) => {
    const anomalies: Anomaly[] = [];
    const values = readNumbers(source, fields, "values", anomalies);
    if (anomalies.length > 0) context.addIssue({ code: "custom", message: "holds a number out of range" });
    return values;
  });
}

/** A map, written as the list of its entries: JSON's objects cannot hold every key. */
export function mapOf<T extends z.ZodType>(value: T) {
  const entries = z.array(z.tuple([id, z.unknown()]));
  return entries.transform((list) => new Map(list)).pipe(z.map(id, value));
}

const projectInfo = z
  .strictObject({ name: optionalText, type: optionalText })
  .transform(({ name, type }) => ({ name, type }));
/** What is kept of a labeler. */
export const labelerInfo = z
  .strictObject({ name: optionalText, email: optionalText })
  .transform(({ name, email }) => ({ name, email }));
const totals = numbers(TOTAL_FIELDS);

const head = z.strictObject({
  workspace: id,
  day: z.iso.date(),
  workspaceId: optionalText,
  projects: mapOf(projectInfo),
  labelers: mapOf(labelerInfo),
  notices: z.array(text),
});

const windowPart = z
  .strictObject({
    window: id,
    rows: z.array(z.strictObject({ project: id, labeler: id, values: numbers(ROW_FIELDS) })),
    workspace: totals.optional(),
    projects: mapOf(totals),
    labelers: mapOf(totals),
  })
  .transform((part) => ({ ...part, workspace: part.workspace }));

const partsSchema = z.tuple([head], windowPart);

/** A labeler without what is not published. */
export function keptOf({ name, email }: LabelerInfo, kept: KeptOfPeople): LabelerInfo {
  return { name: kept.names ? name : undefined, email: kept.email ? email : undefined };
}

/** Statistics as JSON can hold them: what they have in common, then window by window. */
export function partsOfStats({ windows, ...stats }: WorkspaceStats, kept: KeptOfPeople): readonly unknown[] {
  const labelers = [...stats.labelers].map(([labeler, info]) => [labeler, keptOf(info, kept)]);
  const maps = ({ projects, labelers }: WorkspaceStats["windows"][number]) => ({
    projects: [...projects],
    labelers: [...labelers],
  });
  return [
    { ...stats, projects: [...stats.projects], labelers },
    ...windows.map((window) => ({ ...window, ...maps(window) })),
  ];
}

/**
 * What {@link partsOfStats} was given, as far as it was kept.
 * @throws RefusedError when the parts are no statistics
 */
export function statsOfParts(parts: readonly unknown[]): WorkspaceStats {
  const result = partsSchema.safeParse(parts);
  // No more than the place: a message might quote what stands there.
  if (!result.success) throw new RefusedError(`has another form: ${result.error.issues[0]?.path.join(".") ?? ""}`);
  const [{ workspaceId, ...rest }, ...windows] = result.data;
  return { ...rest, workspaceId, windows };
}
