import { inOneGo } from "../../steps.ts";
import type { WorkspaceConfig } from "../../config/config.ts";
import type { ApiError } from "../../errors.ts";
import { type Judgement, type Question, type SourceChecks, type TrialPoll, namesText, oneLine } from "../checks.ts";
import { BATCHES_ENDPOINT, JOBS_ENDPOINT, type Choice, chooseProjects, isGone } from "./collect.ts";
import { WORKSPACE_ENDPOINT } from "../../roboflow/workspaces.ts";
import type { ListedJob } from "./fields.ts";
import { identify } from "./identify.ts";
import { unmatchedText } from "../unmatched.ts";
import { parseJobs, parseProjects } from "./parse.ts";

const READABLE: Question = { topic: "backlog", question: "Can the projects, and their jobs and batches, be read?" };
const IDS: Question = { topic: "backlog ids", question: "Which projects have jobs that give the project's id?" };

const SCOPES = "use a private key; a scoped key needs workspace:read, project:read, annotation-job:read and batch:read";
const ENOUGH = "nothing to do until they have jobs: their label project is the workspace's slug, a slash and theirs";

/** What a poll's answers say of the projects it asked. */
interface SeenProjects extends Choice {
  /** Slugs of those that were not refused. */
  readonly read: readonly string[];
  readonly jobsOf: ReadonlyMap<string, readonly ListedJob[]>;
}

function answersOf({ exchanges }: TrialPoll, endpoint: string): readonly (readonly [slug: string, json: unknown])[] {
  const own = exchanges.filter(({ request }) => request.endpoint === endpoint);
  return own.map(({ request, answer }) => [request.path[1] ?? "", answer.json]);
}

/** The answers of a good poll, which could be read once already. */
function seenIn(poll: TrialPoll, config: WorkspaceConfig): SeenProjects {
  const listed = answersOf(poll, WORKSPACE_ENDPOINT).flatMap(([, json]) => inOneGo(parseProjects(json)).items);
  const read = answersOf(poll, BATCHES_ENDPOINT).map(([slug]) => slug);
  const jobs = answersOf(poll, JOBS_ENDPOINT).filter(([slug]) => read.includes(slug));
  const jobsOf = new Map(jobs.map(([slug, json]) => [slug, inOneGo(parseJobs(json)).items]));
  return { ...chooseProjects(listed, config), read, jobsOf };
}

function judgeFailure(error: ApiError): Judgement {
  const { reason, status } = error;
  if (isGone(error)) {
    const seen = `not found, or removed (${String(status)})`;
    return { verdict: "problem", seen, setting: `backlog: false; or ${SCOPES}` };
  }
  const isKey = reason === "forbidden" || reason === "unauthorized";
  return { verdict: "unknown", seen: "the poll failed", ...(isKey ? { setting: SCOPES } : {}) };
}

function judgeRead({ chosen, leftOut, read }: SeenProjects): Judgement {
  const refused = chosen.map(({ slug }) => slug).filter((slug) => !read.includes(slug));
  const over = leftOut.limit > 0 ? `; ${leftOut.limit} more are over max_projects` : "";
  if (refused.length > 0) {
    const seen = `not those of ${namesText(refused)}${over}`;
    return { verdict: "problem", seen, setting: `remove them from projects; or ${SCOPES}` };
  }
  if (leftOut.unlisted > 0)
    return {
      verdict: "problem",
      seen: `${leftOut.unlisted} of projects are not listed${over}`,
      setting: "projects: correct slugs",
    };
  const setting = { setting: `backlog: {max_projects: ${Math.min(1000, chosen.length + leftOut.limit)}}` };
  return { verdict: "ok", seen: `those of ${chosen.length} projects${over}`, ...(over === "" ? {} : setting) };
}

function judgeIds({ jobsOf }: SeenProjects): Judgement {
  const { ids, contested } = identify(jobsOf);
  if (contested.size > 0) {
    const seen = `the jobs of ${namesText([...contested])} name several projects`;
    return { verdict: "problem", seen, setting: "report it to Roboflow: these jobs are in no metric" };
  }
  const without = [...jobsOf.keys()].filter((slug) => !ids.has(slug));
  if (without.length === 0) return { verdict: "ok", seen: `all ${jobsOf.size}` };
  return { verdict: "info", seen: `all but ${namesText(without)}`, setting: ENOUGH };
}

function judgements(poll: TrialPoll | undefined, config: WorkspaceConfig): readonly [Judgement, Judgement] {
  const unknown: Judgement = { verdict: "unknown", seen: "the poll failed" };
  if (!poll) return [unknown, unknown];
  if ("error" in poll.result) return [judgeFailure(poll.result.error), unknown];
  const seen = seenIn(poll, config);
  const unmatched = (poll.result.value.unmatched ?? []).filter(({ names }) => names.length > 0);
  const [wrong] = unmatched.map((one): Judgement => ({ verdict: "problem", seen: oneLine(unmatchedText(one)) }));
  return [wrong ?? judgeRead(seen), judgeIds(seen)];
}

/** What the source's trial poll shows: it asks everything that there is to know, so nothing is asked before it. */
export const backlogChecks: SourceChecks = {
  isFor: ({ backlog }) => backlog !== undefined,
  questions: [READABLE, IDS],
  maxRequests: (workspace) => maxRequests(workspace),
  ask: ({ config }) =>
    Promise.resolve({
      findings: (poll) => {
        const [readable, ids] = judgements(poll, config);
        return [
          { ...READABLE, ...readable },
          { ...IDS, ...ids },
        ];
      },
    }),
};

/** The list, and two requests for each project: for named ones, or for as many as are allowed. */
export function maxRequests({ projects, backlog }: Pick<WorkspaceConfig, "projects" | "backlog">): number {
  const most = backlog?.maxProjects ?? 0;
  return 1 + 2 * (projects.length > 0 ? Math.min(projects.length, most) : most);
}
