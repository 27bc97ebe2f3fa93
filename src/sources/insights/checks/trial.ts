import type { WorkspaceConfig } from "../../../config/config.ts";
import { ApiError } from "../../../errors.ts";
import type { ListedProject } from "../../../roboflow/workspaces.ts";
import { type Exchange, type Judgement, NOT_ASKED, type Reply, type TrialPoll, oneLine } from "../../checks.ts";
import type { StatsAnswer } from "./answers.ts";
import { type Unmatched, isShared, unmatchedText } from "../../unmatched.ts";
import type { WorkspaceStats } from "../fields.ts";
import { parseStats } from "../parse.ts";
import { STATS_ENDPOINT, isFiltered, planRowRequests } from "../requests.ts";

/** Requests of a poll without `totals`. */
export function trialRequests(config: WorkspaceConfig): number {
  return planRowRequests(config.windows, config, "2026-01-01").length;
}

/** As if `totals` had been asked for: with the workspace's numbers in each total's place, which are as many. */
export function withStandIns(stats: WorkspaceStats, config: WorkspaceConfig): WorkspaceStats {
  if (isFiltered(config)) return stats;
  const { totals } = config;
  const windows = stats.windows.map((window) => {
    const { projects, labelers } = window.rows;
    const idsOf = { project: projects, labeler: labelers };
    const ids = (grain: "project" | "labeler") => (totals.includes(grain) ? [...new Set(idsOf[grain])] : []);
    const standIns = (grain: "project" | "labeler") => new Map(ids(grain).map((id) => [id, window.workspace ?? {}]));
    return { ...window, projects: standIns("project"), labelers: standIns("labeler") };
  });
  return { ...stats, windows };
}

function isUnfiltered({ parameters = {} }: Exchange["request"]): boolean {
  return !("project" in parameters) && !("userId" in parameters);
}

/** The answer as it is read; none where the poll failed because it cannot be read. */
function readAnswer({ answer: { json } }: Exchange): StatsAnswer[] {
  try {
    return [{ json, stats: parseStats(json) }];
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

/** A poll's answers of whole windows, which no filter narrowed. */
export function wholeAnswers(exchanges: readonly Exchange[]): readonly StatsAnswer[] {
  return exchanges
    .filter(({ request }) => request.endpoint === STATS_ENDPOINT && isUnfiltered(request))
    .flatMap(readAnswer);
}

/** Requests that `totals` add to a poll without a filter, given its answers without them. */
export function totalRequests(
  { totals, windows }: WorkspaceConfig,
  answers: readonly StatsAnswer[],
  listed: number | undefined,
): number {
  const projects = listed ?? new Set(answers.flatMap(({ stats }) => [...stats.projects.keys()])).size;
  const byProject = totals.includes("project") ? 1 + projects * windows.length : 0;
  const labelers = answers.map(({ stats }) => new Set(stats.rows.labelers).size);
  return byProject + (totals.includes("labeler") ? labelers.reduce((sum, count) => sum + count, 0) : 0);
}

type Projects = Reply<readonly ListedProject[]> | undefined;

/** Without projects that are listed: they are there, though no work is in them. */
function withoutListed(unmatched: Unmatched, projects: Projects): Unmatched {
  const { setting } = unmatched;
  if (!projects || "error" in projects || (setting !== "projects" && setting !== "approval_target")) return unmatched;
  const listed = new Set(projects.value.map(({ slug, name }) => (setting === "projects" ? slug : name)));
  return { ...unmatched, names: unmatched.names.filter((name) => !listed.has(name)) };
}

/** Does every name in the configuration match something? */
export function judgeNames(poll: TrialPoll | undefined, projects: Projects): Judgement {
  if (!poll) return NOT_ASKED;
  if ("error" in poll.result) return { verdict: "unknown", seen: "the poll failed" };
  const { unmatched = [] } = poll.result.value;
  if (unmatched.length === 0) return { verdict: "ok", seen: "it names no projects or labelers" };
  const unfound = unmatched.map((one) => withoutListed(one, projects)).filter(({ names }) => names.length > 0);
  if (unfound.length === 0) return { verdict: "ok", seen: "all of them do" };
  const count = unfound.reduce((sum, { names }) => sum + names.length, 0);
  const seen = `${count} matched nothing in any window: ${unfound.map(({ setting }) => setting).join(", ")}`;
  // A setting that applies to every workspace may name people of another one.
  const verdict = unfound.every(({ setting }) => isShared(setting)) ? "info" : "problem";
  return { verdict, seen, setting: "correct them, or remove them", details: unfound.map(unmatchedText).map(oneLine) };
}
