import { z } from "zod";
import { ROW_FIELDS, TOTAL_FIELDS, type WorkspaceStats } from "./fields.ts";
import {
  type KeptOfPeople,
  id,
  keptLabelers,
  labelerInfo,
  mapOf,
  numbers,
  optionalText,
  projectInfo,
  readParts,
  text,
} from "../stored-parts.ts";

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

/** Statistics as JSON can hold them: what they have in common, then window by window. */
export function partsOfStats({ windows, ...stats }: WorkspaceStats, kept: KeptOfPeople): readonly unknown[] {
  const labelers = keptLabelers(stats.labelers, kept);
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
  const [{ workspaceId, ...rest }, ...windows] = readParts(partsSchema, parts);
  return { ...rest, workspaceId, windows };
}
