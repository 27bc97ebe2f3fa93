import { approvedShare, changeOfShare, reviewed, SHARE_NOTE } from "../approval.ts";
import { toProject } from "../links.ts";
import { ROW } from "../metric-names.ts";
import { DIFFERENCE_BOUNDS, type PanelDefinition } from "../model.ts";
import { scatter } from "../panels/others.ts";
import { table } from "../panels/table.ts";
import { CHOSEN, LABELER_SCOPE, pairs, PROJECT_SCOPE, sumBy, withLabeler, withProject } from "../promql.ts";
import { NO_REVIEWS } from "../shared-panels.ts";
import { APPROVAL, DIFFERENCE } from "../thresholds.ts";

const SCOPE = LABELER_SCOPE;
const BY = "workspace, project";
const IDLE = "the labeler did nothing in the window";

/** The labeler's projects, beside what all labelers of each project do. */
export function projectsOfLabeler(): PanelDefinition {
  const images = sumBy(BY, pairs(ROW.imagesLabeled, SCOPE, CHOSEN));
  const ofProject = `${images} / (${sumBy(BY, pairs(ROW.imagesLabeled, PROJECT_SCOPE, CHOSEN))} > 0)`;
  const own = approvedShare(BY, SCOPE, CHOSEN);
  const everyone = `(${approvedShare(BY, PROJECT_SCOPE, CHOSEN)} and on (${BY}) ${images})`;
  const percent = { unit: "percentunit", decimals: 1, emptyReason: NO_REVIEWS } as const;
  return table(
    {
      title: "Projects of the labeler",
      description:
        `Approval is Roboflow's own first-pass ratio. ${SHARE_NOTE} ` +
        "Against the project is the labeler's approved share minus that of all labelers of the project; " +
        "Change is the last 7 days minus the labeler's own 21 days before, whatever the chosen window.",
      unit: "short",
      keys: [
        { label: "project_name", heading: "Project", width: 220, links: toProject("row") },
        { label: "workspace" },
        { label: "project" },
      ],
      columns: [
        { heading: "Images", expr: withProject(images), unit: "short", emptyReason: IDLE },
        {
          heading: "Share of the project",
          expr: withProject(ofProject),
          unit: "percentunit",
          decimals: 0,
          emptyReason: IDLE,
        },
        {
          heading: "Reviewed",
          expr: withProject(sumBy(BY, reviewed(SCOPE, CHOSEN))),
          unit: "short",
          emptyReason: NO_REVIEWS,
        },
        {
          heading: "Approval",
          expr: withProject(`max by (${BY}) (${pairs(ROW.approvalRatio, SCOPE, CHOSEN)})`),
          ...percent,
          thresholds: APPROVAL,
        },
        { heading: "Approved share", expr: withProject(own), ...percent, thresholds: APPROVAL },
        { heading: "Project's share", expr: withProject(everyone), ...percent },
        {
          heading: "Against the project",
          bounds: DIFFERENCE_BOUNDS,
          expr: withProject(`${own} - ${everyone}`),
          ...percent,
          thresholds: DIFFERENCE,
        },
        {
          heading: "Change",
          expr: withProject(changeOfShare(BY, SCOPE)),
          ...percent,
          thresholds: DIFFERENCE,
          bounds: DIFFERENCE_BOUNDS,
        },
      ],
      sortBy: "Images",
    },
    { height: 7 },
  );
}

/** Every labeler of the chosen projects as a point; the chosen one in another colour. */
export function qualityByVolume(): PanelDefinition {
  const by = "workspace, labeler";
  return scatter(
    {
      title: "Quality by volume, all labelers",
      description:
        `One point for each labeler of the chosen projects, in the chosen window; this labeler is orange. ${SHARE_NOTE} ` +
        "Points at the left rest on little work: look at the interval before judging.",
      x: {
        heading: "Images labeled",
        expr: withLabeler(sumBy(by, pairs(ROW.imagesLabeled, PROJECT_SCOPE, CHOSEN))),
        unit: "short",
      },
      y: {
        heading: "Approved share",
        expr: withLabeler(approvedShare(by, PROJECT_SCOPE, CHOSEN)),
        unit: "percentunit",
        max: 1,
      },
      highlight: { heading: "This labeler", expr: withLabeler(approvedShare(by, SCOPE, CHOSEN)) },
      point: { label: "labeler_name", heading: "Labeler" },
      hidden: ["workspace", "labeler"],
      emptyReason: NO_REVIEWS,
    },
    14,
    10,
  );
}
