import type { PeopleConfig } from "../../config/config.ts";
import type { DroppableDefinition, Sample } from "../../metrics/definition.ts";
import { type SteppedFamily, compareText } from "../../metrics/family.ts";
import type { Steps } from "../../steps.ts";
import { JOB_STATES, LEFT_OUT, type Job, type ProjectBacklog, type WorkspaceBacklog } from "./fields.ts";
import { BACKLOG_METRICS, type BacklogMetric, LEFT_OUT_METRIC } from "./metrics.ts";
import { personLabel, shownText } from "./people.ts";

/** What the configuration says about how it is shown. */
export interface FamilyOptions {
  readonly people: PeopleConfig;
  /** The end of the last day for a project, epoch seconds; undefined without a deadline. */
  readonly deadlineOf: (slug: string) => number | undefined;
}

/** Labels after workspace and project, and the value; without a value there is no series. */
type Row = readonly [labels: Sample["labels"], value: number | undefined];

function one(value: number | undefined): readonly Row[] {
  return [[{}, value]];
}

function byName(label: string, counts: ReadonlyMap<string, number>): readonly Row[] {
  const sorted = [...counts].toSorted(([a], [b]) => compareText(a, b));
  return sorted.map(([name, value]) => [{ [label]: name }, value]);
}

function perJob({ jobs }: ProjectBacklog, rowsOf: (job: Job) => readonly Row[]): readonly Row[] {
  const sorted = jobs.toSorted((a, b) => compareText(a.id, b.id));
  return sorted.flatMap((job) => rowsOf(job).map(([labels, value]) => [{ job_id: job.id, ...labels }, value] as const));
}

function isState(name: string): name is keyof typeof JOB_STATES {
  return Object.hasOwn(JOB_STATES, name);
}

const STATES = Object.keys(JOB_STATES).filter(isState);

function infoOf({ name, status, labeler, reviewer }: Job, people: PeopleConfig): Sample["labels"] {
  return {
    ...{ name: shownText(name, people), status: shownText(status, people) },
    ...{ labeler: personLabel(labeler, people), reviewer: personLabel(reviewer, people) },
  };
}

/** The rows of each metric in one project. */
const ROWS: Readonly<Record<BacklogMetric, (project: ProjectBacklog, options: FamilyOptions) => readonly Row[]>> = {
  roboflow_project_images_unannotated: ({ values }) => one(values.unannotated),
  roboflow_project_images: ({ values }) => one(values.images),
  roboflow_project_images_uploaded: ({ uploads }) => [...uploads].map(([window, images]) => [{ window }, images]),
  roboflow_project_oldest_open_job_created_timestamp_seconds: ({ oldestOpen }) => one(oldestOpen),
  roboflow_project_deadline_timestamp_seconds: ({ slug }, { deadlineOf }) => one(deadlineOf(slug)),
  roboflow_project_slug_info: ({ slug }) => [[{ project_slug: slug }, 1]],
  roboflow_project_jobs: ({ jobCount }) => one(jobCount),
  roboflow_project_images_split: ({ splits }) => byName("split", splits),
  roboflow_project_classes: ({ classCount }) => one(classCount),
  roboflow_project_versions: ({ versions }) => one(versions),
  roboflow_project_updated_timestamp_seconds: ({ updated }) => one(updated),
  roboflow_job_images: (project) =>
    perJob(project, ({ values }) => STATES.map((state) => [{ state }, values[state]] as const)),
  roboflow_job_info: (project, { people }) => perJob(project, (job) => [[infoOf(job, people), 1]]),
  roboflow_job_created_timestamp_seconds: (project) => perJob(project, ({ created }) => one(created)),
  roboflow_project_annotations: ({ classes }) => byName("class", classes),
};

/**
 * The label `project`: the opaque id, by which the statistics know the project. Where no job says it, the id that
 * `GET /{workspace}` gives, which has a slash.
 */
export function projectLabel(workspace: string, { id, slug }: Pick<ProjectBacklog, "id" | "slug">): string {
  return id ?? `${workspace}/${slug}`;
}

/** A project with its labels. */
interface Shown {
  readonly own: Readonly<Record<"workspace" | "project", string>>;
  readonly project: ProjectBacklog;
}

function familyOf(
  metric: BacklogMetric,
  definition: DroppableDefinition,
  all: readonly Shown[],
  options: FamilyOptions,
): SteppedFamily {
  return {
    definition,
    samples: function* () {
      const samples: Sample[] = [];
      for (const { own, project } of all) {
        for (const [labels, value] of ROWS[metric](project, options))
          if (value !== undefined) samples.push({ labels: { ...own, ...labels }, value });
        yield;
      }
      return samples;
    },
  };
}

function leftOutFamily({ workspace, leftOut }: WorkspaceBacklog): SteppedFamily {
  return {
    definition: LEFT_OUT_METRIC,
    samples: function* () {
      yield;
      return LEFT_OUT.map((reason) => ({ labels: { workspace, reason }, value: leftOut[reason] }));
    },
  };
}

/** The families of one good poll, without those that give names. */
export function* backlogFamilies(backlog: WorkspaceBacklog, options: FamilyOptions): Steps<readonly SteppedFamily[]> {
  const { workspace, projects } = backlog;
  yield;
  const all = projects
    .map((project) => ({ own: { workspace, project: projectLabel(workspace, project) }, project }))
    .toSorted((a, b) => compareText(a.own.project, b.own.project));
  const families = [...BACKLOG_METRICS].map(([metric, definition]) => familyOf(metric, definition, all, options));
  return [leftOutFamily(backlog), ...families];
}
