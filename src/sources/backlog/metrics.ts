import type { DroppableDefinition } from "../../metrics/definition.ts";

/** What differs between the metrics: labels after workspace and project, API field, unit, help, how it sums, caveat. */
interface Entry {
  readonly labels?: readonly string[];
  readonly source: string;
  readonly unit: string;
  /** Without the field. */
  readonly help: string;
  readonly sums: string;
  readonly caveat?: string;
}

const IMAGES = { unit: "images", sums: "projects, unless they share images" } as const;
const INSTANT = { unit: "seconds since the Unix epoch", sums: "never" } as const;
const NOW = "A state of now, not of a window.";

/** In the order of the docs, which is that of their value: the series limit drops the last first. */
const ENTRIES = {
  roboflow_project_images_unannotated: {
    ...IMAGES,
    source: "projects[].unannotated",
    help: "Images of the project that are not labeled yet",
    caveat: `${NOW} Falls with labeling, rises with uploads.`,
  },
  roboflow_project_images: {
    ...IMAGES,
    source: "projects[].images",
    help: "Images of the project",
    caveat: `${NOW} Need not be the sum of the splits.`,
  },
  roboflow_project_images_uploaded: {
    ...IMAGES,
    labels: ["window"],
    source: "batches[].images, batches[].uploaded",
    help: "Images in the batches that were uploaded in the window",
    caveat:
      "By the day of the upload in poll.timezone. Absent where a batch does not say when it was uploaded. Batches that were deleted are not in it, and whether images that left a batch are is undocumented.",
  },
  roboflow_project_oldest_open_job_created_timestamp_seconds: {
    ...INSTANT,
    source: "jobs[].created, jobs[].unannotated",
    help: "When the oldest of the project's jobs that still has images to label was created",
    caveat: "Absent without such a job, and where a job that may be older does not say so.",
  },
  roboflow_project_deadline_timestamp_seconds: {
    ...INSTANT,
    source: "configuration: workspaces[].deadline",
    help: "End of the day by which the configuration wants the project labeled",
    caveat: "The end of the day in poll.timezone. Only for projects that the API lists.",
  },
  roboflow_project_slug_info: {
    labels: ["project_slug"],
    source: "projects[].id",
    unit: "1",
    help: "The project's slug, as in its URL, always 1",
    sums: "never",
    caveat: "Exactly one series per project.",
  },
  roboflow_project_jobs: {
    source: "jobs[]",
    unit: "jobs",
    help: "Jobs of the project, finished ones too",
    sums: "projects",
    caveat: "Counts jobs over backlog.max_jobs, too, which have no series of their own.",
  },
  roboflow_project_images_split: {
    unit: "images",
    sums: "splits; projects, unless they share images",
    labels: ["split"],
    source: "projects[].splits",
    help: "Images of the project in the split, such as train, valid and test",
    caveat: "At most 10 splits.",
  },
  roboflow_project_classes: {
    source: "projects[].classes",
    unit: "classes",
    help: "Number of the project's classes",
    sums: "never",
    caveat: NOW,
  },
  roboflow_project_versions: {
    source: "projects[].versions",
    unit: "versions",
    help: "Number of the project's versions",
    sums: "projects",
    caveat: NOW,
  },
  roboflow_project_updated_timestamp_seconds: {
    ...INSTANT,
    source: "projects[].updated",
    help: "When the project was last changed",
    caveat: "What counts as a change is undocumented.",
  },
  roboflow_job_images: {
    unit: "images",
    sums: "states, jobs, projects",
    labels: ["job_id", "state"],
    source: "jobs[].unannotated, annotated, approved, rejected",
    help: "Images of the job by state: unannotated, annotated, approved or rejected",
    caveat: "Need not add up to the size of the job: in Roboflow's own sample they do not.",
  },
  roboflow_job_info: {
    labels: ["job_id", "name", "status", "labeler", "reviewer"],
    source: "jobs[].name, status, labeler, reviewer",
    unit: "1",
    help: "The job's name, status, labeler and reviewer, always 1",
    sums: "never",
    caveat:
      "People have the label labeler of roboflow_labeler_info; unknown is a person whose id is not known, empty where the job names no one. E-mail addresses in texts are replaced unless people.email is true.",
  },
  roboflow_job_created_timestamp_seconds: {
    ...INSTANT,
    labels: ["job_id"],
    source: "jobs[].created",
    help: "When the job was created",
  },
  roboflow_project_annotations: {
    labels: ["class"],
    source: "projects[].classes",
    unit: "annotations",
    help: "Annotations of the class in the project",
    sums: "classes, projects",
    caveat: "Only with backlog.annotations, and only for the backlog.max_classes largest classes.",
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type BacklogMetric = keyof typeof ENTRIES;

/** Below the others, which are asked for by default. */
const FIRST_ORDER = 400;

function isMetric(name: string): name is BacklogMetric {
  return Object.hasOwn(ENTRIES, name);
}

function definitionOf(name: BacklogMetric, index: number): DroppableDefinition {
  const { help, labels = [], caveat = "", ...entry }: Entry = ENTRIES[name];
  const isOurs = entry.source.startsWith("configuration");
  return {
    ...{ ...entry, name, type: "gauge", caveat },
    help: isOurs ? `${help}.` : `${help} (API: ${entry.source}, polled).`,
    labels: ["workspace", "project", ...labels],
    dropOrder: FIRST_ORDER + index,
  };
}

/** Every metric of a project or a job, by name, the most valuable first. */
export const BACKLOG_METRICS: ReadonlyMap<BacklogMetric, DroppableDefinition> = new Map(
  Object.keys(ENTRIES)
    .filter(isMetric)
    .map((name, index) => [name, definitionOf(name, index)]),
);

/** How much of the workspace is not in the others. */
export const LEFT_OUT_METRIC: DroppableDefinition = {
  name: "roboflow_backlog_projects_left_out",
  type: "gauge",
  help: "Projects without any of these series: over backlog.max_projects (limit), not readable (refused) or not listed (unlisted) (API: projects[], polled).",
  labels: ["workspace", "reason"],
  unit: "projects",
  source: "projects[]",
  sums: "reasons",
  caveat: "A project is refused where its jobs or batches answer 403, 404 or 410; unlisted ones are names in projects.",
  dropOrder: FIRST_ORDER - 1,
};
