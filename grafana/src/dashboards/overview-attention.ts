import { approvedShare, reviewed, SHARE_NOTE } from "../approval.ts";
import { firingAlerts } from "../firing-alerts.ts";
import { toProject } from "../links.ts";
import { ROW } from "../../../src/sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition, type RowDefinition } from "../model.ts";
import { table } from "../panels/table.ts";
import { CHOSEN, pairs, people, sumBy, withProject, WORKSPACE_SCOPE } from "../promql.ts";
import { NO_REVIEWS, shareOfImages } from "../shared-panels.ts";
import { targetOf } from "../recorded.ts";
import { verdict, VERDICT_MAPPINGS, VERDICT_NOTE } from "../verdict.ts";

const SCOPE = WORKSPACE_SCOPE;
const BY_PROJECT = "workspace, project";

function projects(): PanelDefinition {
  const images = sumBy(BY_PROJECT, pairs(ROW.imagesLabeled, SCOPE, CHOSEN));
  const labelers = `count by (${BY_PROJECT}) (${people(pairs(ROW.imagesLabeled, SCOPE, CHOSEN))} > 0)`;
  const ofAll = `${images} / on (workspace) group_left () (${sumBy("workspace", images)} > 0)`;
  return table(
    {
      title: "Projects",
      description: `Every project with work in the chosen window; click a project to open it. Labelers are people. ${SHARE_NOTE} ${VERDICT_NOTE}`,
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
          heading: "Approved",
          expr: withProject(approvedShare(BY_PROJECT, SCOPE, CHOSEN)),
          unit: "percentunit",
          decimals: 1,
          emptyReason: NO_REVIEWS,
        },
        {
          heading: "Target",
          expr: withProject(`${targetOf("project", SCOPE, CHOSEN)} and on (${BY_PROJECT}) ${images}`),
          unit: "percentunit",
          decimals: 1,
          emptyReason: NO_REVIEWS,
        },
        {
          heading: "Verdict",
          expr: withProject(verdict("project", SCOPE, CHOSEN, sumBy(BY_PROJECT, reviewed(SCOPE, CHOSEN)))),
          unit: "none",
          mappings: VERDICT_MAPPINGS,
          emptyReason: NO_REVIEWS,
        },
        {
          heading: "Model-assisted",
          expr: withProject(shareOfImages(BY_PROJECT, ROW.modelAssisted, SCOPE)),
          unit: "percentunit",
          decimals: 0,
        },
        {
          heading: "No objects",
          expr: withProject(shareOfImages(BY_PROJECT, ROW.markedNull, SCOPE)),
          unit: "percentunit",
          decimals: 1,
        },
      ],
      sortBy: "Images",
      noValue: "Nothing was labeled in the window.",
    },
    { height: 9 },
  );
}

/** Alerts and projects. */
export const attentionRow: RowDefinition = {
  title: "What needs attention",
  panels: [firingAlerts(24), projects()],
};
