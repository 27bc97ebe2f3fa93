import type { LabelerInfo, ProjectInfo } from "../answers/names.ts";
import type { PeopleConfig } from "../config/config.ts";
import type { DroppableDefinition, Sample } from "./definition.ts";
import { INFO_METRICS } from "./info-metrics.ts";
import { labelerInfoLabels, optionalLabels } from "./labeler-labels.ts";
import { type Labeled, compareText } from "./family.ts";

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
