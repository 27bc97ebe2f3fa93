import { approvalRatio, reviewIn } from "./approval.ts";
import type { Row, Rows, TotalField, Totals, WindowStats, WorkspaceStats } from "./fields.ts";
import { rowFamilies } from "./row-families.ts";
import type { ApprovalTarget, PeopleConfig } from "../../config/config.ts";
import type { Steps } from "../../steps.ts";
import {
  type Family,
  type SteppedFamily,
  compareText,
  inOneStep,
  samplesInSteps,
  sortByLabels,
} from "../../metrics/family.ts";
import { INFO_METRICS, infoSamples } from "../../metrics/info-metrics.ts";
import { labelerLabel } from "../../metrics/labeler-labels.ts";
import { TOTAL_METRICS, type TotalGrain } from "./metrics.ts";

/** What the configuration says about how a workspace is shown. */
export interface FamilyOptions {
  readonly people: PeopleConfig;
  readonly approvalTarget: ApprovalTarget;
}

/** Label values by name. */
export type Labels = Readonly<Record<string, string>>;

/** What is published of a total's field, given the rows it pools; undefined when nothing is. */
export function totalValue(totals: Totals, field: TotalField, rows: Iterable<Row>): number | undefined {
  return field === "approvalRate" ? approvalRatio(totals.approvalRate, reviewIn(rows)) : totals[field];
}

interface PooledTotals {
  readonly totals: Totals;
  readonly rows: Iterable<Row>;
}

type Pool = readonly [id: string, totals: Totals, rows: Iterable<Row>];

/** Groups the rows by id in one pass: there can be many of both. */
function pooled(totals: ReadonlyMap<string, Totals>, rows: Rows, key: "project" | "labeler"): Pool[] {
  if (totals.size === 0) return [];
  const rowsOf = new Map([...totals.keys()].map((id): [string, Row[]] => [id, []]));
  for (const row of rows) rowsOf.get(row[key])?.push(row);
  return [...totals].map(([id, one]) => [id, one, rowsOf.get(id) ?? []]);
}

/** The totals of each grain in a window, each with its id (empty for the workspace) and the rows that it covers. */
export const POOLS: Readonly<Record<TotalGrain, (window: WindowStats) => Pool[]>> = {
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
    ...(yield* rowFamilies(stats, options.people)),
    ...(yield* totalFamilies("workspace", stats, options)),
    ...(yield* totalFamilies("project", stats, options)),
    ...(yield* totalFamilies("labeler", stats, options)),
    ...[workspaceFamily(stats), targetFamily(stats, options)].map(inOneStep),
  ];
}
