import type { Collected, Section, Settings, Source } from "../source.ts";
import { shownPeople } from "../../metrics/labeler-labels.ts";
import { hidingOf } from "../hidden-people.ts";
import { type Work, additiveFields, countedPeople, labelersLeft, summedUp, withOther } from "../top-labelers.ts";
import { legacyChecks } from "./checks.ts";
import { LEGACY_METRICS, LEGACY_TICK_METRICS, legacyFamilies } from "./metrics.ts";
import { LEGACY_ENDPOINT, collectLegacy, isGone } from "./collect.ts";
import {
  type LegacyTickValues,
  type LegacyWindowStats,
  type LegacyWorkspaceStats,
  legacyStatsOfParts,
  partsOfLegacyStats,
} from "./fields.ts";
import { legacyHistory } from "./history.ts";

const SECTION: Section = {
  title: "Legacy endpoint",
  text: "Only for workspaces with `legacy: true`, polled every `poll.legacy_interval`. Withdrawn when the endpoint is gone (`roboflow_source_available` is 0). Projects and labelers that only it names have their names in the same `roboflow_project_info` and `roboflow_labeler_info`. Its numbers are computed differently than those above: do not mix them in one calculation.",
  metrics: LEGACY_METRICS,
};

/** The result of a poll, from its statistics, in which people are hidden already where they are to be. */
function collectedLegacy(stats: LegacyWorkspaceStats, settings: Settings): Collected {
  const people = shownPeople(settings.people);
  const shown = limitLabelers(stats, { ...settings, people });
  return {
    ...countedPeople(stats.labelers, { ...settings, people }),
    names: shown,
    day: stats.day,
    rows: stats.windows.reduce((sum, { rows }) => sum + rows.size, 0),
    families: () => legacyFamilies(shown, { people, costPerHour: settings.workspace.costPerHour }),
    parts: () => partsOfLegacyStats(stats, people),
  };
}

/** The statistics without what says who people are, where the configuration hides people; else as they are. */
function hideLabelers(stats: LegacyWorkspaceStats, people: Settings["people"]): LegacyWorkspaceStats {
  const hiding = hidingOf(people);
  if (!hiding) return stats;
  const windows = stats.windows.map((window) => ({ ...window, ticks: window.ticks && hiding.byLabel(window.ticks) }));
  return { ...stats, windows, labelers: hiding.labelers(stats.labelers) };
}

const TICK_SUMS = additiveFields(LEGACY_TICK_METRICS);

function workIn({ ticks }: LegacyWindowStats): ReadonlyMap<string, Work> {
  const work = ({ total_images_labeled: images = 0, total_boxes_created: boxes = 0 }: LegacyTickValues) => [
    images,
    boxes,
  ];
  return new Map([...(ticks ?? [])].map(([id, values]) => [id, work(values)]));
}

/** The statistics with as many people as `limits.labelers` allows, and the others summed up; else as they are. */
function limitLabelers(stats: LegacyWorkspaceStats, settings: Settings): LegacyWorkspaceStats {
  const summed = summedUp<LegacyWindowStats>(stats, settings, workIn);
  if (!summed) return stats;
  const windows = stats.windows.map((window) => ({
    ...window,
    ticks: window.ticks && withOther(window.ticks, summed, TICK_SUMS),
  }));
  return { ...stats, windows, labelers: labelersLeft(stats.labelers, summed) };
}

/** `GET /workspace-stats`, the predecessor of Annotation Insights v2. */
export const legacy: Source = {
  name: "legacy",
  endpoints: [LEGACY_ENDPOINT],
  sections: [SECTION],
  // The configured jitter and staleness apply to the other source.
  plan: ({ legacy: isAskedFor, poll }) =>
    isAskedFor
      ? {
          schedule: { kind: "interval", seconds: poll.legacyIntervalSeconds },
          jitterMs: undefined,
          staleAfterMs: undefined,
        }
      : undefined,
  requests: ({ windows }) => windows.length,
  collect: async (subject, settings, deps) => {
    const stats = await collectLegacy(subject, settings.workspace, deps);
    deps.learnLabelers?.(stats.labelers);
    return collectedLegacy(hideLabelers(stats, settings.people), settings);
  },
  isGone,
  shapedBy: () => ({}),
  restore: (parts, settings) => collectedLegacy(legacyStatsOfParts(parts), settings),
  checks: legacyChecks,
  history: legacyHistory,
};
