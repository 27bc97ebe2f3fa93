/** What an answer says of a project. */
export interface ProjectInfo {
  readonly name: string | undefined;
  readonly type: string | undefined;
}

/** What an answer says of a labeler. */
export interface LabelerInfo {
  readonly name: string | undefined;
  readonly email: string | undefined;
}

/** Something in an answer that the documentation does not lead us to expect, and how often it is there. */
export interface Anomaly {
  readonly field: string;
  readonly reason: AnomalyReason;
  readonly count: number;
}

export const ANOMALY_REASONS = [
  "unknown_field",
  "not_a_number",
  "not_text",
  "negative",
  "out_of_range",
  "duplicate_row",
  "repeated_row",
  "duplicate_labeler",
  "not_an_object",
  "missing",
  "bad_id",
  "filter_ignored",
] as const;
export type AnomalyReason = (typeof ANOMALY_REASONS)[number];

/** Why a row of `data[]` was dropped. */
export const REJECTION_REASONS = [
  "not_an_object",
  "missing_project",
  "missing_labeler",
  "id_too_long",
  "bad_id",
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** How many rows were dropped, by reason; a reason that none was dropped for is absent. */
export type Rejections = ReadonlyMap<RejectionReason, number>;

/** Hears of every answer, before it is known whether the poll succeeds. */
export interface AnswerObserver {
  readonly answered: (answer: { readonly anomalies: readonly Anomaly[]; readonly rejected: Rejections }) => void;
  readonly filterIgnored: (filter: string) => void;
}
