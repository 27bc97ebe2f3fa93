/** One metric family as data. Everything that speaks of a metric (rendering, docs, dashboards, lint) reads this. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  /** A sentence for strangers. Static, and without quotation marks, so that it is the same in both formats. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly unit: string;
  /** The API's field, or `exporter` for what we measure ourselves. */
  readonly source: string;
  /** Over which dimensions samples may be added up. */
  readonly sums: string;
  readonly caveat: string;
  /** Whether the values of days add up to the value of the range; absent where that is not so or not documented. */
  readonly addsUpOverDays?: boolean;
}

/** A family that is dropped when a workspace has too many series: the highest `dropOrder` goes first. */
export interface DroppableDefinition extends MetricDefinition {
  readonly dropOrder: number;
}

/** Labels and value of one series. Every label of the definition is present, always as text. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
