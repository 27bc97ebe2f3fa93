import { approvedShare, ENOUGH_REVIEWS, reviewed, SHARE_NOTE } from "../approval.ts";
import { firingAlerts } from "../firing-alerts.ts";
import { toLabeler, toProject } from "../links.ts";
import { ROW } from "../metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition, type RowDefinition } from "../model.ts";
import { bars } from "../panels/single.ts";
import { table } from "../panels/table.ts";
import { CHOSEN, pairs, sumBy, withNames, withProject, WORKSPACE_SCOPE } from "../promql.ts";
import { NO_REVIEWS, shareOfImages } from "../shared-panels.ts";
import { APPROVAL } from "../thresholds.ts";

const SCOPE = WORKSPACE_SCOPE;
const BY_PROJECT = "workspace, project";

function projects(): PanelDefinition {
  const images = sumBy(BY_PROJECT, pairs(ROW.imagesLabeled, SCOPE, CHOSEN));
  const labelers = `count by (${BY_PROJECT}) (${pairs(ROW.imagesLabeled, SCOPE, CHOSEN)} > 0)`;
  const ofAll = `${images} / on (workspace) group_left () (${sumBy("workspace", images)} > 0)`;
  return table(
    {
      title: "Projects",
      description: `Every project with work in the chosen window; click a project to open it. ${SHARE_NOTE}`,
      unit: "short",
      keys: [
        { label: "project_name", heading: "Project", width: 220, links: toProject("row") },
        { label: "workspace", heading: "Workspace" },
        { label: "project" },
      ],
      columns: [
        { heading: "Images", expr: withProject(images), unit: "short" },
        { heading: "Share", expr: withProject(ofAll), unit: "percentunit", decimals: 0 },
        {
          heading: "Boxes",
          expr: withProject(sumBy(BY_PROJECT, pairs(ROW.boxesDrawn, SCOPE, CHOSEN))),
          unit: "short",
          bounds: ANY_BOUNDS,
        },
        { heading: "Labelers", expr: withProject(labelers), unit: "short" },
        {
          heading: "Reviewed",
          expr: withProject(sumBy(BY_PROJECT, reviewed(SCOPE, CHOSEN))),
          unit: "short",
          emptyReason: NO_REVIEWS,
        },
        {
          heading: "Approved share",
          expr: withProject(approvedShare(BY_PROJECT, SCOPE, CHOSEN)),
          unit: "percentunit",
          decimals: 1,
          thresholds: APPROVAL,
          emptyReason: NO_REVIEWS,
        },
        {
          heading: "Model-assisted",
          expr: withProject(shareOfImages(BY_PROJECT, ROW.modelAssisted, SCOPE)),
          unit: "percentunit",
          decimals: 0,
        },
        {
          heading: "Marked null",
          expr: withProject(shareOfImages(BY_PROJECT, ROW.markedNull, SCOPE)),
          unit: "percentunit",
          decimals: 1,
        },
      ],
      sortBy: "Images",
    },
    { height: 8 },
  );
}

function lowestApproval(): PanelDefinition {
  const enough = `${reviewed(SCOPE, CHOSEN)} >= ${String(ENOUGH_REVIEWS)}`;
  const lowest = `bottomk(10, ${pairs(ROW.approvalRatio, SCOPE, CHOSEN)} and ${enough})`;
  return bars(
    {
      title: `Lowest approval with at least ${String(ENOUGH_REVIEWS)} reviews`,
      description:
        "Roboflow's own first-pass approval of the ten lowest labelers in a project, in the chosen window. " +
        "Those with fewer reviews are left out, since a few images say little. Click a bar to open the labeler.",
      unit: "percentunit",
      queries: [{ expr: withNames(lowest), legend: "{{labeler_name}}, {{project_name}}", emptyReason: NO_REVIEWS }],
    },
    { max: 1, thresholds: APPROVAL, links: toLabeler("series"), noValue: "nobody has enough reviews" },
  );
}

/** Projects, the lowest labelers, alerts. */
export const attentionRow: RowDefinition = {
  title: "What needs attention",
  panels: [projects(), lowestApproval(), firingAlerts(12)],
};
