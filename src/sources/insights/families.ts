import type { Row, RowField, TotalField, Totals, WindowStats, WorkspaceStats } from "./fields.ts";
import type { ApprovalTarget, PeopleConfig } from "../../config/config.ts";
import type { Steps } from "../../steps.ts";
import {
  type Family,
  type Labeled,
  type SteppedFamily,
  compareText,
  inOneStep,
  samplesInSteps,
  sortByLabels,
} from "../../metrics/family.ts";
import { columnsInSteps, tablesOf } from "../../metrics/column.ts";
import { INFO_METRICS, infoSamples } from "../../metrics/info-metrics.ts";
import { labelerLabel } from "../../metrics/labeler-labels.ts";
import { ROW_METRICS, TOTAL_METRICS, type TotalGrain } from "./metrics.ts";
import { ratioOf } from "../../answers/numbers.ts";

/** What the configuration says about how a workspace is shown. */
export interface FamilyOptions {
  readonly people: PeopleConfig;
  readonly approvalTarget: ApprovalTarget;
}

/** Label values by name. */
export type Labels = Readonly<Record<string, string>>;

function* rowFamilies(stats: WorkspaceStats, options: FamilyOptions): Steps<SteppedFamily[]> {
  const { workspace } = stats;
  const labelOf = new Map<string, string>();
  const label = (id: string) => {
    const known = labelOf.get(id) ?? labelerLabel(id, options.people);
    labelOf.set(id, known);
    return known;
  };
  const items: Labeled<Row>[] = [];
  for (const { window, rows } of stats.windows) {
    for (const row of rows) {
      const labels = { workspace, project: row.project, labeler: label(row.labeler), window };
      items.push({ labels, values: row });
      yield;
    }
  }
  // Sorted once and labelled once: the families share the label objects.
  const tables = yield* tablesOf(yield* sortByLabels<Row>(items, ["window", "project", "labeler"]));
  return ROW_METRICS.map(([field, definition]) => ({
    definition,
    columns: () => columnsInSteps(tables, (row) => rowValue(row, field)),
  }));
}

/** What is published of a row's field; undefined when nothing is. */
export function rowValue(row: Row, field: RowField): number | undefined {
  const value = field === "approvalRate" ? approvalRatio(row.values.approvalRate, [row]) : row.values[field];
  // The sum of two rows may be infinite.
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** What is published of a total's field, given the rows it pools; undefined when nothing is. */
export function totalValue(totals: Totals, field: TotalField, rows: readonly Row[]): number | undefined {
  return field === "approvalRate" ? approvalRatio(totals.approvalRate, rows) : totals[field];
}

interface PooledTotals {
  readonly totals: Totals;
  readonly rows: readonly Row[];
}

/** Groups the rows by id in one pass: there can be many of both. */
function pooled(
  totals: ReadonlyMap<string, Totals>,
  rows: readonly Row[],
  key: "project" | "labeler",
): [id: string, totals: Totals, rows: readonly Row[]][] {
  const rowsOf = new Map([...totals.keys()].map((id): [string, Row[]] => [id, []]));
  for (const row of rows) rowsOf.get(row[key])?.push(row);
  return [...totals].map(([id, one]) => [id, one, rowsOf.get(id) ?? []]);
}

/** The totals of each grain in a window, each with its id (empty for the workspace) and the rows that it covers. */
export const POOLS: Readonly<
  Record<TotalGrain, (window: WindowStats) => [id: string, totals: Totals, rows: readonly Row[]][]>
> = {
  workspace: ({ workspace, rows }) => (workspace ? [["", workspace, rows]] : []),
  project: ({ projects, rows }) => pooled(projects, rows, "project"),
  labeler: ({ labelers, rows }) => pooled(labelers, rows, "labeler"),
};

/** The labels that distinguish the totals of a grain. */
export function idLabels(grain: TotalGrain, id: string, options: Pick<FamilyOptions, "people">): Labels {
  if (grain === "workspace") return {};
  return grain === "project" ? { project: id } : { labeler: labelerLabel(id, options.people) };
}

function* totalFamilies(grain: TotalGrain, stats: WorkspaceStats, options: FamilyOptions): Steps<SteppedFamily[]> {
  const { workspace } = stats;
  const items = stats.windows.flatMap((window) =>
    POOLS[grain](window).map(([id, totals, rows]) => ({
      labels: { workspace, ...idLabels(grain, id, options), window: window.window },
      values: { totals, rows },
    })),
  );
  const sorted = yield* sortByLabels<PooledTotals>(items, ["window", "project", "labeler"]);
  return TOTAL_METRICS[grain].map(([field, definition]) => ({
    definition,
    samples: () => samplesInSteps(sorted, ({ totals, rows }) => totalValue(totals, field, rows)),
  }));
}

/** The workspace's opaque id. */
export function workspaceFamily({ workspace, workspaceId }: Pick<WorkspaceStats, "workspace" | "workspaceId">): Family {
  const ids = workspaceId === undefined ? [] : [{ workspace, workspace_id: workspaceId }];
  return { definition: INFO_METRICS.workspace, samples: () => infoSamples(ids, "workspace") };
}

function targetFamily(stats: WorkspaceStats, { approvalTarget }: FamilyOptions): Family {
  const { workspace } = stats;
  const targetOf = (id: string, name: string | undefined) =>
    approvalTarget.projects.get(id) ?? approvalTarget.projects.get(name ?? "") ?? approvalTarget.default;
  const samples = () =>
    [...stats.projects]
      .toSorted(([a], [b]) => compareText(a, b))
      .flatMap(([project, { name }]) => {
        const value = targetOf(project, name);
        return value === undefined ? [] : [{ labels: { workspace, project }, value }];
      });
  return { definition: INFO_METRICS.target, samples };
}

/** The families of one good poll, without those that give names. */
export function* insightsFamilies(stats: WorkspaceStats, options: FamilyOptions): Steps<readonly SteppedFamily[]> {
  return [
    ...(yield* rowFamilies(stats, options)),
    ...(yield* totalFamilies("workspace", stats, options)),
    ...(yield* totalFamilies("project", stats, options)),
    ...(yield* totalFamilies("labeler", stats, options)),
    ...[workspaceFamily(stats), targetFamily(stats, options)].map(inOneStep),
  ];
}

/** Whether the rows show that images were reviewed; unknown if no row has counts, as in a project without review. */
function reviewIn(rows: readonly Row[]): "some" | "none" | "unknown" {
  let isCounted = rows.length === 0;
  for (const { values } of rows) {
    if (values.approved === undefined || values.rejected === undefined) continue;
    if (values.approved + values.rejected > 0) return "some";
    isCounted = true;
  }
  return isCounted ? "none" : "unknown";
}

/**
 * The ratio to publish for a rate of the API, given the rows that it covers. The API sends a placeholder when nothing was
 * reviewed. A rate is left out if the counts show that, and also a rate of 0 without counts, which may be one.
 * @returns 0 to 1, or undefined when there is nothing to publish
 */
export function approvalRatio(percent: number | undefined, rows: readonly Row[]): number | undefined {
  const review = reviewIn(rows);
  if (percent === undefined || review === "none" || (review === "unknown" && percent === 0)) return undefined;
  return ratioOf(percent);
}
