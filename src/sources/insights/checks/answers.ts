import type { DateRange } from "../../../calendar/windows.ts";
import type { Answer } from "../../../roboflow/client.ts";
import { isRecord } from "../../../untrusted.ts";
import { type CheckDeps, type Judgement, type Reply, namesText, replyOf } from "../../checks.ts";
import { KNOWN_TEXT_FIELDS, ROW_FIELDS, type RowField, type Stats, TOTAL_FIELDS, type TotalField } from "../fields.ts";
import { parseStats } from "../parse.ts";
import { type StatsQuery, statsRequest } from "../requests.ts";

/** An answer as it came and as it is read. */
export interface StatsAnswer extends Pick<Answer, "json"> {
  readonly stats: Stats;
}

/** Asks for statistics of days, the last one included. Failures of the API are replies. */
export type AskStats = (range: DateRange, project?: string) => Promise<Reply<StatsAnswer>>;

/** Makes an {@link AskStats}, which sends `endDate` as it is given, whatever is configured. */
export function createAskStats({ ask, workspace, observer, signal }: CheckDeps): AskStats {
  const fetchAnswer = async (query: StatsQuery): Promise<StatsAnswer> => {
    const { json } = await ask(statsRequest(workspace, query, "inclusive"), signal);
    const stats = parseStats(json, query);
    observer.answered(stats);
    return { json, stats };
  };
  return ({ startDate, endDate }, project) =>
    replyOf(fetchAnswer({ startDate, endDate, ...(project === undefined ? {} : { project }) }));
}

/** Whether an answer has rows. */
export function hasWork(reply: Reply<StatsAnswer>): boolean {
  return "value" in reply && reply.value.stats.rows.length > 0;
}

type Fields = Readonly<Record<string, unknown>>;

function recordsOf(value: unknown): Fields[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.filter(isRecord);
}

/** The rows as they came. */
function rawRows({ json }: StatsAnswer): Fields[] {
  return isRecord(json) ? recordsOf(json["data"]) : [];
}

function rawStats({ json }: StatsAnswer): Fields[] {
  return isRecord(json) && isRecord(json["stats"]) ? [json["stats"]] : [];
}

const NO_ROWS: Judgement = { verdict: "unknown", seen: "no response has rows" };

/** Row fields and the total that is their sum, or at most their sum where the total is of unique images. */
const SUMS: readonly (readonly [row: RowField, total: TotalField, rule: "sum" | "at most the sum"])[] = [
  ["boxesAdded", "numBoxesAdded", "sum"],
  ["boxesRemoved", "numBoxesRemoved", "sum"],
  ["boxesUpdated", "numBoxesUpdated", "sum"],
  ["boxesDrawn", "numBoxesDrawn", "sum"],
  ["imagesLabeled", "numImagesLabeled", "at most the sum"],
  ["markedNull", "numImagesMarkedNull", "at most the sum"],
  ["modelAssisted", "totalImagesUsingModelAssist", "at most the sum"],
];

/** Undefined when a row lacks the field: a partial sum says nothing. */
function sumOf({ stats: { rows } }: StatsAnswer, field: RowField): number | undefined {
  const sum = rows.column(field).reduce((total, value) => total + value, 0);
  return Number.isNaN(sum) ? undefined : sum;
}

function comparisons(answers: readonly StatsAnswer[]) {
  return answers.flatMap((answer) =>
    SUMS.flatMap(([row, total, rule]) => {
      const [sum, value] = [sumOf(answer, row), answer.stats.totals[total]];
      if (sum === undefined || value === undefined) return [];
      const holds = rule === "sum" ? value === sum : value <= sum;
      return [{ total, holds, text: `${total} is ${value}, the rows' ${row} add up to ${sum}` }];
    }),
  );
}

/** Do the rows add up to `stats`? */
export function judgeTotals(answers: readonly StatsAnswer[]): Judgement {
  // A dropped row is missing in the sum.
  const made = comparisons(answers.filter(({ stats }) => stats.rows.length > 0 && stats.rejected.size === 0));
  if (made.length === 0) return NO_ROWS;
  const broken = new Map(made.filter(({ holds }) => !holds).map(({ total, text }) => [total, text]));
  if (broken.size === 0) return { verdict: "ok", seen: `yes, in ${made.length} comparisons` };
  const setting =
    "metrics.exclude: the roboflow_workspace_* of these fields, until it is known which of them are right";
  return { verdict: "problem", seen: [...broken.values()].join("; "), setting };
}

function isUnreviewed({ approved, rejected }: Fields): boolean {
  return Number(approved ?? Number.NaN) === 0 && Number(rejected ?? Number.NaN) === 0;
}

/** The totals of answers without rows: nothing was reviewed there either. An empty mapping says nothing. */
function emptyTotals(answer: StatsAnswer): Fields[] {
  return answer.stats.rows.length > 0 ? [] : rawStats(answer).filter((stats) => Object.keys(stats).length > 0);
}

/** What is `approvalRate` where nothing was reviewed? */
export function judgeApproval(answers: readonly StatsAnswer[]): Judgement {
  const unreviewed = [...answers.flatMap(rawRows).filter(isUnreviewed), ...answers.flatMap(emptyTotals)];
  if (unreviewed.length === 0) return { verdict: "unknown", seen: "no row or total without reviews was seen" };
  const rates = new Set(
    unreviewed.map((one) => ("approvalRate" in one ? JSON.stringify(one["approvalRate"]) : "absent")),
  );
  const seen = `${namesText([...rates])}, in ${unreviewed.length} rows or totals`;
  return { verdict: "info", seen, setting: "nothing to do: no ratio is published for them" };
}

const NO_REVIEW = "nothing was reviewed";

/** Fields that may be missing, and why: those of reviews need reviews, the last one is only in the newest documentation. */
const OPTIONAL: Readonly<Record<string, string>> = {
  ...{ approved: NO_REVIEW, rejected: NO_REVIEW, approvalRate: NO_REVIEW },
  uniqueImagesLabeled: "a newer field",
};

function whyMissing(name: string): string | undefined {
  return OPTIONAL[name.slice(name.indexOf(".") + 1)];
}

/** The fields reason by reason. */
function reasonsText(names: readonly string[]): string {
  const reasons = [...new Set(names.map(whyMissing))];
  return reasons.map((why) => `${namesText(names.filter((name) => whyMissing(name) === why))}: ${why}`).join("; ");
}

function missingIn(records: readonly Fields[], section: string, names: readonly string[]): string[] {
  if (records.length === 0) return [];
  return names.filter((name) => !records.some((record) => name in record)).map((name) => `${section}.${name}`);
}

/** Are there documented fields that no answer has? */
export function judgeMissingFields(answers: readonly StatsAnswer[]): Judgement {
  const rows = answers.flatMap(rawRows);
  if (rows.length === 0) return NO_ROWS;
  const missing = [
    ...missingIn(rows, "data", [...Object.keys(ROW_FIELDS), ...KNOWN_TEXT_FIELDS.data]),
    ...missingIn(answers.flatMap(rawStats), "stats", Object.keys(TOTAL_FIELDS)),
  ];
  const others = missing.filter((name) => whyMissing(name) === undefined);
  if (missing.length === 0) return { verdict: "ok", seen: "none" };
  if (others.length === 0) return { verdict: "info", seen: reasonsText(missing), setting: "nothing to do" };
  return {
    verdict: "problem",
    seen: namesText(missing),
    setting: "expect no values in rules and panels on the metrics of these fields",
  };
}
