/** One metric family as data, for everything that needs to know it: rendering, docs, dashboards, lint. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  /** One sentence. Static and without quotation marks, so that it is the same in both formats. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly unit: string;
  /** The API's field, or `exporter` for our own measurements. */
  readonly source: string;
  /** Over which dimensions samples may be added up. */
  readonly sums: string;
  readonly caveat: string;
  /** Whether the values of days add up to the value of the range; absent if they do not, or if it is not documented. */
  readonly addsUpOverDays?: boolean;
}

/** Whether the values of labelers may be added up, as `sums` says. */
export function addsUpOverLabelers({ sums }: MetricDefinition): boolean {
  return /^labelers\b/.test(sums);
}

/** A family that the series limit can drop: the one with the highest `dropOrder` first. */
export interface DroppableDefinition extends MetricDefinition {
  readonly dropOrder: number;
}

/** Labels and value of one series. Every label of the definition is present, always as text. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
