import { bad, good, type Reader, type Reading } from "./reading.ts";

/** Units as Prometheus writes and reckons them, largest first; a year is 365 days. */
const UNITS = [
  ["y", 31_536_000_000],
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

const PATTERN = new RegExp(`^${UNITS.map(([unit]) => `(?:(\\d+)${unit})?`).join("")}$`);

/**
 * Reads a duration in Prometheus' notation: `30s`, `1h30m`, `500ms`.
 * @returns milliseconds; undefined when the text is no duration.
 */
export function parseDuration(text: string): number | undefined {
  const amounts = text === "" ? undefined : PATTERN.exec(text)?.slice(1);
  return amounts && UNITS.reduce((sum, [, sizeMs], index) => sum + Number(amounts[index] ?? 0) * sizeMs, 0);
}

/** Writes milliseconds as the shortest text {@link parseDuration} reads back, in days and smaller units. */
export function formatDuration(durationMs: number): string {
  let rest = durationMs;
  const parts = UNITS.slice(2).map(([unit, sizeMs]) => {
    const amount = Math.floor(rest / sizeMs);
    rest -= amount * sizeMs;
    return amount > 0 ? `${amount}${unit}` : "";
  });
  return parts.join("") || "0s";
}

/** Reads any duration; one without a unit gets the remedy. */
export function readDuration(written: unknown): Reading<number> {
  const durationMs = typeof written === "string" ? parseDuration(written) : undefined;
  if (durationMs !== undefined) return good(durationMs);
  const text = typeof written === "string" || typeof written === "number" ? `${written}` : "";
  return bad(
    /^[1-9]\d*$/.test(text)
      ? `has no unit; write "${text}m" or "${text}s"`
      : 'is not a duration; write it like "30s", "15m" or "1h30m"',
  );
}

/** Reads a duration from `min` to `max`, both in milliseconds and both allowed. */
export function durationBetween(min: number, max: number): Reader<number> {
  return (written) => {
    const reading = readDuration(written);
    if (!reading.ok || (reading.value >= min && reading.value <= max)) return reading;
    return bad(`is out of range; use ${formatDuration(min)} to ${formatDuration(max)}`);
  };
}

/** Reads a duration of whole seconds from `min` to `max`, in milliseconds. */
export function wholeSecondsBetween(min: number, max: number): Reader<number> {
  const read = durationBetween(min, max);
  return (written) => {
    const reading = read(written);
    return !reading.ok || reading.value % 1000 === 0 ? reading : bad("is not whole seconds; leave out the ms");
  };
}
