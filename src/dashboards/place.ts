import { DEFAULTS, type Parameters } from "../rules/parameters.ts";

/** What about the dashboards depends on where they are used. */
export interface Place {
  /** Uid or name of the data source that is chosen at first; without it Grafana's default. */
  readonly datasource?: string;
  /** Zone of the days: an IANA time zone, or `utc`. */
  readonly timezone: string;
  /** Where this project's files can be read, without a slash at the end. */
  readonly documents: string;
  /** Where the runbooks are; without it `prometheus/runbooks` below `documents`. */
  readonly runbooks?: string;
  /** What links between the dashboards begin with; empty for the Grafana that shows them. */
  readonly grafana: string;
  /** The value of the label severity for each of ours. */
  readonly severities: Parameters["severities"];
  /** Names of the windows to choose from. */
  readonly windows: readonly string[];
}

export const DEFAULT_PLACE: Place = {
  timezone: "utc",
  documents: "https://git.example.com/roboflow-exporter/blob/main",
  grafana: "",
  severities: DEFAULTS.severities,
  windows: ["today", "7d", "14d", "28d", "all"],
};
