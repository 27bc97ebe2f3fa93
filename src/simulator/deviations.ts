import { isRecord } from "../untrusted.ts";

/** Something that the API's documentation leaves open. */
interface OpenQuestion {
  /** What the simulated API can do; the first is the default. */
  readonly words: readonly [string, ...string[]];
  readonly meaning: string;
}

/** What the simulated API does where the documentation leaves it open, by the name of the option in camel case. */
export const OPEN_QUESTIONS = {
  workspaceStats: { words: ["served", "gone"], meaning: "whether GET /workspace-stats exists" },
  endDate: { words: ["inclusive", "exclusive"], meaning: "whether endDate itself counts" },
  auth: { words: ["both", "query-only", "bearer-only"], meaning: "where the API key is accepted" },
  filter: { words: ["slug", "id", "ignored"], meaning: "what the project filter takes" },
  approvalOfNothing: { words: ["0", "100", "null", "absent"], meaning: "approvalRate where nothing was reviewed" },
  fields: { words: ["documented", "missing", "unknown"], meaning: "fields of an answer" },
  stats: { words: ["matching", "mismatched"], meaning: "whether stats agrees with the rows" },
} as const satisfies Readonly<Record<string, OpenQuestion>>;

/** How the simulated API behaves. */
export type Behaviour = {
  readonly [Q in keyof typeof OPEN_QUESTIONS]: (typeof OPEN_QUESTIONS)[Q]["words"][number];
} & {
  /** IANA zone of the API's days. */
  readonly timeZone: string;
};

/** As documented; where the documentation says nothing, as seems likeliest. */
export const DEFAULT_BEHAVIOUR: Behaviour = {
  workspaceStats: "served",
  endDate: "inclusive",
  auth: "both",
  filter: "slug",
  approvalOfNothing: "0",
  fields: "documented",
  stats: "matching",
  timeZone: "UTC",
};

/** How the JSON of an answer can differ from its documentation. */
export const DRIFT_KINDS = [
  "unknown_fields",
  "strings",
  "nulls",
  "missing_arrays",
  "duplicate_rows",
  "missing_metadata",
  "missing_fields",
  "mismatched_totals",
  "ignored_filter",
  "bare_list",
] as const;

export type DriftKind = (typeof DRIFT_KINDS)[number];

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

/** A change of one JSON value, as a reviver of JSON.parse sees it; undefined removes it. */
type Change = (key: string, value: unknown) => unknown;

const NULLED: ReadonlySet<string> = new Set(["modelAssisted", "markedNull", "approvalRate", "displayName", "reviewer"]);
const MISSED: ReadonlySet<string> = new Set(["projectType", "boxesUpdated", "netBoxesUpdated", "numBoxesUpdated"]);
const LISTS: ReadonlySet<string> = new Set(["data", "jobs", "batches", "projects"]);
const METADATA: ReadonlySet<string> = new Set(["projectName", "projectType", "displayName", "email", "meta"]);

function elements(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** More boxes than the rows add up to, and more unique images than the rows have images. */
function mismatched(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return {
    ...value,
    numBoxesAdded: Number(value["numBoxesAdded"]) + 1,
    numImagesLabeled: Number(value["numImagesLabeled"]) + 1_000_000,
  };
}

/** An object around a single list becomes the list. */
function bare(value: unknown): unknown {
  const [only, other] = isRecord(value) ? Object.values(value) : [];
  return other === undefined && elements(only) ? only : value;
}

function duplicated(value: unknown): unknown {
  const rows = elements(value);
  return rows ? [...rows, ...rows] : value;
}

const CHANGES: Readonly<Record<DriftKind, Change>> = {
  unknown_fields: (_, value) => (isRecord(value) ? { ...value, secondsSpent: 7, futureField: "new" } : value),
  missing_fields: (key, value) => (MISSED.has(key) ? undefined : value),
  mismatched_totals: (key, value) =>
    key === "stats" ? mismatched(value) : key === "numImages" ? Number(value) + 11 : value,
  strings: (_, value) => (typeof value === "number" ? String(value) : value),
  nulls: (key, value) => (NULLED.has(key) ? null : value),
  missing_arrays: (_, value) => (elements(value) ? undefined : value),
  duplicate_rows: (key, value) => (LISTS.has(key) ? duplicated(value) : value),
  missing_metadata: (key, value) => (METADATA.has(key) ? undefined : key === "labelers" ? [] : value),
  // Nothing to change in the text: the answer was made without the filters.
  ignored_filter: (_, value) => value,
  bare_list: (key, value) => (key === "" ? bare(value) : value),
};

/** Changes a JSON text as the drift says. */
export function drifted(kind: DriftKind, json: string): string {
  const changed: unknown = JSON.parse(json, CHANGES[kind]);
  return JSON.stringify(changed);
}
