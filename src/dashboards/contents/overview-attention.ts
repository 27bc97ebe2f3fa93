import { approvedShare, reviewed, SHARE_NOTE } from "../approval.ts";
import { firingAlerts } from "../firing-alerts.ts";
import { toProject } from "../links.ts";
import { ROW } from "../../sources/metric-names.ts";
import { ANY_BOUNDS, type PanelDefinition, type RowDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { CHOSEN, pairs, people, sumBy, withProject, WORKSPACE_SCOPE } from "../promql.ts";
import { NO_REVIEWS, shareOfImages } from "../shared-panels.ts";
import { targetOf } from "../recorded.ts";
import { verdict, VERDICT_MAPPINGS, VERDICT_NOTE } from "../verdict.ts";

const SCOPE = WORKSPACE_SCOPE;
const BY_PROJECT = "workspace, project";

const IMAGES = sumBy(BY_PROJECT, pairs(ROW.imagesLabeled, SCOPE, CHOSEN));
const REVIEWED = sumBy(BY_PROJECT, reviewed(SCOPE, CHOSEN));

function work(): ValueColumn[] {
  const labelers = `count by (${BY_PROJECT}) (${people(pairs(ROW.imagesLabeled, SCOPE, CHOSEN))} > 0)`;
  const ofAll = `${IMAGES} / on (workspace) group_left () (${sumBy("workspace", IMAGES)} > 0)`;
  const boxes = sumBy(BY_PROJECT, pairs(ROW.boxesDrawn, SCOPE, CHOSEN));
  return [
    { heading: "Images", expr: withProject(IMAGES), unit: "short" },
    { heading: "Share", expr: withProject(ofAll), unit: "percentunit", decimals: 0 },
    { heading: "Boxes", expr: withProject(boxes), unit: "short", bounds: ANY_BOUNDS },
    { heading: "Labelers", expr: withProject(labelers), unit: "short" },
  ];
}

function reviews(): ValueColumn[] {
  const percent = { unit: "percentunit", decimals: 1, emptyReason: NO_REVIEWS } as const;
  return [
    { heading: "Reviewed", expr: withProject(REVIEWED), unit: "short", emptyReason: NO_REVIEWS },
    { heading: "Approved", expr: withProject(approvedShare(BY_PROJECT, SCOPE, CHOSEN)), ...percent },
    {
      heading: "Target",
      expr: withProject(`${targetOf("project", SCOPE, CHOSEN)} and on (${BY_PROJECT}) ${IMAGES}`),
      ...percent,
    },
    {
      heading: "Verdict",
      expr: withProject(verdict("project", SCOPE, CHOSEN, REVIEWED)),
      unit: "none",
      mappings: VERDICT_MAPPINGS,
      emptyReason: NO_REVIEWS,
    },
  ];
}

function shares(): ValueColumn[] {
  const share = (metric: string) => withProject(shareOfImages(BY_PROJECT, metric, SCOPE));
  return [
    { heading: "Model-assisted", expr: share(ROW.modelAssisted), unit: "percentunit", decimals: 0 },
    { heading: "No objects", expr: share(ROW.markedNull), unit: "percentunit", decimals: 1 },
  ];
}

function projects(): PanelDefinition {
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
      columns: [...work(), ...reviews(), ...shares()],
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
