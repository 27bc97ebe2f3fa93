import type { LabelerInfo, ProjectInfo } from "../answers/names.ts";
import type { PeopleConfig } from "../config/config.ts";
import type { DroppableDefinition, Sample } from "./definition.ts";
import { type Labeled, compareText } from "./family.ts";
import { labelerInfoLabels, optionalLabels } from "./labeler-labels.ts";

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
      "Exactly one series per id. Has a label email only with people.email: true, and a label team only with people.teams; both are empty where nothing is known. The kind is other for the one labeler that limits.labelers makes of several.",
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

/** The labels whose ids have names. */
export type NamedLabel = "project" | "labeler";

/** The info series of all projects or of all labelers. */
export interface NameFamily {
  readonly definition: DroppableDefinition;
  readonly label: NamedLabel;
  readonly samples: () => readonly Sample[];
}

/** The names in answers, by id. */
export interface Names {
  readonly workspace: string;
  readonly projects: ReadonlyMap<string, ProjectInfo>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
}

/** Samples of value 1, sorted by the id's label. */
export function infoSamples(items: readonly Labeled<unknown>["labels"][], id: string): readonly Sample[] {
  const sorted = items.toSorted((a, b) => compareText(String(a[id]), String(b[id])));
  return sorted.map((labels) => ({ labels, value: 1 }));
}

/** The info families of projects and labelers. */
export function nameFamilies({ workspace, projects, labelers }: Names, config: PeopleConfig): NameFamily[] {
  const projectLabels = [...projects].map(([project, { name, type }]) => ({
    ...{ workspace, project },
    project_name: name ?? project,
    project_type: type ?? "unknown",
  }));
  const labelerLabels = [...labelers].map(([id, info]) => ({ workspace, ...labelerInfoLabels(id, info, config) }));
  const labeler = { ...INFO_METRICS.labeler, labels: [...INFO_METRICS.labeler.labels, ...optionalLabels(config)] };
  return [
    { definition: INFO_METRICS.project, label: "project", samples: () => infoSamples(projectLabels, "project") },
    { definition: labeler, label: "labeler", samples: () => infoSamples(labelerLabels, "labeler") },
  ];
}
