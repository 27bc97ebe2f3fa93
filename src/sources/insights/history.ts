import { FIRST_DAY } from "../../calendar/windows.ts";
import type { PeopleConfig } from "../../config/config.ts";
import { labelerLabel, shownPeople } from "../../metrics/labeler-labels.ts";
import { inSlices } from "../../steps.ts";
import type { Entry, Grain, HistoryAnswer, HistorySettings, SourceHistory } from "../source.ts";
import { ROW_METRICS, TOTAL_METRICS } from "./metrics.ts";
import {
  ROW_FIELDS,
  TOTAL_FIELDS,
  type WindowStats,
  type WorkspaceStats,
  partsOfStats,
  statsOfParts,
} from "./fields.ts";
import { shownUnmatched, withConfiguredIds } from "../hidden-people.ts";
import { collectWorkspace } from "./collect.ts";
import { hidePeople } from "./hide-people.ts";
import { POOLS, idLabels, totalValue, workspaceFamily } from "./families.ts";
import { rowValue } from "./row-families.ts";
import { unmatchedNames } from "../unmatched.ts";

const TOTAL_GRAINS = ["workspace", "project", "labeler"] as const;

const GRAINS: readonly Grain[] = [
  { name: "row", metrics: ROW_METRICS.map(([, definition]) => definition) },
  ...TOTAL_GRAINS.map((name) => ({ name, metrics: TOTAL_METRICS[name].map(([, definition]) => definition) })),
];

/** Every (window, project, labeler) of an answer, and its totals, with what is published of them. */
function* entriesOf(window: WindowStats, people: PeopleConfig): Generator<Entry, void> {
  for (const row of window.rows) {
    const labels = () => ({ project: row.project, labeler: labelerLabel(row.labeler, people) });
    const values = ROW_METRICS.map(([field]) => rowValue(row, field));
    yield { grain: "row", key: JSON.stringify([row.project, row.labeler]), labels, values };
  }
  for (const grain of TOTAL_GRAINS) {
    for (const [key, totals, rows] of POOLS[grain](window)) {
      const values = TOTAL_METRICS[grain].map(([field]) => totalValue(totals, field, rows));
      yield { grain, key, labels: () => idLabels(grain, key, { people }), values };
    }
  }
}

/** Without `exact` totals would cost a request a day and project, and only those of single days could be written. */
function totalsAskedFor({ config, exact }: HistorySettings): HistorySettings["config"]["totals"] {
  return exact ? config.totals : [];
}

function answerOf(stats: WorkspaceStats, settings: HistorySettings): HistoryAnswer {
  const people = shownPeople(settings.people);
  return {
    names: stats,
    entries: function* () {
      for (const window of stats.windows) yield* entriesOf(window, people);
    },
    parts: () => partsOfStats(stats, people),
  };
}

/** The past as `GET /{workspace}/stats` has it. */
export const insightsHistory: SourceHistory = {
  firstDay: FIRST_DAY,
  answersWindows: true,
  grains: GRAINS,
  shapedBy: (settings) => {
    const { api, projects, labelers } = settings.config;
    // A field that was unknown when an answer was kept is not in it: such days are asked again.
    const fields = [Object.keys(ROW_FIELDS), Object.keys(TOTAL_FIELDS)];
    return { endDate: api.endDate, projects, labelers, totals: totalsAskedFor(settings), fields };
  },
  ask: async (window, date, { workspace, settings, ...deps }) => {
    const config = { ...settings.config, windows: [window], totals: totalsAskedFor(settings) };
    const { stats, filled } = await collectWorkspace({ name: workspace, today: date }, config, deps);
    return { ...answerOf(await inSlices(hidePeople(stats, settings.people)), settings), filled };
  },
  restore: (parts, settings) => answerOf(statsOfParts(parts), settings),
  nameFamilies: ({ workspace, workspaceId }) => [workspaceFamily({ workspace, workspaceId })],
  unmatched: (names, filled, { config, people }) => {
    // A kept answer does not say which filter brought its rows. Of system labelers other workspaces may have some.
    const projects = filled === undefined ? [] : config.projects;
    const ids = [...config.labelers, ...(config.calendar?.leave.keys() ?? [])];
    const known = { ...names, labelers: withConfiguredIds(names.labelers, ids, people) };
    const all = unmatchedNames({ ...config, projects, system: [], teams: new Map() }, known, filled ?? new Set());
    return shownUnmatched(all, people).filter((one) => one.names.length > 0);
  },
};
