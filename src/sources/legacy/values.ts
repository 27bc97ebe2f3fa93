import type { LegacyRowField, LegacyRowValues } from "./fields.ts";
import { ratioOf } from "../../metrics/percent.ts";

/** Minutes in seconds, to the millisecond: 24.1 minutes are 1446 seconds, not 1446.0000000000002. */
function secondsOf(minutes: number): number {
  return Math.round(minutes * 60_000) / 1000;
}

/** The API has 0 where it has no pace: so it is in its own sample, beside hours of work. */
function paceOf(seconds: number, { total_images_labeled: images }: LegacyRowValues): number | undefined {
  return seconds === 0 || images === 0 ? undefined : seconds;
}

/** There are no counts to tell a rate of 0 from nothing having been reviewed. */
function acceptanceOf(percent: number): number | undefined {
  return percent === 0 ? undefined : ratioOf(percent);
}

/** How a field's number becomes the value to publish, where it is not that number. */
const CONVERSIONS: Readonly<
  Partial<Record<LegacyRowField, (value: number, values: LegacyRowValues) => number | undefined>>
> = {
  total_time_spent_annotating_minutes: secondsOf,
  seconds_per_image: paceOf,
  acceptance_rate: acceptanceOf,
};

/** The value to publish for a field of a project or a labeler; undefined when there is none. */
export function legacyValue(field: LegacyRowField, values: LegacyRowValues): number | undefined {
  const raw = values[field];
  const convert = CONVERSIONS[field];
  const value = raw === undefined || convert === undefined ? raw : convert(raw, values);
  // A number of minutes may be too large to be one of seconds, which is no reading.
  return Number.isFinite(value) ? value : undefined;
}
