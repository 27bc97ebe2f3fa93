import { formatDuration, wholeSecondsBetween } from "./duration.ts";
import { bad, good, type Reader, type Reading } from "./reading.ts";

const DAY_SECONDS = 86_400;
const SIXTIETHS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
const DAY_PARTS = [1, 2, 3, 4, 6, 8, 12, 24];

/** Intervals a person would choose; what we propose instead of an uneven one. */
const ROUND_SECONDS = [
  ...SIXTIETHS,
  ...SIXTIETHS.map((minutes) => minutes * 60),
  ...DAY_PARTS.map((hours) => hours * 3600),
];

const readSeconds = wholeSecondsBetween(1_000, DAY_SECONDS * 1_000);

function neighbours(seconds: number): string {
  const below = ROUND_SECONDS.findLast((round) => round < seconds);
  const above = ROUND_SECONDS.find((round) => round > seconds);
  return [below, above].flatMap((round) => (round === undefined ? [] : formatDuration(round * 1000))).join(" or ");
}

/**
 * Reads an interval: whole seconds, up to a day, dividing an hour or a day evenly, so that polls fall on the same
 * times of every day.
 * @param otherwise what else the user may do, as in `, or do this`
 * @returns seconds.
 */
function intervalReader(otherwise: string): Reader<number> {
  return (written): Reading<number> => {
    const reading = readSeconds(written);
    if (!reading.ok) return reading;
    const seconds = reading.value / 1000;
    // Whatever divides an hour divides a day too.
    if (DAY_SECONDS % seconds === 0) return good(seconds);
    return bad(`does not divide an hour or a day evenly; use ${neighbours(seconds)}${otherwise}`);
  };
}

/** Reads `poll.interval`, in place of which a schedule can be given. In seconds. */
export const readInterval = intervalReader(", or give poll.schedule");

/** Reads an interval in place of which no schedule can be given. In seconds. */
export const readPlainInterval = intervalReader("");
