import type { WorkspaceConfig } from "../config/config.ts";
import { type Fitted, fitSources } from "../exposition/published.ts";
import type { SourceData } from "../exposition/source-data.ts";
import { type Asked, type Exchange, type Judgement, failed } from "../sources/checks.ts";
import type { MeasuredPoll } from "./ask-sources.ts";

/** What a source's polls cost. */
export interface SourceCost {
  readonly source: string;
  readonly pollsPerDay: number;
  readonly asked: Asked;
  /** Undefined where the endpoint cannot be read: each poll finds that out by one request. */
  readonly poll: MeasuredPoll | undefined;
}

/** Above this share of a limit, the workspace's growth will reach it soon. */
const NEAR = 0.5;
/** Series do not vary as much as responses do. */
const NEAR_SERIES = 0.9;

/** The configuration takes no more. */
const MAX = { megabytes: 1024, seconds: 3600, series: 1_000_000 } as const;

const NO_RESPONSE: Judgement = { verdict: "unknown", seen: "no poll got a response" };
const POLL_FAILED: Judgement = { verdict: "unknown", seen: "a poll failed" };

/** Does a poll of the present configuration succeed, in time? */
export function judgePoll({ result, exchanges, seconds, deadlineSeconds }: MeasuredPoll): Judgement {
  if ("error" in result) return failed(result.error);
  const seen = `${exchanges.length} requests in ${seconds.toFixed(2)} s, with a deadline of ${deadlineSeconds} s`;
  if (seconds <= NEAR * deadlineSeconds) return { verdict: "ok", seen };
  return { verdict: "problem", seen, setting: "poll.interval: longer, or fewer windows" };
}

function exchangesOf(costs: readonly SourceCost[]): readonly Exchange[] {
  return costs.flatMap(({ poll }) => poll?.exchanges ?? []);
}

/** The request that the user would send, without the key. */
function requestText({ request: { path, parameters = {} } }: Exchange): string {
  const sent = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
  const query = new URLSearchParams(sent).toString();
  return `GET /${path.join("/")}${query === "" ? "" : `?${query}`}`;
}

function sizeText(bytes: number): string {
  return bytes < 1e5 ? `${bytes} bytes` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** How large is the largest response? */
export function judgeSize(costs: readonly SourceCost[], { api: { maxResponseBytes } }: WorkspaceConfig): Judgement {
  const [largest] = exchangesOf(costs).toSorted((a, b) => b.answer.bytes - a.answer.bytes);
  if (!largest) return NO_RESPONSE;
  const { bytes } = largest.answer;
  const seen = `${sizeText(bytes)} from ${requestText(largest)}, with a maximum of ${sizeText(maxResponseBytes)}`;
  if (bytes <= NEAR * maxResponseBytes) return { verdict: "ok", seen };
  const setting = `api.max_response_bytes: ${Math.min(MAX.megabytes, Math.ceil((4 * bytes) / 2 ** 20))}MiB`;
  return { verdict: "problem", seen, setting };
}

/** How long does the slowest response take? */
export function judgeLatency(costs: readonly SourceCost[], { api: { timeoutMs } }: WorkspaceConfig): Judgement {
  const [slowest] = exchangesOf(costs).toSorted((a, b) => b.answer.seconds - a.answer.seconds);
  if (!slowest) return NO_RESPONSE;
  const { seconds } = slowest.answer;
  const seen = `${seconds.toFixed(2)} s for ${requestText(slowest)}, with a timeout of ${timeoutMs / 1000} s`;
  if (seconds <= (NEAR * timeoutMs) / 1000) return { verdict: "ok", seen };
  return { verdict: "problem", seen, setting: `api.timeout: ${Math.min(MAX.seconds, Math.ceil(4 * seconds))}s` };
}

function requestsPerPoll({ poll, asked }: SourceCost): number {
  return poll ? poll.exchanges.length + (asked.requestsLeftOut?.(poll) ?? 0) : 1;
}

function hasFailed({ poll }: SourceCost): boolean {
  return poll !== undefined && "error" in poll.result;
}

/** How many requests a day does the present configuration make? */
export function judgeRequests(costs: readonly SourceCost[]): Judgement {
  if (costs.some(hasFailed)) return POLL_FAILED;
  const perDay = sum(costs.map((cost) => requestsPerPoll(cost) * cost.pollsPerDay));
  const texts = costs.map((cost) => {
    const name = costs.length > 1 ? `${cost.source} ` : "";
    return `${name}${requestsPerPoll(cost)} a poll, ${Number(cost.pollsPerDay.toFixed(1))} polls a day`;
  });
  return { verdict: "info", seen: `about ${Math.round(perDay)} a day: ${texts.join("; ")}` };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** Series by metric, as the exporter would publish them. */
function countsOf(all: readonly Fitted[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { definition, series } of all.flatMap(({ parts }) => parts))
    counts.set(definition.name, (counts.get(definition.name) ?? 0) + series);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

/** How many series are there, and how near is the limit? */
export function judgeSeries(costs: readonly SourceCost[], { seriesLimit }: WorkspaceConfig): Judgement {
  if (costs.some(hasFailed)) return POLL_FAILED;
  const datas = costs.flatMap(({ source, poll }): [string, SourceData][] =>
    poll && "value" in poll.result ? [[source, poll.result.value]] : [],
  );
  const fitted = [...fitSources(datas, seriesLimit).values()];
  const count = sum(fitted.map(({ series, droppedSeries }) => series + droppedSeries));
  // A real poll has no value for some of what the trial assumes.
  const isMaximum = costs.some(({ asked }) => asked.requestsLeftOut !== undefined);
  const seen = `${isMaximum ? "up to " : ""}${count} series, with a limit of ${seriesLimit}`;
  const details = countsOf(fitted).map(([name, series]) => `${series} ${name}`);
  if (count <= NEAR_SERIES * seriesLimit) return { verdict: "ok", seen, details };
  const families = fitted.flatMap(({ droppedFamilies }) => droppedFamilies);
  const dropped = families.length > 0 ? `; left out: ${families.join(", ")}` : "";
  const setting = `limits.series: ${Math.min(MAX.series, 2 * count)}`;
  return { verdict: "problem", seen: `${seen}${dropped}`, setting, details };
}
