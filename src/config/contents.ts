import { backlog, deadlines } from "./backlog.ts";
import { TOTALS } from "./config.ts";
import { key } from "./table.ts";
import * as value from "./values.ts";

const LABELERS_REMEDY = "list labeler ids here; how people appear is set in people at the top level";

/** Which data of a workspace is polled, and its targets. */
export const CONTENTS = {
  projects: key(value.list(value.project(), "project slugs"), {
    otherwise: "all",
    example: ["cells", "leaves"],
    note: "Projects to ask for",
  }),
  labelers: key(value.list(value.name(), "labeler ids", { remedy: LABELERS_REMEDY }), {
    otherwise: "all",
    example: ["u7Jq2"],
    note: "Labelers to ask for",
  }),
  totals: key(value.list(value.oneOf(TOTALS), "`project`, `labeler`"), {
    otherwise: "none",
    example: ["project"],
    note: "Unique totals per project or per labeler: one more request for each project or labeler in each window. With a filter, only totals of the filter's own kind",
  }),
  legacy: key(value.yesOrNo(), {
    default: false,
    note: "Poll the legacy endpoint too, for the time spent on labeling; cannot be combined with `projects` or `labelers`",
  }),
  cost_per_hour: key(value.amount(0.01, 1_000_000), {
    otherwise: "none",
    example: 12.5,
    note: "What an hour of labeling costs, in your own currency, for the cost per image; needs `legacy`",
  }),
  backlog: key(backlog(), {
    default: false,
    example: true,
    note: "Poll projects, jobs and batches too, for the work that is left: `true`, or a mapping with the keys below; cannot be combined with `labelers`",
  }),
  deadline: key(deadlines(), {
    otherwise: "none",
    example: { "leaf-cells": "2026-12-24" },
    note: "Day by which a project is to be labeled, by the project's slug; needs `backlog`",
  }),
  approval_target: key(value.approvalTarget(), {
    otherwise: "none",
    example: 0.95,
    note: "Target of the approval ratio: one number, or numbers by project id or name, with `default` for the rest",
  }),
};
