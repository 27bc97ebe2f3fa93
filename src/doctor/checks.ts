import type { Finding, Judgement } from "./finding.ts";
import { judgeAuth, judgeKey, judgeRegion, judgeScope } from "./judge-access.ts";
import { judgeApproval, judgeMissingFields, judgeTotals, judgeUnknownFields } from "./judge-answers.ts";
import { judgeLatency, judgePoll, judgeRequests, judgeSize } from "./judge-cost.ts";
import { judgeEndDate, judgeTimeZone } from "./judge-days.ts";
import { judgeFilter } from "./judge-filter.ts";
import { judgeLegacy } from "./judge-legacy.ts";
import { judgeNames, judgeRows } from "./judge-rows.ts";
import { judgeSeries } from "./judge-series.ts";
import type { Observations } from "./observations.ts";

/** A question and how its answer is read off what was seen. */
interface Check {
  readonly topic: string;
  readonly question: string;
  readonly judge: (observations: Observations) => Judgement;
}

const CHECKS: readonly Check[] = [
  { topic: "key", question: "Is the key valid, and of which workspace?", judge: judgeKey },
  { topic: "scope", question: "May it read the statistics?", judge: judgeScope },
  { topic: "region", question: "Is the URL that of the workspace's region?", judge: judgeRegion },
  { topic: "auth", question: "Does the key go into the query or the header?", judge: judgeAuth },
  { topic: "end date", question: "Does endDate itself count?", judge: judgeEndDate },
  { topic: "time zone", question: "In which time zone is a day?", judge: judgeTimeZone },
  { topic: "project filter", question: "Is the project filter honoured, by slug or by id?", judge: judgeFilter },
  { topic: "totals", question: "Do the rows add up to stats?", judge: judgeTotals },
  { topic: "approval", question: "What is approvalRate where nothing was reviewed?", judge: judgeApproval },
  { topic: "rows", question: "Can every row be used, and every value in it?", judge: judgeRows },
  { topic: "unknown fields", question: "Are there fields nobody documented?", judge: judgeUnknownFields },
  { topic: "missing fields", question: "Are there documented fields no answer has?", judge: judgeMissingFields },
  { topic: "legacy", question: "Is the legacy endpoint alive?", judge: judgeLegacy },
  { topic: "poll", question: "Does a poll of this configuration succeed, in time?", judge: judgePoll },
  { topic: "names", question: "Does every name in the configuration match something?", judge: judgeNames },
  { topic: "size", question: "How large is the largest answer?", judge: judgeSize },
  { topic: "latency", question: "How long does the slowest answer take?", judge: judgeLatency },
  { topic: "requests", question: "How many requests a day does this configuration make?", judge: judgeRequests },
  { topic: "series", question: "How many series are there, against the limit?", judge: judgeSeries },
];

/** Answers every question, whatever was seen. */
export function judgeAll(observations: Observations): readonly Finding[] {
  return CHECKS.map(({ topic, question, judge }) => ({ topic, question, ...judge(observations) }));
}
