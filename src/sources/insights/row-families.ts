import type { PeopleConfig } from "../../config/config.ts";
import { type Column, type LabeledRows, finite, labelRows } from "../../metrics/column.ts";
import { type SteppedFamily, compareText, sortInSteps } from "../../metrics/family.ts";
import { labelerLabel } from "../../metrics/labeler-labels.ts";
import type { Steps } from "../../steps.ts";
import { approvalRatio, reviewOf } from "./approval.ts";
import type { Row, RowField, Rows, WindowStats, WorkspaceStats } from "./fields.ts";
import { ROW_METRICS } from "./metrics.ts";

/** What is published of a row's field, its rate judged by its counts; undefined when nothing is. */
export function rowValue({ values }: Row, field: RowField): number | undefined {
  const value =
    field === "approvalRate"
      ? approvalRatio(values.approvalRate, reviewOf(values.approved, values.rejected))
      : values[field];
  // The sum of two rows may be infinite.
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** A window's rows as they are published: sorted by their labels, which all families share. */
interface PublishedRows {
  readonly rows: Rows;
  /** Where each published row is in `rows`. */
  readonly order: readonly number[];
  readonly labeled: LabeledRows;
}

function* publishedRows(
  workspace: string,
  { window, rows }: WindowStats,
  labelOf: (id: string) => string,
): Steps<PublishedRows> {
  const { projects } = rows;
  const labelers = rows.labelers.map(labelOf);
  const textAt = (texts: readonly string[], row: number) => texts[row] ?? "";
  const compare = (texts: readonly string[], a: number, b: number) => compareText(textAt(texts, a), textAt(texts, b));
  const order = yield* sortInSteps(
    projects.map((_, row) => row),
    (a, b) => compare(projects, a, b) || compare(labelers, a, b),
  );
  const labelsAt = (index: number) => {
    const row = order[index] ?? 0;
    return { workspace, project: textAt(projects, row), labeler: textAt(labelers, row), window };
  };
  return { rows, order, labeled: yield* labelRows(window, order.length, labelsAt) };
}

/** NaN is how a column says that a row has no number. */
function known(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Gives what is published of a field in each row, as {@link rowValue} does. */
function readerOf(rows: Rows, field: RowField): (row: number) => number | undefined {
  const column = rows.column(field);
  if (field !== "approvalRate") return (row) => column[row];
  const [approved, rejected] = [rows.column("approved"), rows.column("rejected")];
  return (row) => approvalRatio(known(column[row]), reviewOf(known(approved[row]), known(rejected[row])));
}

/** How many values are put in order in one step: less than a millisecond of work. */
const STEP = 2_000;

function* columnOf({ rows, order, labeled }: PublishedRows, field: RowField): Steps<Column> {
  const valueAt = readerOf(rows, field);
  const values = new Float64Array(order.length);
  for (let index = 0; index < order.length; index++) {
    values[index] = finite(valueAt(order[index] ?? 0));
    if (index % STEP === STEP - 1) yield;
  }
  return { rows: labeled, values };
}

/** Each id's label is made once, however many rows it has. */
function labelsOf(people: PeopleConfig): (id: string) => string {
  const labels = new Map<string, string>();
  return (id) => {
    const label = labels.get(id) ?? labelerLabel(id, people);
    labels.set(id, label);
    return label;
  };
}

/** The families that have a value for each project and labeler. */
export function* rowFamilies({ workspace, windows }: WorkspaceStats, people: PeopleConfig): Steps<SteppedFamily[]> {
  const labelOf = labelsOf(people);
  const published: PublishedRows[] = [];
  for (const window of windows.toSorted((a, b) => compareText(a.window, b.window)))
    published.push(yield* publishedRows(workspace, window, labelOf));
  return ROW_METRICS.map(([field, definition]) => ({
    definition,
    columns: function* () {
      const columns: Column[] = [];
      for (const rows of published) columns.push(yield* columnOf(rows, field));
      return columns;
    },
  }));
}
