import { addDays, calendarDay } from "../../../calendar/windows.ts";
import { type ListedProject, fetchProjects } from "../../../roboflow/workspaces.ts";
import {
  type Asked,
  type CheckDeps,
  type Finding,
  type Judgement,
  NOT_ASKED,
  type Question,
  type Reply,
  type SourceChecks,
  type TrialPoll,
  failed,
  replyOf,
} from "../../checks.ts";
import {
  type AskStats,
  type StatsAnswer,
  createAskStats,
  hasWork,
  judgeApproval,
  judgeMissingFields,
  judgeTotals,
} from "./answers.ts";
import {
  type DayPair,
  LATEST_REQUESTS,
  type LatestDay,
  PAIR_REQUESTS,
  type Present,
  judgeEndDate,
  judgeTimeZone,
  observeLatest,
  observePair,
} from "./days.ts";
import { judgeNames, totalRequests, trialRequests, wholeAnswers } from "./trial.ts";
import { isFiltered } from "../requests.ts";
import { FILTER_REQUESTS, type ProjectFilter, judgeFilter, observeFilter } from "./project-filter.ts";

const RECENT_DAYS = 14;
/** The last two weeks, and the list of projects. */
const FIRST_REQUESTS = 2;

/** What is asked where there is work; undefined is what was not asked. */
interface Work {
  readonly pair: DayPair | undefined;
  readonly projects: Reply<readonly ListedProject[]> | undefined;
  readonly filter: ProjectFilter | undefined;
}

/** All that was seen of the endpoint. Nothing is judged here. */
interface Seen extends Work, Pick<CheckDeps, "config"> {
  readonly present: Present;
  readonly latest: LatestDay;
  readonly poll: TrialPoll | undefined;
  /** Every answer that no filter narrowed. */
  readonly answers: readonly StatsAnswer[];
}

interface Check extends Question {
  readonly judge: (seen: Seen) => Judgement;
}

const READABLE: Judgement = { verdict: "ok", seen: "the statistics can be read" };
const SCOPE: Question = { topic: "scope", question: "May the key read the statistics?" };

/** Each question, and how its answer follows from what was seen. */
const CHECKS: readonly Check[] = [
  { ...SCOPE, judge: () => READABLE },
  {
    topic: "end date",
    question: "Is endDate inclusive?",
    judge: ({ pair, config }) => judgeEndDate(pair, config.api.endDate),
  },
  {
    topic: "time zone",
    question: "In which time zone is a day?",
    judge: ({ latest, present }) => judgeTimeZone(latest, present),
  },
  {
    topic: "project filter",
    question: "Does the project filter work, and with slugs or with ids?",
    judge: ({ projects, filter, config }) => judgeFilter(projects, filter, config),
  },
  { topic: "totals", question: "Do the rows add up to stats?", judge: ({ answers }) => judgeTotals(answers) },
  {
    topic: "approval",
    question: "What is approvalRate where nothing was reviewed?",
    judge: ({ answers }) => judgeApproval(answers),
  },
  {
    topic: "missing fields",
    question: "Are there documented fields that no response has?",
    judge: ({ answers }) => judgeMissingFields(answers),
  },
  {
    topic: "names",
    question: "Does every name in the configuration match something?",
    judge: ({ poll, projects }) => judgeNames(poll, projects),
  },
];

/** Asks what needs days with work. */
async function askOfWork(askStats: AskStats, today: string, recent: StatsAnswer, deps: CheckDeps): Promise<Work> {
  const pair = await observePair(askStats, today);
  const projects = await replyOf(fetchProjects(deps.ask, deps.workspace, deps.signal));
  const filter = await observeFilter(askStats, projects, recentDays(today), recent.stats);
  return { pair, projects, filter };
}

const NO_WORK: Work = { pair: undefined, projects: undefined, filter: undefined };

/** The last two weeks and tomorrow. */
function recentDays(today: string) {
  return { startDate: addDays(today, 1 - RECENT_DAYS), endDate: addDays(today, 1) };
}

/** The findings where the statistics cannot be read. */
function unreadable(error: Parameters<typeof failed>[0]): Finding[] {
  return CHECKS.map(({ topic, question }) => ({
    topic,
    question,
    ...(topic === SCOPE.topic ? failed(error) : NOT_ASKED),
  }));
}

function judgeAll(seen: Seen): Finding[] {
  return CHECKS.map(({ topic, question, judge }) => ({ topic, question, ...judge(seen) }));
}

/** What the answers mean, and what a real poll costs more than the trial. */
function askedOf(seen: Omit<Seen, "poll">): Asked {
  const { config, projects } = seen;
  const listed = projects && "value" in projects ? projects.value.length : undefined;
  const hasTotals = config.totals.length > 0 && !isFiltered(config);
  return {
    findings: (poll) => judgeAll({ ...seen, poll, answers: [...seen.answers, ...wholeAnswers(poll?.exchanges ?? [])] }),
    ...(hasTotals
      ? { requestsLeftOut: ({ exchanges }) => totalRequests(config, wholeAnswers(exchanges), listed) }
      : {}),
  };
}

async function ask(deps: CheckDeps): Promise<Asked> {
  const { config, clock } = deps;
  const askStats = createAskStats(deps);
  const present = { nowMs: clock.now(), timezone: config.poll.timezone };
  const today = calendarDay(present.nowMs, present.timezone);
  const recent = await askStats(recentDays(today));
  if ("error" in recent) return { failure: recent.error, findings: () => unreadable(recent.error) };
  const work = hasWork(recent) ? await askOfWork(askStats, today, recent.value, deps) : NO_WORK;
  const latest = await observeLatest(askStats, present);
  const others = [...(work.pair?.alone ?? []), latest.work].flatMap((reply) => ("value" in reply ? reply.value : []));
  return askedOf({ ...work, config, present, latest, answers: [recent.value, ...others] });
}

/** What the documentation of `GET /{workspace}/stats` leaves open. */
export const insightsChecks: SourceChecks = {
  questions: CHECKS,
  maxRequests: (config) => FIRST_REQUESTS + PAIR_REQUESTS + LATEST_REQUESTS + FILTER_REQUESTS + trialRequests(config),
  ask,
};
