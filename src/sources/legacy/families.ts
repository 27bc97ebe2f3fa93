import type { LegacyRowField, LegacyRowValues, LegacyWorkspaceStats } from "./fields.ts";
import type { PeopleConfig } from "../../config/config.ts";
import type { Steps } from "../../steps.ts";
import type { DroppableDefinition } from "../../metrics/definition.ts";
import { type SteppedFamily, samplesInSteps } from "../../metrics/family.ts";
import { labelerLabel } from "../../metrics/labeler-labels.ts";
import { LEGACY_ROW_METRICS, LEGACY_TICK_METRICS, LEGACY_UPDATED } from "./metrics.ts";
import { legacyValue } from "./values.ts";
import { type Labeled, sortByLabels } from "../../metrics/sorted.ts";

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
