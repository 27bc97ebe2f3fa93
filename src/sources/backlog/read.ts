import type { AnomalyTally } from "../../answers/anomalies.ts";
import { type Fields, readText } from "../../answers/fields.ts";
import { numberOf, readNumbers } from "../../answers/numbers.ts";
import { EARLIEST_DAY } from "../../calendar/windows.ts";
import { ApiError } from "../../errors.ts";
import type { Steps } from "../../steps.ts";
import { isRecord } from "../../untrusted.ts";

/** The instants of the documentation's samples, and the only ones believed: milliseconds lie far outside. */
const EARLIEST = Date.parse(EARLIEST_DAY) / 1000;
const LATEST = Date.parse("2100-01-01") / 1000;

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;
const MAX_DATE_LENGTH = 40;

function isoSeconds(raw: unknown): number | undefined {
  const isDate = typeof raw === "string" && raw.length <= MAX_DATE_LENGTH && ISO.test(raw);
  const ms = isDate ? Date.parse(raw) : NaN;
  return Number.isNaN(ms) ? undefined : ms / 1000;
}

/** `{_seconds, _nanoseconds}`, as Firestore's timestamps are written. */
function partsSeconds(raw: Fields): number | undefined {
  const seconds = numberOf(raw["_seconds"]);
  return seconds === undefined ? undefined : seconds + (numberOf(raw["_nanoseconds"]) ?? 0) / 1e9;
}

/**
 * An instant in epoch seconds, to the millisecond: `{_seconds, _nanoseconds}` as in jobs, a number of seconds as in
 * projects, either as text, or an ISO date. What is no instant since 2016 is left out and noted.
 */
export function readSeconds(
  fields: Fields,
  section: string,
  key: string,
  anomalies: Pick<AnomalyTally, "note">,
): number | undefined {
  const raw = fields[key];
  if (raw === undefined || raw === null) return undefined;
  const seconds = isRecord(raw) ? partsSeconds(raw) : (numberOf(raw) ?? isoSeconds(raw));
  const isInstant = seconds !== undefined && seconds >= EARLIEST && seconds < LATEST;
  if (isInstant) return Math.round(seconds * 1000) / 1000;
  anomalies.note(`${section}.${key}`, seconds === undefined ? "not_a_number" : "out_of_range");
  return undefined;
}

/** How many counts are read in one step: there may be as many as an answer can hold. */
const RUN = 100;

/** Counts by name, as `{train: 70, valid: 20}`. Names that look the same are one, and their counts add up. */
export function* readCounts(
  fields: Fields,
  section: string,
  key: string,
  anomalies: AnomalyTally,
): Steps<ReadonlyMap<string, number>> {
  const raw = fields[key];
  const counts = new Map<string, number>();
  if (raw === undefined || raw === null) return counts;
  if (!isRecord(raw)) anomalies.note(`${section}.${key}`, "not_an_object");
  for (const [index, [written, value]] of Object.entries(isRecord(raw) ? raw : {}).entries()) {
    if (index % RUN === 0) yield;
    const name = readText({ written }, section, "written", anomalies);
    const { [key]: count } = readNumbers({ [key]: value }, { [key]: "count" }, section, anomalies);
    if (name !== undefined && count !== undefined) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
}

/** How many there are of something: a number, or the things themselves, in a list or by name. */
export function readSize(
  fields: Fields,
  section: string,
  key: string,
  anomalies: Pick<AnomalyTally, "note">,
): number | undefined {
  const raw = fields[key];
  if (Array.isArray(raw)) return raw.length;
  if (isRecord(raw)) return Object.keys(raw).length;
  return readNumbers(fields, { [key]: "count" }, section, anomalies)[key];
}

/**
 * The list in an answer, which may stand there without the object around it: Roboflow's own client takes both.
 * @throws ApiError `invalid_schema`
 */
export function listIn(json: unknown, key: string): readonly unknown[] {
  const list: unknown = isRecord(json) && Object.hasOwn(json, key) ? (json[key] ?? []) : json;
  if (Array.isArray(list)) return list;
  throw new ApiError(`the answer does not hold a list of ${key}`, { reason: "invalid_schema" });
}
