import type { DriftKind } from "./drift.ts";

/** One thing that the API's documentation leaves open. */
interface OpenQuestion {
  /** What the simulated API can do, the default first. */
  readonly words: readonly [string, ...string[]];
  readonly meaning: string;
}

/** What the simulated API does where the documentation leaves it open, by the name of the option in camel case. */
export const OPEN_QUESTIONS = {
  endDate: { words: ["inclusive", "exclusive"], meaning: "whether endDate itself counts" },
  auth: { words: ["both", "query-only", "bearer-only"], meaning: "where the key may stand" },
  filter: { words: ["slug", "id", "ignored"], meaning: "what the project filter knows a project by" },
  approvalOfNothing: { words: ["0", "100", "null", "absent"], meaning: "approvalRate where nothing was reviewed" },
  fields: { words: ["documented", "missing", "unknown"], meaning: "fields of an answer" },
  stats: { words: ["matching", "mismatched"], meaning: "whether the rows add up to stats" },
} as const satisfies Readonly<Record<string, OpenQuestion>>;

/** How the simulated API behaves. */
export type Behaviour = {
  readonly [Q in keyof typeof OPEN_QUESTIONS]: (typeof OPEN_QUESTIONS)[Q]["words"][number];
} & {
  /** IANA zone whose calendar days the API's days are. */
  readonly timeZone: string;
};

/** As documented, and where nothing is, as seems likeliest. */
export const DEFAULT_BEHAVIOUR: Behaviour = {
  endDate: "inclusive",
  auth: "both",
  filter: "slug",
  approvalOfNothing: "0",
  fields: "documented",
  stats: "matching",
  timeZone: "UTC",
};

const FIELDS: Readonly<Record<Behaviour["fields"], readonly DriftKind[]>> = {
  documented: [],
  missing: ["missing_fields"],
  unknown: ["unknown_fields"],
};

const STATS: Readonly<Record<Behaviour["stats"], readonly DriftKind[]>> = {
  matching: [],
  mismatched: ["mismatched_totals"],
};

/** The drifts that every answer has with this behaviour. */
export function driftsOf({ fields, stats }: Behaviour): readonly DriftKind[] {
  return [...FIELDS[fields], ...STATS[stats]];
}
