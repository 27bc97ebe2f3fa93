import { FIRST_DAY } from "../../calendar/windows.ts";
import { INFO_METRICS } from "../../metrics/info-metrics.ts";
import { shownPeople } from "../../metrics/labeler-labels.ts";
import { inSlices } from "../../steps.ts";
import type { CollectDeps, Collected, Section, Settings, Source } from "../source.ts";
import { WORKSPACE_ENDPOINT } from "../../roboflow/workspaces.ts";
import { insightsChecks } from "./checks/checks.ts";
import { withStandIns } from "./checks/trial.ts";
import { type CollectedStats, collectWorkspace } from "./collect.ts";
import { insightsFamilies } from "./families.ts";
import { hidePeople } from "./hide-people.ts";
import { STATS_ENDPOINT, planRowRequests } from "./requests.ts";
import { limitLabelers } from "./limit-labelers.ts";
import { insightsHistory } from "./history.ts";
import { ROW_METRICS, TOTAL_METRICS } from "./metrics.ts";
import { type WorkspaceStats, partsOfStats, statsOfParts } from "./fields.ts";
import { shownUnmatched } from "../hidden-people.ts";
import { countedPeople } from "../top-labelers.ts";
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

/** The result of a poll, from its statistics, in which people are hidden already where they are to be. */
export function collectedStats(stats: WorkspaceStats, { workspace, people: asConfigured }: Settings): Collected {
  const people = shownPeople(asConfigured);
  const shown = limitLabelers(stats, { workspace, people });
  return {
    ...countedPeople(stats.labelers, { workspace, people }),
    names: shown,
    day: stats.day,
    rows: stats.windows.reduce((sum, { rows }) => sum + rows.length, 0),
    families: () => insightsFamilies(shown, { people, approvalTarget: workspace.approvalTarget }),
    notices: stats.notices,
    parts: () => partsOfStats(stats, people),
  };
}

type Collect = Source["collect"];

/** What a poll brought, out of its statistics, and what of the configuration is not in them. */
async function collectedWith(
  shown: WorkspaceStats,
  { stats, filled }: CollectedStats,
  settings: Settings,
  { learnLabelers }: CollectDeps,
): Promise<Collected> {
  learnLabelers?.(stats.labelers);
  const { workspace, people } = settings;
  const unmatched = shownUnmatched(unmatchedNames({ ...workspace, ...people }, stats, filled), people);
  return { ...collectedStats(await inSlices(hidePeople(shown, people)), settings), unmatched };
}

const collect: Collect = async (subject, settings, deps) => {
  const collected = await collectWorkspace(subject, settings.workspace, deps);
  return collectedWith(collected.stats, collected, settings, deps);
};

/** Without `totals`, whose requests may be many. */
const trial: Collect = async (subject, settings, deps) => {
  const collected = await collectWorkspace(subject, { ...settings.workspace, totals: [] }, deps);
  return collectedWith(withStandIns(collected.stats, settings.workspace), collected, settings, deps);
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
