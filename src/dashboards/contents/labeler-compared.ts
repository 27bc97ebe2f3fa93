import { approvedShare, reviewed, SHARE_NOTE } from "../approval.ts";
import { toProject } from "../links.ts";
import { ROW } from "../../sources/metric-names.ts";
import type { PanelDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { points, POINTS, POINTS_BOUNDS } from "../points.ts";
import { CHOSEN, LABELER_SCOPE, pairs, sumBy, withProject, WORKSPACE_SCOPE } from "../promql.ts";
import { intervalOf } from "../recorded.ts";
import { NO_REVIEWS } from "../shared-panels.ts";
import { verdict, VERDICT_MAPPINGS, VERDICT_NOTE } from "../verdict.ts";

const SCOPE = LABELER_SCOPE;
const BY = "workspace, project";
const LEVEL = "project_labeler";
const IDLE = "the person did nothing in the window";

const IMAGES = sumBy(BY, pairs(ROW.imagesLabeled, SCOPE, CHOSEN));

function outputColumns(): ValueColumn[] {
  const ofProject = `${IMAGES} / (${sumBy(BY, pairs(ROW.imagesLabeled, WORKSPACE_SCOPE, CHOSEN))} > 0)`;
  return [
    { heading: "Images", expr: withProject(IMAGES), unit: "none", emptyReason: IDLE },
    {
      heading: "Part",
      expr: withProject(ofProject),
      unit: "percentunit",
      decimals: 0,
      emptyReason: IDLE,
    },
  ];
}

function qualityColumns(): ValueColumn[] {
  const own = approvedShare(BY, SCOPE, CHOSEN);
  const everyone = `(${approvedShare(BY, WORKSPACE_SCOPE, CHOSEN)} and on (${BY}) ${IMAGES})`;
  const once = (expr: string) => withProject(`max by (${BY}) (${expr})`);
  const percent = { unit: "percentunit", decimals: 1, emptyReason: NO_REVIEWS } as const;
  return [
    {
      heading: "Reviewed",
      expr: withProject(sumBy(BY, reviewed(SCOPE, CHOSEN))),
      unit: "none",
      emptyReason: NO_REVIEWS,
    },
    { heading: "First pass", expr: once(pairs(ROW.approvalRatio, SCOPE, CHOSEN)), ...percent },
    { heading: "Approved", expr: withProject(own), ...percent },
    { heading: "95 % low", expr: once(intervalOf(LEVEL, "lower", SCOPE, CHOSEN)), ...percent },
    { heading: "95 % high", expr: once(intervalOf(LEVEL, "upper", SCOPE, CHOSEN)), ...percent },
    {
      heading: "Verdict",
      expr: once(verdict(LEVEL, SCOPE, CHOSEN, reviewed(SCOPE, CHOSEN))),
      unit: "none",
      mappings: VERDICT_MAPPINGS,
      emptyReason: NO_REVIEWS,
    },
    { heading: "Everyone", expr: withProject(everyone), ...percent },
    {
      heading: "± everyone",
      expr: withProject(points(`${own} - ${everyone}`)),
      unit: POINTS,
      bounds: POINTS_BOUNDS,
      decimals: 1,
      emptyReason: NO_REVIEWS,
    },
  ];
}

/** The person's projects, next to what all labelers of each project do. */
export function projectsOfLabeler(): PanelDefinition {
  return table(
    {
      title: "Projects of the person",
      description:
        `First pass is Roboflow's own rate. ${SHARE_NOTE} ${VERDICT_NOTE} ` +
        "Part is the person's part of the project's images, Everyone the approved share of all labelers of the project; ± everyone is the person's approved share minus that of all labelers of the project.",
      unit: "none",
      keys: [
        { label: "project_name", heading: "Project", width: 220, links: toProject("row") },
        { label: "workspace" },
        { label: "project" },
      ],
      columns: [...outputColumns(), ...qualityColumns()],
      sortBy: "Images",
      noValue: "The person labeled nothing in the window.",
    },
    { height: 9 },
  );
}
