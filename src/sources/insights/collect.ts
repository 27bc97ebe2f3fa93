import pMap from "p-map";
import { mergeLabelers, mergeProjects } from "../../answers/names.ts";
import { fetchProjects } from "../../roboflow/workspaces.ts";
import type { CollectDeps, Subject } from "../source.ts";
import { RowTable } from "../../answers/row-table.ts";
import { ROW_FIELDS, type Stats, type Totals, type WindowStats, type WorkspaceStats } from "./fields.ts";
import type { WorkspaceConfig } from "../../config/config.ts";
import { ApiError } from "../../errors.ts";
import { type PlannedRequest, isFilterIgnored, isFiltered, planRowRequests, statsFetcher } from "./requests.ts";

interface Answer extends PlannedRequest {
  readonly stats: Stats;
  readonly ignored: "project" | "userId" | undefined;
}

export type CollectConfig = Pick<WorkspaceConfig, "windows" | "projects" | "labelers" | "totals"> & {
  readonly api: Pick<WorkspaceConfig["api"], "endDate">;
  readonly poll: Pick<WorkspaceConfig["poll"], "concurrency">;
};

/** The answers of one poll, put together. */
export interface CollectedStats {
  readonly stats: WorkspaceStats;
  /** Slugs of the projects whose filter brought rows: answers contain only the projects' ids. */
  readonly filled: ReadonlySet<string>;
}

/**
 * Asks the API for everything one poll of a workspace needs. All or nothing: the first failure ends it.
 * @throws ApiError
 */
export async function collectWorkspace(
  { name, today }: Subject,
  config: CollectConfig,
  deps: CollectDeps,
): Promise<CollectedStats> {
  const rowAnswers = await askAll(name, planRowRequests(config.windows, config, today), config, deps);
  const ignored =
    rowAnswers.find((answer) => answer.ignored !== undefined) ?? mismatchedProject(rowAnswers, deps.observer);
  if (ignored) throw ignoredError(ignored);
  const totalAnswers = isFiltered(config) ? [] : await askForTotals({ name, today }, rowAnswers, config, deps);
  // If its filter was ignored, a total is that of the whole workspace: it is left out, and counted as an anomaly.
  const sound = totalAnswers.filter((answer) => answer.ignored === undefined);
  return { stats: { day: today, ...assemble(name, config, rowAnswers, sound) }, filled: filledProjects(rowAnswers) };
}

function filledProjects(answers: readonly Answer[]): ReadonlySet<string> {
  const filled = answers.filter(({ stats }) => stats.rows.length > 0);
  return new Set(filled.flatMap(({ query }) => query.project ?? []));
}

function askAll(
  workspace: string,
  requests: readonly PlannedRequest[],
  { api, poll: { concurrency } }: CollectConfig,
  { ask, observer, signal }: CollectDeps,
): Promise<Answer[]> {
  const fetchStats = statsFetcher(ask, workspace, api);
  const askOne = async (request: PlannedRequest): Promise<Answer> => {
    const stats = await fetchStats(request.query, signal);
    observer.answered(stats);
    const ignored = isFilterIgnored(request.query, stats);
    if (ignored) observer.filterIgnored(ignored);
    return { ...request, stats, ignored };
  };
  return pMap(requests, askOne, { concurrency });
}

/**
 * A slug and an id belong together. If two slugs answer with one id, or one slug with two ids in two windows, at least
 * one filter was ignored.
 */
function mismatchedProject(answers: readonly Answer[], observer: CollectDeps["observer"]): Answer | undefined {
  const [slugs, ids] = [new Map<string, string>(), new Map<string, string>()];
  const found = answers.find(({ query: { project: slug }, stats }) => {
    const [id] = stats.rows.projects;
    if (slug === undefined || id === undefined) return false;
    const isMismatch = (slugs.get(id) ?? slug) !== slug || (ids.get(slug) ?? id) !== id;
    slugs.set(id, slug);
    ids.set(slug, id);
    return isMismatch;
  });
  if (found) observer.filterIgnored("project");
  return found && { ...found, ignored: "project" };
}

function ignoredError({ ignored, query }: Answer): ApiError {
  // The id of a person stays out of messages.
  const filter = ignored === "userId" ? "userId" : `project=${String(query.project)}`;
  return new ApiError(`the API ignored the filter ${filter}: the answer holds other rows`, {
    reason: "invalid_schema",
  });
}

async function askForTotals(
  { name, today }: Subject,
  rowAnswers: readonly Answer[],
  config: CollectConfig,
  deps: CollectDeps,
): Promise<Answer[]> {
  const { totals, windows } = config;
  const projects = totals.includes("project") ? await fetchProjects(deps.ask, name, deps.signal) : [];
  const slugs = projects.map(({ slug }) => slug);
  const byProject = slugs.length > 0 ? planRowRequests(windows, { projects: slugs, labelers: [] }, today) : [];
  const byLabeler = totals.includes("labeler") ? rowAnswers.flatMap(labelerRequests) : [];
  return askAll(name, [...byProject, ...byLabeler], config, deps);
}

/** Only for labelers with work in the window; the others have no totals. */
function labelerRequests({ window, query, stats }: Answer): PlannedRequest[] {
  const ids = new Set(stats.rows.labelers);
  return [...ids].map((userId) => ({ window, query: { ...query, userId } }));
}

function assemble(
  workspace: string,
  config: CollectConfig,
  rowAnswers: readonly Answer[],
  totalAnswers: readonly Answer[],
): Omit<WorkspaceStats, "day"> {
  const all = rowAnswers.map(({ stats }) => stats);
  return {
    workspace,
    workspaceId: all.find(({ workspaceId }) => workspaceId !== undefined)?.workspaceId,
    projects: mergeProjects(all),
    labelers: mergeLabelers(all.map(({ rows, labelers }) => ({ present: new Set(rows.labelers), labelers }))),
    windows: config.windows.map(({ name }) => assembleWindow(name, config, rowAnswers, totalAnswers)),
    notices: [...new Set(all.flatMap(({ notices }) => notices))],
  };
}

function assembleWindow(
  window: string,
  config: CollectConfig,
  rowAnswers: readonly Answer[],
  totalAnswers: readonly Answer[],
): WindowStats {
  const answers = rowAnswers.filter((answer) => answer.window === window);
  const filtered = isFiltered(config);
  // Under a filter by project or labeler, the answers to the row requests already contain its totals.
  const totals = (filtered ? answers : totalAnswers).filter((answer) => answer.window === window);
  const wants = (grain: "project" | "labeler") => config.totals.includes(grain);
  return {
    window,
    rows: RowTable.concat(
      ROW_FIELDS,
      answers.map(({ stats }) => stats.rows),
    ),
    workspace: filtered ? undefined : answers[0]?.stats.totals,
    projects: new Map(wants("project") ? totals.flatMap(projectTotals) : []),
    labelers: new Map(wants("labeler") ? totals.flatMap(labelerTotals) : []),
  };
}

function projectTotals({ query, stats }: Answer): [string, Totals][] {
  const id = query.project === undefined ? undefined : stats.rows.projects[0];
  return id === undefined ? [] : [[id, stats.totals]];
}

function labelerTotals({ query, stats }: Answer): [string, Totals][] {
  const id = query.userId === undefined ? undefined : stats.rows.labelers[0];
  return id === undefined ? [] : [[id, stats.totals]];
}
