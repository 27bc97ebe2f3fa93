import { type Fitted, fitSources } from "../exposition/published.ts";
import type { SourceData } from "../exposition/source-data.ts";
import { isFiltered } from "../sources/insights/requests.ts";
import type { Judgement } from "./finding.ts";
import { NOT_ASKED } from "./judge-access.ts";
import type { Observations } from "./observations.ts";

/** Above this share of the limit, the workspace's growth will reach it soon. */
const NEAR = 0.9;
/** The configuration takes no more. */
const MOST_SERIES = 1_000_000;

/** Series by metric, as the exporter would publish them. */
function countsOf(all: readonly Fitted[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { definition, series } of all.flatMap(({ parts }) => parts))
    counts.set(definition.name, (counts.get(definition.name) ?? 0) + series);
  return [...counts];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** How many series are there, and how near is the limit? */
export function judgeSeries({ poll, legacyPoll, config }: Observations): Judgement {
  if (!poll) return NOT_ASKED;
  if ("error" in poll.result) return { verdict: "unknown", seen: "the poll brought no answer" };
  const { data } = poll.result.value;
  const { seriesLimit, totals } = config;
  const others: [string, SourceData][] = legacyPoll && "value" in legacyPoll ? [["other", legacyPoll.value]] : [];
  const fitted = [...fitSources([["first", data], ...others], seriesLimit).values()];
  const counts = countsOf(fitted).toSorted(([, a], [, b]) => b - a);
  const all = sum(fitted.map(({ series, droppedSeries }) => series + droppedSeries));
  // Some totals will have no approval.
  const count = totals.length > 0 && !isFiltered(config) ? `up to ${all}` : String(all);
  const seen = `${count} series, of ${seriesLimit} at most`;
  const details = counts.map(([name, series]) => `${series} ${name}`);
  if (all <= NEAR * seriesLimit) return { verdict: "ok", seen, details };
  const families = fitted.flatMap(({ droppedFamilies }) => droppedFamilies);
  const dropped = families.length > 0 ? `; left out: ${families.join(", ")}` : "";
  const setting = `limits.series: ${Math.min(MOST_SERIES, 2 * all)}`;
  return { verdict: "problem", seen: `${seen}${dropped}`, setting, details };
}
