import { type LegacyBeside, besideOther } from "../exposition/limit.ts";
import type { WorkspaceData } from "../exposition/source-data.ts";
import { isFiltered } from "../sources/insights/requests.ts";
import type { Judgement } from "./finding.ts";
import { NOT_ASKED } from "./judge-access.ts";
import type { Observations } from "./observations.ts";

/** Above this share of the limit, the workspace's growth will reach it soon. */
const NEAR = 0.9;
/** The configuration takes no more. */
const MOST_SERIES = 1_000_000;

/** Series by metric, as the exporter would publish them. */
function countsOf(data: WorkspaceData, beside: LegacyBeside | undefined): readonly (readonly [string, number])[] {
  const lines = [...data.lines, ...(beside?.lines ?? [])].map(
    ([name, windows]) => [name, windows.reduce((sum, { series }) => sum + series, 0)] as const,
  );
  const names = (beside?.names ?? []).map(({ definition, samples }) => [definition.name, samples.length] as const);
  return [...lines, ...names].filter(([, count]) => count > 0);
}

/** How many series are there, and how near is the limit? */
export function judgeSeries({ poll, legacyPoll, config }: Observations): Judgement {
  if (!poll) return NOT_ASKED;
  if ("error" in poll.result) return { verdict: "unknown", seen: "the poll brought no answer" };
  const { data } = poll.result.value;
  const { seriesLimit, totals } = config;
  const beside = legacyPoll && "value" in legacyPoll ? besideOther(legacyPoll.value, data, seriesLimit) : undefined;
  const counts = countsOf(data, beside).toSorted(([, a], [, b]) => b - a);
  const published = counts.reduce((sum, [, count]) => sum + count, 0);
  const all = published + data.droppedSeries + (beside?.droppedSeries ?? 0);
  // Some totals will have no approval.
  const count = totals.length > 0 && !isFiltered(config) ? `up to ${all}` : String(all);
  const seen = `${count} series, of ${seriesLimit} at most`;
  const details = counts.map(([name, series]) => `${series} ${name}`);
  if (all <= NEAR * seriesLimit) return { verdict: "ok", seen, details };
  const families = [...data.droppedFamilies, ...(beside?.droppedFamilies ?? [])];
  const dropped = families.length > 0 ? `; left out: ${families.join(", ")}` : "";
  const setting = `limits.series: ${Math.min(MOST_SERIES, 2 * all)}`;
  return { verdict: "problem", seen: `${seen}${dropped}`, setting, details };
}
