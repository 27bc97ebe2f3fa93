import type { TotalField } from "../sources/insights/fields.ts";
import { TOTAL_METRICS, type TotalGrain } from "../sources/insights/metrics.ts";
import { ROW } from "../sources/metric-names.ts";

function total(grain: TotalGrain, field: TotalField): string {
  const found = TOTAL_METRICS[grain].find(([key]) => key === field);
  if (found === undefined) throw new Error(`the metric catalogue has no metric for ${field}`);
  return found[1].name;
}

/** Roboflow's own first-pass approval rate at each level at which it gives one. */
export const TOTAL_RATIO = {
  project_labeler: ROW.approvalRatio,
  labeler: total("labeler", "approvalRate"),
  project: total("project", "approvalRate"),
  workspace: total("workspace", "approvalRate"),
} as const;
