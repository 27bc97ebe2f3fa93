import { type AnswerObserver, notesOf, notesText } from "../answers/anomalies.ts";
import { type Finding, type Judgement, NOT_ASKED, type Question, namesText, oneLine } from "../sources/checks.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import { pollsPerDay } from "../poller/cron.ts";
import type { CheckedSource, SeenSource } from "./ask-sources.ts";
import { type SourceCost, judgeLatency, judgePoll, judgeRequests, judgeSeries, judgeSize } from "./judge-cost.ts";
import { judgeKeyTests } from "./judge-key.ts";
import type { KeyTests } from "./test-key.ts";

/** What was not as it should be in one response. */
export type Noted = Parameters<AnswerObserver["answered"]>[0];

/** All that was seen of one workspace. */
export interface Seen {
  readonly config: WorkspaceConfig;
  /** When it was seen, epoch milliseconds. */
  readonly nowMs: number;
  readonly tests: KeyTests;
  /** All sources that have questions. */
  readonly sources: readonly CheckedSource[];
  /** Those that were asked. */
  readonly asked: readonly SeenSource[];
  /** What was not as it should be, for each response that was read. */
  readonly responses: readonly Noted[];
}

/** Can every row be used, and every value in it? */
function judgeRows(responses: readonly Noted[]): Judgement {
  const { dropped, anomalies } = notesOf(responses);
  // Fields that are only unknown have a question of their own.
  const others = Object.entries(anomalies).filter(([key]) => !key.startsWith("unknown_field "));
  const lines = notesText({ dropped, anomalies: Object.fromEntries(others) }).map(oneLine);
  if (lines.length === 0) return { verdict: "ok", seen: "they can" };
  const seen = lines.join("; ");
  if (Object.keys(dropped).length === 0)
    return { verdict: "info", seen, setting: "nothing to do: what cannot be read has no sample, and is counted" };
  return { verdict: "problem", seen, setting: "report it to Roboflow: the work in these rows is in no metric" };
}

/** Are there fields that the documentation does not name? */
export function judgeUnknownFields(responses: readonly Noted[]): Judgement {
  const unknown = responses.flatMap(({ anomalies }) => anomalies).filter(({ reason }) => reason === "unknown_field");
  const names = [...new Set(unknown.map(({ field }) => field))].sort();
  if (names.length === 0) return { verdict: "ok", seen: "none" };
  return { verdict: "info", seen: namesText(names), setting: "nothing to do: they are ignored and counted" };
}

interface Check extends Question {
  readonly judge: (seen: Seen, costs: readonly SourceCost[]) => Judgement;
}

/** The questions about the responses of all sources together. */
const CHECKS: readonly Check[] = [
  {
    topic: "rows",
    question: "Can every row be used, and every value in it?",
    judge: ({ responses }) => judgeRows(responses),
  },
  {
    topic: "unknown fields",
    question: "Are there fields that the documentation does not name?",
    judge: ({ responses }) => judgeUnknownFields(responses),
  },
  {
    topic: "size",
    question: "How large is the largest response?",
    judge: ({ config }, costs) => judgeSize(costs, config),
  },
  {
    topic: "latency",
    question: "How long does the slowest response take?",
    judge: ({ config }, costs) => judgeLatency(costs, config),
  },
  {
    topic: "requests",
    question: "How many requests a day does this configuration make?",
    judge: (_, costs) => judgeRequests(costs),
  },
  {
    topic: "series",
    question: "How many series are there, and how near is the limit?",
    judge: ({ config }, costs) => judgeSeries(costs, config),
  },
];

function costsOf({ asked, config, nowMs }: Seen): readonly SourceCost[] {
  return asked.flatMap(({ source, plan, ...one }) =>
    plan ? [{ ...one, source: source.name, pollsPerDay: pollsPerDay(plan.schedule, config.poll.timezone, nowMs) }] : [],
  );
}

/** Whether the polls of a source succeed. A source that cannot be read has said so itself. */
function pollFindings({ source, plan }: CheckedSource, seen: SeenSource | undefined): readonly Finding[] {
  if (!plan || seen?.asked.failure) return [];
  const question = `Does a poll of the source ${source.name} succeed, in time?`;
  return [{ topic: `${source.name} poll`, question, ...(seen?.poll ? judgePoll(seen.poll) : NOT_ASKED) }];
}

function unasked({ topic, question }: Question): Finding {
  return { topic, question, ...NOT_ASKED };
}

/** The answers to one source's questions, and whether its polls succeed. */
function sourceFindings(source: CheckedSource, all: readonly SeenSource[]): readonly Finding[] {
  const seen = all.find((one) => one.source === source.source);
  const own = seen ? seen.asked.findings(seen.poll) : source.checks.questions.map(unasked);
  return [...own, ...pollFindings(source, seen)];
}

/** Answers every question, whatever was seen. */
export function findingsOf(seen: Seen): readonly Finding[] {
  const { config, tests, sources, asked } = seen;
  const [first] = asked;
  const isReadable = first !== undefined && !first.asked.failure;
  const costs = costsOf(seen);
  return [
    ...judgeKeyTests({ config, tests, isReadable }),
    ...sources.flatMap((source) => sourceFindings(source, asked)),
    ...CHECKS.map(({ topic, question, judge }) => ({
      ...{ topic, question },
      ...(isReadable ? judge(seen, costs) : NOT_ASKED),
    })),
  ];
}
