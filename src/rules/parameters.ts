import type { Severity } from "./rule-file.ts";

/** Windows over which approvals are judged, and the working days that lie in each when five days a week are worked. */
export const JUDGED_WINDOWS = { "7d": 5, "14d": 10, "28d": 20 } as const;

export type JudgedWindow = keyof typeof JUDGED_WINDOWS;

/** How sure an alert must be, in standard deviations. */
export interface Evidence {
  readonly fell: number;
  readonly belowTarget: number;
}

/** Everything about the rules that is a choice. */
export interface Parameters {
  /** Target of projects without `approval_target` in the exporter's configuration, 0 to 1. */
  readonly defaultTarget: number;
  /**
   * How alike images are that are reviewed on one day: the intraclass correlation, 0 to 1. `labeler` is for the images of
   * one person, `shared` for what all people of a project or workspace have in common on a day (the data, the reviewer).
   */
  readonly rho: { readonly labeler: number; readonly shared: number };
  /** Review decisions below which no one is judged. */
  readonly minimumDecisions: {
    readonly labelerFell: number;
    readonly labelerBelowTarget: number;
    readonly project: number;
    readonly workspace: number;
  };
  readonly evidence: {
    readonly ticket: Evidence;
    readonly digest: Evidence;
    readonly project: Evidence;
    readonly workspace: Evidence;
  };
  /**
   * The week of workspaces without a `calendar` in the exporter's configuration: weekdays of work, 0 is Sunday, and the
   * hours of their work, in an IANA time zone. They must lie within one day of the exporter's `poll.timezone`.
   */
  readonly workday: {
    readonly weekdays: readonly number[];
    readonly from: number;
    readonly to: number;
    readonly timezone: string;
  };
  /** When Alertmanager's example sends messages about people's work: minutes after midnight, in an IANA time zone. */
  readonly notify: { readonly from: number; readonly to: number; readonly timezone: string };
  /** The value of the label severity for each of ours. */
  readonly severities: Readonly<Record<Severity, string>>;
  /** A regular expression of scrape jobs that are exporters, for targets that never answered. */
  readonly jobs: string;
  /** Where readers find dashboards and runbooks; URLs, or paths, without a slash at the end. */
  readonly links: { readonly dashboards: string; readonly runbooks: string };
}

export const DEFAULTS: Parameters = {
  defaultTarget: 0.9,
  rho: { labeler: 0.05, shared: 0.01 },
  minimumDecisions: { labelerFell: 10, labelerBelowTarget: 20, project: 50, workspace: 100 },
  evidence: {
    ticket: { fell: 3.7, belowTarget: 3 },
    digest: { fell: 3.05, belowTarget: 2.3 },
    project: { fell: 3.6, belowTarget: 3 },
    workspace: { fell: 3.6, belowTarget: 3 },
  },
  workday: { weekdays: [1, 2, 3, 4, 5], from: 9, to: 18, timezone: "UTC" },
  notify: { from: 480, to: 1080, timezone: "UTC" },
  severities: { critical: "critical", warning: "warning", info: "info" },
  jobs: ".*roboflow.*",
  links: { dashboards: "http://127.0.0.1:3000", runbooks: "prometheus/runbooks" },
};
