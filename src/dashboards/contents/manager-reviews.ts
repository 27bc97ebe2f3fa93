import type { PanelDefinition, RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { namesOf, people, PROJECT_SCOPE } from "../promql.ts";
import { LEFT } from "../../sources/metric-names.ts";
import { select } from "../selectors.ts";
import { NEEDS_BACKLOG } from "./manager-left.ts";

const BY_JOB = "workspace, project, job_id";
const BY = "workspace, reviewer";

const OPEN = `max by (${BY_JOB}, reviewer) (${select(LEFT.jobInfo, { ...PROJECT_SCOPE, status: '!="complete"' })})`;
const ANNOTATED = `max by (${BY_JOB}) (${select(LEFT.jobImages, { ...PROJECT_SCOPE, state: '="annotated"' })})`;
/** Jobs with images that wait, and for whom. */
const WAITING = `((${ANNOTATED} > 0) * on (${BY_JOB}) group_left (reviewer) ${OPEN})`;

const NONE_WAITS = "nothing waits for review, or the backlog is not polled";

/** Reviewers by name; in words where there is none. */
function named(expr: string): string {
  const known = `label_join(${expr}, "labeler", "", "reviewer") * on (workspace, labeler) group_left (labeler_name) ${people(namesOf("labeler"))}`;
  const words = [
    ["someone whose name is not known", "unknown"],
    ["no reviewer is set", ""],
  ] as const;
  const inWords = words.reduce(
    (inner, [text, matched]) => `label_replace(${inner}, "labeler_name", "${text}", "reviewer", "${matched}")`,
    `label_join(${expr}, "labeler_name", "", "reviewer")`,
  );
  return `max by (${BY}, labeler_name) (${known} or on (${BY}) ${inWords})`;
}

function columns(): ValueColumn[] {
  const created = `max by (${BY_JOB}) (${select(LEFT.jobCreated, PROJECT_SCOPE)})`;
  const oldest = `min by (${BY}) (${created} * on (${BY_JOB}) group_left (reviewer) (0 * ${WAITING} + 1))`;
  const empty = { emptyReason: NONE_WAITS } as const;
  const projects = `count by (${BY}) (group by (workspace, project, reviewer) (${WAITING}))`;
  return [
    { heading: "Images waiting", expr: named(`sum by (${BY}) (${WAITING})`), unit: "none", ...empty },
    { heading: "Jobs", expr: named(`count by (${BY}) (${WAITING})`), unit: "none", ...empty },
    { heading: "Projects", expr: named(projects), unit: "none", ...empty },
    { heading: "Oldest job", expr: named(`1000 * ${oldest}`), unit: "dateTimeFromNow", ...empty },
  ];
}

function whoReviews(): PanelDefinition {
  return table(
    {
      title: "Waiting for review, and for whom",
      description:
        "Images that are labeled and not yet approved or rejected, in jobs that are not complete, by the person who is to review them. " +
        "If one person has most of them, give some to others; set a reviewer where none is. Oldest job is when that job was created. Only jobs that the exporter publishes count, by default the first 100 of each project.",
      unit: "none",
      keys: [
        { label: "labeler_name", heading: "Reviewer", width: 260 },
        { label: "workspace", heading: "Workspace", width: 140 },
        { label: "reviewer" },
      ],
      columns: columns(),
      sortBy: "Images waiting",
      noValue:
        "Nothing waits for review, or nothing is known of it: that needs backlog: true in the exporter's configuration.",
    },
    { width: 20, height: 8 },
  );
}

function waiting(): PanelDefinition {
  const none = `0 * count(${select(LEFT.unannotated, PROJECT_SCOPE)})`;
  return stat(
    {
      title: "Images waiting for review",
      description:
        "Labeled images of the chosen projects on which no one has decided yet. Workspaces without backlog: true are not in it. If it grows for weeks, reviews do not keep up with the labeling: plan more time for them.",
      unit: "none",
      queries: [{ expr: `sum(${WAITING}) or ${none}`, emptyReason: "the backlog is not polled" }],
    },
    { width: 4, height: 8, noValue: NEEDS_BACKLOG },
  );
}

/** What is labeled and not reviewed. */
export const reviewsRow: RowDefinition = {
  title: "Reviews, in the chosen projects",
  panels: [waiting(), whoReviews()],
};
