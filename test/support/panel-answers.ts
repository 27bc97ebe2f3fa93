import type { Variable } from "../../src/dashboards/grafana-types.ts";
import { DASHBOARDS } from "../../src/dashboards/main.ts";
import { PANEL_QUERIES, type PanelQuery, substituteVariables } from "./panel-queries.ts";
import type { Prometheus, Series } from "./prometheus.ts";

const DAY = 86_400;
const SCRAPE_SECONDS = 15;
const SHORT_RANGE_SECONDS = 60;
const LONG_RANGE_DAYS = 2;
/** Of 1: an interval of a share of 1 ends at 1.0000000000000002. */
const ROUNDING = 1e-12;

/** What the reader chose, by the variables' names; where several may be chosen, all are. */
export type Chosen = Readonly<Record<"workspace" | "project" | "labeler" | "window", string>>;

/** A panel's query by its place. */
export function panelQuery(dashboard: string, panel: string, refId: string): PanelQuery {
  const found = PANEL_QUERIES.find(
    (query) => query.dashboard === dashboard && query.panel === panel && query.refId === refId,
  );
  if (!found) throw new Error(`no query ${refId} in panel ${panel} of ${dashboard}`);
  return found;
}

function isAll(variable: Variable | undefined): boolean {
  return variable?.includeAll === true;
}

function valuesFor({ dashboard: uid }: PanelQuery, chosen: Chosen, time: number): Record<string, string> {
  const variables = DASHBOARDS.find((dashboard) => dashboard.uid === uid)?.variables ?? [];
  const all = variables.filter(isAll).map(({ name, allValue }) => [name, allValue ?? ".*"]);
  // Grafana makes the interval of rates four times the data source's scrape interval.
  return {
    ...chosen,
    ...(Object.fromEntries(all) as Record<string, string>),
    __rate_interval: `${4 * SCRAPE_SECONDS}s`,
    __to: String(time),
  };
}

/** Asks Prometheus as Grafana would, the range ending at the given time. */
export function answerOf(prometheus: Prometheus, query: PanelQuery, chosen: Chosen, time: number): Promise<Series[]> {
  const expr = substituteVariables(query.expr, valuesFor(query, chosen, time));
  if (query.instant) return prometheus.query(expr, time);
  const [step, length] = query.minStep === "1d" ? [DAY, LONG_RANGE_DAYS * DAY] : [SCRAPE_SECONDS, SHORT_RANGE_SECONDS];
  const aligned = (moment: number) => Math.floor(moment / step) * step;
  return prometheus.queryRange(expr, { start: aligned(time - length), end: aligned(time), step });
}

/** What is wrong with a query's answer, in words; nothing when all is well. */
export async function problemsOf(
  prometheus: Prometheus,
  query: PanelQuery,
  chosen: Chosen,
  mayBeEmpty: boolean,
): Promise<string[]> {
  const place = `${query.dashboard} / ${query.panel} / ${query.refId} (${chosen.window})`;
  const [least, greatest] = query.bounds;
  try {
    const series = await answerOf(prometheus, query, chosen, Date.now() / 1000);
    const values = series.flatMap(({ points }) => points.map(({ value }) => value));
    if (values.length === 0) return mayBeEmpty || query.emptyReason !== undefined ? [] : [`${place}: empty`];
    const wrong = values.filter(
      (value) => !Number.isFinite(value) || value < least - ROUNDING || value > greatest + ROUNDING,
    );
    return wrong.length === 0 ? [] : [`${place}: ${wrong.join(" ")} not within ${least} and ${greatest}`];
  } catch (error) {
    return [`${place}: ${String(error)}`];
  }
}
