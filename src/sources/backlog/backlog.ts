import { daysRange } from "../../calendar/zones.ts";
import type { ProjectInfo } from "../../answers/names.ts";
import { WORKSPACE_ENDPOINT } from "../../roboflow/workspaces.ts";
import type { Collected, Section, Settings, Source } from "../source.ts";
import { backlogChecks, maxRequests } from "./checks.ts";
import { BATCHES_ENDPOINT, JOBS_ENDPOINT, collectBacklog, isGone } from "./collect.ts";
import { backlogFamilies, projectLabel } from "./families.ts";
import { type Job, type WorkspaceBacklog, backlogOfParts, partsOfBacklog } from "./fields.ts";
import { BACKLOG_METRICS, LEFT_OUT_METRIC } from "./metrics.ts";
import { unmatchedDeadlines } from "../unmatched.ts";
import { hiddenJob, keptJob } from "./people.ts";
import { shownPeople } from "../../metrics/labeler-labels.ts";

const SECTION: Section = {
  title: "Work that is left",
  text: "Only for workspaces with `backlog` in the configuration, polled every `backlog.interval`: [backlog.md](backlog.md). The label `project` is the id that the statistics use, learnt from the project's jobs; without jobs it is the workspace's slug, a slash and the project's slug.",
  metrics: [LEFT_OUT_METRIC, ...BACKLOG_METRICS.values()],
};

/** The last instant of a day, as the first one of the next, in epoch seconds. */
function endOf(day: string, timezone: string): number {
  return (daysRange(day, day, timezone).endMs + 1) / 1000;
}

function deadlinesOf({ deadlines, poll }: Settings["workspace"]) {
  return (slug: string) => {
    const day = deadlines.get(slug);
    return day === undefined ? undefined : endOf(day, poll.timezone);
  };
}

function namesOf({ workspace, projects }: WorkspaceBacklog): Collected["names"] {
  const infos = projects.map((project): [string, ProjectInfo] => {
    const { name, type } = project;
    return [projectLabel(workspace, project), { name, type }];
  });
  return { workspace, projects: new Map(infos), labelers: new Map() };
}

function withJobs(backlog: WorkspaceBacklog, change: (job: Job) => Job): WorkspaceBacklog {
  const projects = backlog.projects.map((project) => ({ ...project, jobs: project.jobs.map(change) }));
  return { ...backlog, projects };
}

/** What of the backlog may be kept over a restart. */
const keptOf = (backlog: WorkspaceBacklog, { people }: Settings) => withJobs(backlog, (job) => keptJob(job, people));

/** The backlog without what says who people are, where the configuration hides people; else as it is. */
function hidePeople(backlog: WorkspaceBacklog, { people }: Settings): WorkspaceBacklog {
  return people.hmacKey === undefined ? backlog : withJobs(backlog, (job) => hiddenJob(job, people));
}

/** The result of a poll, in which people are hidden already where they are to be. */
function collected(backlog: WorkspaceBacklog, settings: Settings): Collected {
  const { workspace } = settings;
  const people = shownPeople(settings.people);
  return {
    names: namesOf(backlog),
    day: backlog.day,
    families: () => backlogFamilies(backlog, { people, deadlineOf: deadlinesOf(workspace) }),
    parts: () => partsOfBacklog(keptOf(backlog, settings)),
  };
}

/** `GET /{workspace}` with the jobs and batches of its projects. They have no past, so there is nothing to backfill. */
export const backlog: Source = {
  name: "backlog",
  endpoints: [WORKSPACE_ENDPOINT, JOBS_ENDPOINT, BATCHES_ENDPOINT],
  sections: [SECTION],
  // The configured jitter and staleness apply to the main source.
  plan: ({ backlog: given }) =>
    given && {
      schedule: { kind: "interval", seconds: given.intervalSeconds },
      jitterMs: undefined,
      staleAfterMs: undefined,
    },
  requests: maxRequests,
  collect: async (subject, settings, deps) => {
    const polled = await collectBacklog(subject, settings.workspace, deps);
    const unmatched = unmatchedDeadlines(
      settings.workspace,
      polled.projects.map(({ slug }) => slug),
    );
    return { ...collected(hidePeople(polled, settings), settings), ...(unmatched ? { unmatched } : {}) };
  },
  isGone,
  shapedBy: ({ projects, backlog: given }) => ({ projects, backlog: { ...given, intervalSeconds: undefined } }),
  restore: (parts, settings) => collected(backlogOfParts(parts), settings),
  checks: backlogChecks,
};
