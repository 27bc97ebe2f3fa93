import { join } from "node:path";
import { type Service, startService } from "./service.ts";

/** One series of an answer; an instant answer has one point. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

/** A rule as Prometheus sees it. */
interface LoadedRule {
  readonly type: "recording" | "alerting";
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly lastEvaluation: string;
}

/** A span of time with its step, in epoch seconds. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** A real Prometheus. */
export interface Prometheus extends Service {
  /** @throws Error with Prometheus's own words */
  readonly query: (expr: string, time: number) => Promise<Series[]>;
  readonly queryRange: (expr: string, range: Range) => Promise<Series[]>;
  readonly rules: () => Promise<LoadedRule[]>;
  /** Of its own metrics, the values of one, in their order. */
  readonly ownMetric: (name: string) => Promise<number[]>;
}

type Point = readonly [time: number, value: string];

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: unknown;
}

async function dataOf(response: Response, what: string): Promise<unknown> {
  const { status, error = "no reason", data } = (await response.json()) as Answer;
  if (status !== "success") throw new Error(`${error}: ${what}`);
  return data;
}

async function seriesOf(response: Response, expr: string): Promise<Series[]> {
  const { result } = (await dataOf(response, expr)) as {
    result: { metric: Record<string, string>; value?: Point; values?: Point[] }[];
  };
  return result.map(({ metric, value, values }) => ({
    metric,
    points: (values ?? (value ? [value] : [])).map(([time, text]) => ({ time, value: Number(text) })),
  }));
}

/** Starts Prometheus on a directory that holds its `prometheus.yml`, and may hold blocks of history in `data`. */
export async function startPrometheus(
  directory: string,
  address: string,
  more: readonly string[] = [],
): Promise<Prometheus> {
  const flags = [
    `--config.file=${join(directory, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(directory, "data")}`,
    `--web.listen-address=${address}`,
    ...more,
  ];
  const service = await startService("prometheus", flags, address);
  return {
    ...service,
    query: async (query, time) => seriesOf(await service.get("/api/v1/query", { query, time: String(time) }), query),
    queryRange: async (query, { start, end, step }) => {
      const parameters = { query, start: String(start), end: String(end), step: String(step) };
      return seriesOf(await service.get("/api/v1/query_range", parameters), query);
    },
    rules: async () => {
      const data = (await dataOf(await service.get("/api/v1/rules"), "rules")) as { groups: { rules: LoadedRule[] }[] };
      return data.groups.flatMap(({ rules }) => rules);
    },
    ownMetric: async (name) => {
      const lines = (await (await service.get("/metrics")).text()).split("\n");
      const ofName = lines.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
      return ofName.map((line) => Number(line.slice(line.lastIndexOf(" ") + 1)));
    },
  };
}
