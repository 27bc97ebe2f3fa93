import type { LegacyRowField, LegacyRowValues, LegacyWorkspaceStats } from "./fields.ts";
import type { PeopleConfig } from "../../config/config.ts";
import type { Steps } from "../../steps.ts";
import type { DroppableDefinition } from "../../metrics/definition.ts";
import { type Labeled, type SteppedFamily, samplesInSteps, sortByLabels } from "../../metrics/family.ts";
import { labelerLabel } from "../../metrics/labeler-labels.ts";
import { LEGACY_ROW_METRICS, LEGACY_TICK_METRICS, LEGACY_UPDATED } from "./metrics.ts";
import { ratioOf } from "../../answers/numbers.ts";

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

/** The families of one good poll of the legacy endpoint, without those that give names. */
export function* legacyFamilies(stats: LegacyWorkspaceStats, people: PeopleConfig): Steps<readonly SteppedFamily[]> {
  return [
    updatedFamily(stats),
    ...familiesOf(LEGACY_ROW_METRICS, yield* projectItems(stats)),
    ...familiesOf(LEGACY_TICK_METRICS, yield* labelerItems(stats, people)),
  ];
}

/** Minutes in seconds, to the millisecond: 24.1 minutes are 1446 seconds, not 1446.0000000000002. */
function secondsOf(minutes: number): number {
  return Math.round(minutes * 60_000) / 1000;
}

/** The API has 0 where it has no pace: so it is in its own sample, beside hours of work. */
function paceOf(seconds: number, { total_images_labeled: images }: LegacyRowValues): number | undefined {
  return seconds === 0 || images === 0 ? undefined : seconds;
}

/** There are no counts to tell a rate of 0 from nothing having been reviewed. */
function acceptanceOf(percent: number): number | undefined {
  return percent === 0 ? undefined : ratioOf(percent);
}

/** How a field's number becomes the value to publish, where it is not that number. */
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
  // A number of minutes may be too large to be one of seconds, which is no reading.
  return Number.isFinite(value) ? value : undefined;
}
