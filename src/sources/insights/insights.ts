import { FIRST_DAY } from "../../calendar/windows.ts";
import { INFO_METRICS } from "../../metrics/info-metrics.ts";
import type { Collected, Section, Settings, Source } from "../source.ts";
import { WORKSPACE_ENDPOINT } from "../../roboflow/workspaces.ts";
import { insightsChecks } from "./checks/checks.ts";
import { withStandIns } from "./checks/trial.ts";
import { type CollectedStats, collectWorkspace } from "./collect.ts";
import { insightsFamilies } from "./families.ts";
import { STATS_ENDPOINT, planRowRequests } from "./requests.ts";
import { insightsHistory } from "./history.ts";
import { ROW_METRICS, TOTAL_METRICS } from "./metrics.ts";
import { type WorkspaceStats, partsOfStats, statsOfParts } from "./fields.ts";
import { unmatchedNames } from "../unmatched.ts";

const SECTIONS: readonly Section[] = [
  {
    title: "Per project and labeler",
    text: "One labeler's work in one project in one window. A labeler who did nothing there in the window has no series.",
    metrics: ROW_METRICS.map(([, metric]) => metric),
  },
  {
    title: "Per workspace",
    text: "What the API pools itself. Unique images are another quantity than the sum of the rows, hence another name. Absent when the workspace is filtered by project or labeler.",
    metrics: TOTAL_METRICS.workspace.map(([, metric]) => metric),
  },
  {
    title: "Per project and per labeler, pooled by the API",
    text: "Only with `totals` in the configuration: they cost one request per window and project or labeler.",
    metrics: [...TOTAL_METRICS.project, ...TOTAL_METRICS.labeler].map(([, metric]) => metric),
  },
  {
    title: "Names and targets",
    text: "Join names with `* on (workspace, labeler) group_left (labeler_name) roboflow_labeler_info`.",
    metrics: Object.values(INFO_METRICS),
  },
];

/** The result of a poll, from its statistics. */
export function collectedStats(stats: WorkspaceStats, { workspace, people }: Settings): Collected {
  return {
    names: stats,
    day: stats.day,
    rows: stats.windows.reduce((sum, { rows }) => sum + rows.length, 0),
    families: () => insightsFamilies(stats, { people, approvalTarget: workspace.approvalTarget }),
    notices: stats.notices,
    parts: () => partsOfStats(stats, people),
  };
}

type Collect = Source["collect"];

/** What a poll brought, out of its statistics, and what of the configuration is not in them. */
function collectedWith(shown: WorkspaceStats, { stats, filled }: CollectedStats, settings: Settings): Collected {
  const { workspace, people } = settings;
  const unmatched = unmatchedNames({ ...workspace, ...people }, stats, filled);
  return { ...collectedStats(shown, settings), unmatched };
}

const collect: Collect = async (subject, settings, deps) => {
  const collected = await collectWorkspace(subject, settings.workspace, deps);
  return collectedWith(collected.stats, collected, settings);
};

/** Without `totals`, whose requests may be many. */
const trial: Collect = async (subject, settings, deps) => {
  const collected = await collectWorkspace(subject, { ...settings.workspace, totals: [] }, deps);
  return collectedWith(withStandIns(collected.stats, settings.workspace), collected, settings);
};

/** `GET /{workspace}/stats` of Annotation Insights. */
export const insights: Source = {
  name: "insights",
  endpoints: [STATS_ENDPOINT, WORKSPACE_ENDPOINT],
  sections: SECTIONS,
  plan: ({ poll }) => poll,
  requests: (workspace) => planRowRequests(workspace.windows, workspace, FIRST_DAY).length,
  collect,
  trial,
  shapedBy: ({ api, projects, labelers, totals }) => ({ endDate: api.endDate, projects, labelers, totals }),
  restore: (parts, settings) => collectedStats(statsOfParts(parts), settings),
  checks: insightsChecks,
  history: insightsHistory,
};
