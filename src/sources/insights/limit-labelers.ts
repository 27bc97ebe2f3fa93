import { OTHER_LABELER } from "../../metrics/labeler-labels.ts";
import type { Settings } from "../source.ts";
import { type Work, added, additiveFields, labelersLeft, summedUp, withOther } from "../top-labelers.ts";
import { type Row, type WindowStats, type WorkspaceStats, rowsOf } from "./fields.ts";
import { ROW_METRICS, TOTAL_METRICS } from "./metrics.ts";

const ROW_SUMS = additiveFields(ROW_METRICS);
const TOTAL_SUMS = additiveFields(TOTAL_METRICS.labeler);

/** Images first, then annotations and reviews: someone may have done nothing but one of them. */
function workIn({ rows }: WindowStats): ReadonlyMap<string, Work> {
  const work = new Map<string, [number, number, number]>();
  for (const { labeler, values } of rows) {
    const [images, boxes, reviews] = work.get(labeler) ?? [0, 0, 0];
    const reviewed = (values.approved ?? 0) + (values.rejected ?? 0);
    work.set(labeler, [images + (values.imagesLabeled ?? 0), boxes + (values.boxesAdded ?? 0), reviews + reviewed]);
  }
  return work;
}

function rowsLeft(rows: Iterable<Row>, summed: ReadonlySet<string>): readonly Row[] {
  const left: Row[] = [];
  const others = new Map<string, Row["values"]>();
  for (const row of rows) {
    if (summed.has(row.labeler)) others.set(row.project, added(others.get(row.project) ?? {}, row.values, ROW_SUMS));
    else left.push(row);
  }
  for (const [project, values] of others) left.push({ project, labeler: OTHER_LABELER, values });
  return left;
}

/** The statistics with as many people as `limits.labelers` allows, and the others summed up; else as they are. */
export function limitLabelers(stats: WorkspaceStats, settings: Settings): WorkspaceStats {
  const summed = summedUp<WindowStats>(stats, settings, workIn);
  if (!summed) return stats;
  const windows = stats.windows.map((window) => ({
    ...window,
    rows: rowsOf(rowsLeft(window.rows, summed)),
    labelers: withOther(window.labelers, summed, TOTAL_SUMS),
  }));
  return { ...stats, windows, labelers: labelersLeft(stats.labelers, summed) };
}
