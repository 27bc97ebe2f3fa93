import { isFiltered } from "../sources/insights/requests.ts";
import type { Judgement } from "./finding.ts";
import { NOT_ASKED, failed } from "./judge-access.ts";
import { legacyRequestsPerDay } from "./judge-legacy.ts";
import type { Observations, PolledData } from "./observations.ts";

/** Above this share of a limit, the workspace's growth will reach it soon. */
const NEAR = 0.5;

/** The configuration takes no more. */
const MOST = { megabytes: 1024, seconds: 3600 } as const;

const NO_ANSWER: Judgement = { verdict: "unknown", seen: "the poll brought no answer" };

/** Does a poll of the present configuration succeed, in time? */
export function judgePoll({ poll }: Observations): Judgement {
  if (!poll) return NOT_ASKED;
  const { result, answers, seconds, deadlineSeconds } = poll;
  if ("error" in result) return failed(result.error);
  const seen = `${answers.length} requests in ${seconds.toFixed(2)} s, of ${deadlineSeconds} s at most`;
  if (seconds <= NEAR * deadlineSeconds) return { verdict: "ok", seen };
  return { verdict: "problem", seen, setting: "poll.interval: longer, or fewer windows" };
}

function sizeText(bytes: number): string {
  return bytes < 1e5 ? `${bytes} bytes` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** How large is the largest answer? */
export function judgeSize({ poll, config: { api } }: Observations): Judgement {
  if (!poll) return NOT_ASKED;
  const [largest] = poll.answers.toSorted((a, b) => b.bytes - a.bytes);
  if (!largest) return NO_ANSWER;
  const { bytes, query } = largest;
  const seen = `${sizeText(bytes)} from ${query.startDate} on, of ${sizeText(api.maxResponseBytes)} at most`;
  if (bytes <= NEAR * api.maxResponseBytes) return { verdict: "ok", seen };
  return {
    verdict: "problem",
    seen,
    setting: `api.max_response_bytes: ${Math.min(MOST.megabytes, Math.ceil((4 * bytes) / 2 ** 20))}MiB`,
  };
}

/** How long does the slowest answer take? */
export function judgeLatency({ poll, config: { api } }: Observations): Judgement {
  if (!poll) return NOT_ASKED;
  const [slowest] = poll.answers.toSorted((a, b) => b.seconds - a.seconds);
  if (!slowest) return NO_ANSWER;
  const { seconds, query } = slowest;
  const seen = `${seconds.toFixed(2)} s from ${query.startDate} on, of ${api.timeoutMs / 1000} s at most`;
  if (seconds <= (NEAR * api.timeoutMs) / 1000) return { verdict: "ok", seen };
  return { verdict: "problem", seen, setting: `api.timeout: ${Math.min(MOST.seconds, Math.ceil(4 * seconds))}s` };
}

/** Requests that `totals` add to a poll. */
function totalRequests({ stats }: PolledData, { config, projects }: Observations): number {
  if (isFiltered(config)) return 0;
  const listed = projects && "value" in projects ? projects.value.length : stats.projects.size;
  const byProject = config.totals.includes("project") ? 1 + listed * stats.windows.length : 0;
  const labelers = stats.windows.map(({ rows }) => new Set(rows.map(({ labeler }) => labeler)).size);
  return byProject + (config.totals.includes("labeler") ? labelers.reduce((sum, count) => sum + count, 0) : 0);
}

/** How many requests a day does the present configuration make? */
export function judgeRequests(observations: Observations): Judgement {
  const { poll } = observations;
  if (!poll) return NOT_ASKED;
  if ("error" in poll.result) return NO_ANSWER;
  const perPoll = poll.answers.length + totalRequests(poll.result.value, observations);
  const { pollsPerDay } = poll;
  const legacyPerDay = legacyRequestsPerDay(observations);
  const perDay = Math.round(perPoll * pollsPerDay + legacyPerDay);
  const polls = Number(pollsPerDay.toFixed(1));
  const legacy = legacyPerDay > 0 ? `, and ${Math.round(legacyPerDay)} to the legacy endpoint` : "";
  return { verdict: "info", seen: `about ${perDay} a day: ${perPoll} a poll, ${polls} polls a day${legacy}` };
}
