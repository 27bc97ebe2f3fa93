/** How much a message matters: `warning` and `critical` are messages of their own, `info` waits for a list. */
export type Severity = "critical" | "warning" | "info";

/** What an alert is about, for routing and inhibition. */
export type Area = "quality" | "output" | "exporter";

/** A series that Prometheus records. */
export interface RecordingRule {
  /** Named `level:metric:operations`. */
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Why the rule is so; stands above it in the file. */
  readonly comment?: string;
}

/** A condition that people hear of. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly keepFiringFor?: string;
  readonly labels: { readonly severity: Severity; readonly area: Area } & Readonly<Record<string, string>>;
  readonly summary: string;
  /** One line for each thing that a reader wants to know. */
  readonly description: string;
  readonly comment?: string;
}

export type Rule = RecordingRule | AlertRule;

/** Rules that may be evaluated at the same time: none of them reads another of the same group. */
export interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** One file of rules. Its groups stand in the order in which they build on each other. */
export interface RuleFile {
  readonly file: string;
  readonly comment: string;
  readonly groups: readonly Group[];
}
