import { ratioOf } from "../../answers/numbers.ts";
import type { PeopleConfig } from "../../config/config.ts";
import type { DroppableDefinition } from "../../metrics/definition.ts";
import { type Labeled, type SteppedFamily, samplesInSteps, sortByLabels } from "../../metrics/family.ts";
import { labelerLabel } from "../../metrics/labeler-labels.ts";
import type { Steps } from "../../steps.ts";
import type { LegacyRowField, LegacyRowValues, LegacyTickField, LegacyWorkspaceStats } from "./fields.ts";

/** What differs between the metrics: name after the prefix, what is counted, unit, how it sums, caveat. */
type Entry = readonly [name: string, what: string, unit: string, sums: string, caveat: string];

const UNIQUE = "Whether an image worked on twice counts once is undocumented.";
const TIMING = "How Roboflow measures the time is undocumented.";

const ROWS: Readonly<Record<LegacyRowField, Entry>> = {
  total_time_spent_annotating_minutes: [
    "annotating_seconds",
    "Time spent annotating in the project in the window",
    "seconds",
    "projects, days",
    TIMING,
  ],
  seconds_per_image: [
    "seconds_per_image",
    "Pace in the project in the window as the API gives it, in seconds",
    "time per image",
    "never",
    "Not annotating_seconds / images_labeled; how it is computed is undocumented. Absent when it is 0, or when no image was labeled: the API has 0 where it has no pace.",
  ],
  total_images_labeled: [
    "images_labeled",
    "Images labeled in the project in the window",
    "images",
    "projects as work, not as unique images; days undocumented",
    UNIQUE,
  ],
  acceptance_rate: [
    "acceptance_ratio",
    "Share of the project's images that were accepted in the window, 0 to 1",
    "ratio",
    "never",
    "Absent when it is 0, which may also mean that nothing was reviewed. Whether it is first-pass approval is undocumented.",
  ],
  total_boxes_created: [
    "boxes_created",
    "Annotations created in the project in the window",
    "annotations",
    "projects, days",
    "Annotations of any type; removed ones are not subtracted.",
  ],
  num_images_marked_null: [
    "images_marked_null",
    "Images of the project marked as having no objects in the window",
    "images",
    "projects; days undocumented",
    UNIQUE,
  ],
};

const TICKS: Readonly<Record<LegacyTickField, Entry>> = {
  total_time_spent_annotating_minutes: [
    "annotating_seconds",
    "Time the labeler spent annotating in the window, all projects together",
    "seconds",
    "labelers, days",
    `${TIMING} Absent when the answer's ticks do not lie side by side within the window.`,
  ],
  total_images_labeled: [
    "images_labeled",
    "Images the labeler labeled in the window, all projects together",
    "images",
    "labelers as work, not as unique images; days undocumented",
    "Added up over ticks: an image worked on in two of them counts twice.",
  ],
  total_boxes_created: [
    "boxes_created",
    "Annotations the labeler created in the window, all projects together",
    "annotations",
    "labelers, days",
    "Annotations of any type; removed ones are not subtracted.",
  ],
};

/** What differs between the grains. By `dropOrder`, legacy data is dropped before any other. */
const GRAINS = {
  project: { prefix: "roboflow_legacy_", section: "data.data[]", label: "project", order: 210 },
  labeler: { prefix: "roboflow_legacy_labeler_", section: "data.ticks[].values", label: "labeler", order: 220 },
} as const;

function legacyMetric(grain: keyof typeof GRAINS, field: string, entry: Entry, index: number): DroppableDefinition {
  const { prefix, section, label, order } = GRAINS[grain];
  const [name, what, unit, sums, caveat] = entry;
  const source = `${section}.${field}`;
  return {
    name: `${prefix}${name}`,
    type: "gauge",
    help: `${what} (API: ${source} of workspace-stats, polled).`,
    labels: ["workspace", label, "window"],
    unit,
    source: `${source} (legacy)`,
    sums,
    caveat,
    addsUpOverDays: /\bdays$/.test(sums),
    dropOrder: order + index,
  };
}

function isRowField(field: string): field is LegacyRowField {
  return Object.hasOwn(ROWS, field);
}

function isTickField(field: string): field is LegacyTickField {
  return Object.hasOwn(TICKS, field);
}

/** One metric per number of a project, paired with the API's field. */
export const LEGACY_ROW_METRICS: readonly (readonly [LegacyRowField, DroppableDefinition])[] = Object.keys(ROWS)
  .filter(isRowField)
  .map((field, index) => [field, legacyMetric("project", field, ROWS[field], index)]);

/** One metric per number of a labeler, paired with the API's field. */
export const LEGACY_TICK_METRICS: readonly (readonly [LegacyTickField, DroppableDefinition])[] = Object.keys(TICKS)
  .filter(isTickField)
  .map((field, index) => [field, legacyMetric("labeler", field, TICKS[field], index)]);

/** When the API computed its numbers. */
export const LEGACY_UPDATED: DroppableDefinition = {
  name: "roboflow_legacy_last_updated_timestamp_seconds",
  type: "gauge",
  help: "When the API computed the legacy numbers (API: data.last_updated of workspace-stats, polled).",
  labels: ["workspace"],
  unit: "seconds since the Unix epoch",
  source: "data.last_updated (legacy)",
  sums: "never",
  caveat: "The earliest of the poll's answers, one for each window.",
  dropOrder: 200,
};

/** What the time of {@link LEGACY_METRICS} costs. */
export const COST_PER_HOUR: DroppableDefinition = {
  name: "roboflow_cost_per_hour",
  type: "gauge",
  help: "What an hour of labeling costs, in a currency of your own (configuration: workspaces[].cost_per_hour).",
  labels: ["workspace"],
  unit: "your currency per hour",
  source: "configuration: workspaces[].cost_per_hour",
  sums: "never",
  caveat: "Only where it is configured.",
  dropOrder: 201,
};

/** Every metric of the legacy endpoint's data. */
export const LEGACY_METRICS: readonly DroppableDefinition[] = [
  ...LEGACY_ROW_METRICS.map(([, metric]) => metric),
  ...LEGACY_TICK_METRICS.map(([, metric]) => metric),
  LEGACY_UPDATED,
  COST_PER_HOUR,
];

type Item = Labeled<LegacyRowValues>;

function* projectItems({ workspace, windows }: LegacyWorkspaceStats): Steps<readonly Item[]> {
  const items = windows.flatMap(({ window, rows }) =>
    [...rows].map(([project, values]) => ({ labels: { workspace, project, window }, values })),
  );
  return yield* sortByLabels(items, ["window", "project"]);
}

function* labelerItems({ workspace, windows }: LegacyWorkspaceStats, config: PeopleConfig): Steps<readonly Item[]> {
  const items = windows.flatMap(({ window, ticks }) =>
    [...(ticks ?? [])].map(([id, values]) => ({
      labels: { workspace, labeler: labelerLabel(id, config), window },
      values,
    })),
  );
  return yield* sortByLabels(items, ["window", "labeler"]);
}

function familiesOf(metrics: readonly (readonly [LegacyRowField, DroppableDefinition])[], items: readonly Item[]) {
  return metrics.map(([field, definition]) => ({
    definition,
    samples: () => samplesInSteps(items, (values) => legacyValue(field, values)),
  }));
}

function updatedFamily({ workspace, lastUpdatedMs }: LegacyWorkspaceStats): SteppedFamily {
  const items = lastUpdatedMs === undefined ? [] : [{ labels: { workspace }, values: lastUpdatedMs / 1000 }];
  return { definition: LEGACY_UPDATED, samples: () => samplesInSteps(items, (value) => value) };
}

function costFamily(workspace: string, costPerHour: number | undefined): SteppedFamily {
  const items = costPerHour === undefined ? [] : [{ labels: { workspace }, values: costPerHour }];
  return { definition: COST_PER_HOUR, samples: () => samplesInSteps(items, (value) => value) };
}

/** The configuration that shows in the data. */
interface Shown {
  readonly people: PeopleConfig;
  readonly costPerHour: number | undefined;
}

/** The families of one good poll of the legacy endpoint, without those that give names. */
export function* legacyFamilies(
  stats: LegacyWorkspaceStats,
  { people, costPerHour }: Shown,
): Steps<readonly SteppedFamily[]> {
  return [
    updatedFamily(stats),
    costFamily(stats.workspace, costPerHour),
    ...familiesOf(LEGACY_ROW_METRICS, yield* projectItems(stats)),
    ...familiesOf(LEGACY_TICK_METRICS, yield* labelerItems(stats, people)),
  ];
}

/** Minutes in seconds, to the millisecond: 24.1 minutes are 1446 seconds, not 1446.0000000000002. */
function secondsOf(minutes: number): number {
  return Math.round(minutes * 60_000) / 1000;
}

/** The API sends 0 when it has no pace, in its own sample even with hours of work. */
function paceOf(seconds: number, { total_images_labeled: images }: LegacyRowValues): number | undefined {
  return seconds === 0 || images === 0 ? undefined : seconds;
}

/** Without counts, a rate of 0 cannot be distinguished from no reviews at all. */
function acceptanceOf(percent: number): number | undefined {
  return percent === 0 ? undefined : ratioOf(percent);
}

/** How the numbers of some fields are converted for publication. */
const CONVERSIONS: Readonly<
  Partial<Record<LegacyRowField, (value: number, values: LegacyRowValues) => number | undefined>>
> = {
  total_time_spent_annotating_minutes: secondsOf,
  seconds_per_image: paceOf,
  acceptance_rate: acceptanceOf,
};

/** The value to publish for a field of a project or a labeler; undefined when there is none. */
export function legacyValue(field: LegacyRowField, values: LegacyRowValues): number | undefined {
  const raw = values[field];
  const convert = CONVERSIONS[field];
  const value = raw === undefined || convert === undefined ? raw : convert(raw, values);
  // In seconds a number of minutes may be infinite.
  return Number.isFinite(value) ? value : undefined;
}
