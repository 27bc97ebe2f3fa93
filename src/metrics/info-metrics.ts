import type { DroppableDefinition } from "./definition.ts";

const COMMON = {
  type: "gauge",
  unit: "1",
  sums: "never",
  caveat: "Exactly one series per id; join names from here.",
} as const;

/** Names live here and not in the data's labels: a rename must not break a series, and names are not unique. */
export const INFO_METRICS = {
  workspace: {
    ...COMMON,
    name: "roboflow_workspace_info",
    help: "The workspace and its opaque id, always 1 (API: data[].workspaceId, polled).",
    labels: ["workspace", "workspace_id"],
    source: "data[].workspaceId",
    dropOrder: 1,
  },
  project: {
    ...COMMON,
    name: "roboflow_project_info",
    help: "The project's name and type, always 1 (API: data[].projectName and data[].projectType, polled).",
    labels: ["workspace", "project", "project_name", "project_type"],
    source: "data[].projectName, data[].projectType",
    dropOrder: 30,
  },
  labeler: {
    ...COMMON,
    name: "roboflow_labeler_info",
    help: "The labeler's name and kind, human or system, always 1 (API: labelers[], polled).",
    labels: ["workspace", "labeler", "labeler_name", "kind"],
    source: "labelers[].displayName (and labelers[].email when asked for)",
    caveat:
      "Exactly one series per id. Has a label email only with people.email: true, and a label team only with people.teams; both are empty where nothing is known.",
    dropOrder: 31,
  },
  target: {
    name: "roboflow_approval_target_ratio",
    type: "gauge",
    help: "Approval ratio the configuration asks of the project, 0 to 1.",
    labels: ["workspace", "project"],
    unit: "ratio",
    source: "configuration: workspaces[].approval_target",
    sums: "never",
    caveat: "Only for projects with a target, and only once the API has named them.",
    dropOrder: 2,
  },
} as const satisfies Readonly<Record<string, DroppableDefinition>>;
