import { z } from "zod";
import { addDays } from "../calendar/windows.ts";
import { parsed, list, name } from "./values.ts";

/** Units as Prometheus writes them, largest first; a year is 365 days. */
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
 * @returns milliseconds; undefined when the text is not a duration.
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

function durationProblem(written: unknown): string {
  const text = typeof written === "string" || typeof written === "number" ? `${written}` : "";
  return /^[1-9]\d*$/.test(text)
    ? `has no unit; write "${text}m" or "${text}s"`
    : 'is not a duration; write it like "30s", "15m" or "1h30m"';
}

/** A duration from `min` to `max`, in milliseconds. */
export function duration(min: string, max: string) {
  const [minMs, maxMs] = [Number(parseDuration(min)), Number(parseDuration(max))];
  return parsed(parseDuration, durationProblem)
    .refine((durationMs) => durationMs >= minMs && durationMs <= maxMs, {
      error: `is out of range; use ${min} to ${max}`,
    })
    .describe(`duration, ${min} to ${max}`);
}

/** A duration of whole seconds from `min` to `max`, in milliseconds. */
export function wholeSeconds(min: string, max: string) {
  const error = "is not whole seconds; leave out the ms";
  return duration(min, max).refine((durationMs) => durationMs % 1000 === 0, { error });
}

const DAY_SECONDS = 86_400;
const SIXTIETHS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
const DAY_PARTS = [1, 2, 3, 4, 6, 8, 12, 24];

/** Intervals a person would choose; what we propose instead of an uneven one. */
const ROUND_SECONDS = [
  ...SIXTIETHS,
  ...SIXTIETHS.map((minutes) => minutes * 60),
  ...DAY_PARTS.map((hours) => hours * 3600),
];

function neighbours(seconds: number): string {
  const below = ROUND_SECONDS.filter((round) => round < seconds).slice(-1);
  const above = ROUND_SECONDS.filter((round) => round > seconds).slice(0, 1);
  return [...below, ...above].map((round) => formatDuration(round * 1000)).join(" or ");
}

/**
 * An interval in seconds, up to a day, that divides an hour or a day evenly, so that polls fall on the same times of
 * every day.
 * @param otherwise what else the user may do, as in `, or do this`
 */
export function interval(otherwise = "") {
  return wholeSeconds("1s", "1d")
    .transform((durationMs) => durationMs / 1000)
    .refine((seconds) => DAY_SECONDS % seconds === 0, {
      // What divides an hour divides a day too.
      error: ({ input }) => `does not divide an hour or a day evenly; use ${neighbours(Number(input))}${otherwise}`,
    })
    .describe("duration, 1s to 1d");
}

const EXAMPLE = 'write it like "*/15 * * * *"';

/** Fields whose values start again at the end of a minute, an hour or a day, with how many values they have. */
const CYCLES = [
  ["seconds", 60],
  ["minutes", 60],
  ["hours", 24],
] as const;

function unevenStep(expression: string): string | undefined {
  const fields = expression.split(" ");
  const cycles = fields.length === 6 ? CYCLES : CYCLES.slice(1);
  for (const [index, [unit, size]] of cycles.entries()) {
    const steps = (fields[index] ?? "").split(",").flatMap((part) => /\/(\d+)$/.exec(part)?.[1] ?? []);
    const step = steps.find((text) => size % Number(text) !== 0);
    if (step === undefined) continue;
    return `is uneven: ${step} ${unit} do not divide ${size}; use a step that divides ${size}, or list the ${unit}`;
  }
  return undefined;
}

/** A cron expression of five or six fields. A step that does not divide its unit evenly is refused. */
export function cron(isCronExpression: (text: string) => boolean) {
  const hasFields = (expression: string) => /^\S+(?: \S+){4,5}$/.test(expression);
  return z
    .string({ error: `is not a cron expression; ${EXAMPLE}` })
    .transform((written) => written.trim().split(/\s+/).join(" "))
    .refine(hasFields, { error: `is not a cron expression of 5 or 6 fields; ${EXAMPLE}` })
    .refine((expression) => unevenStep(expression) === undefined, {
      error: ({ input }) => unevenStep(String(input)),
      abort: true,
    })
    .refine(isCronExpression, { error: `is not a cron expression; ${EXAMPLE}` })
    .describe("cron expression");
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Hours of work like `09:00-18:00`, as minutes after midnight; the end may be 24:00. */
export function hours() {
  const parse = (written: string) => {
    if (!/^\d\d:[0-5]\d-\d\d:[0-5]\d$/.test(written)) return undefined;
    const [from, to] = [minuteOf(written.slice(0, 5)), minuteOf(written.slice(6))];
    return to <= 24 * 60 ? { from, to } : undefined;
  };
  return parsed(parse, () => 'is not a span of hours; write it as "09:00-18:00"')
    .refine(({ from, to }) => from < to, {
      error: "does not end after it begins; hours over midnight are not supported",
    })
    .describe("span of hours");
}

/** A calendar day of this century that exists, as `YYYY-MM-DD`. */
export function day() {
  return z.iso
    .date({ error: "is not a day of the calendar; write it as 2026-12-25" })
    .refine((text) => !/^(?!20)\d{4}-/.test(text), { error: "is not a day of this century; write it as 2026-12-25" });
}

const MAX_PEOPLE = 1000;
const MAX_SPANS = 100;
const MAX_SPAN_DAYS = 366;

/** The days from one to another, both included; empty where the second is before the first. */
function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = from; at <= to && days.length <= MAX_SPAN_DAYS; at = addDays(at, 1)) days.push(at);
  return days;
}

/** One day, or a span of days such as `2026-12-24..2027-01-02`, as all its days. */
function span() {
  const parse = (written: string) => {
    const [from = "", to = from, more] = written.split("..");
    const areDays = [from, to].every((one) => day().safeParse(one).success);
    return areDays && more === undefined ? daysBetween(from, to) : undefined;
  };
  return parsed(parse, () => "is not a day or a span of days; write it as 2026-12-24..2027-01-02")
    .refine((days) => days.length > 0, { error: "ends before it begins; write the first day first" })
    .refine((days) => days.length <= MAX_SPAN_DAYS, {
      error: `is longer than ${MAX_SPAN_DAYS} days; write a shorter span`,
    });
}

/** Days of leave by labeler id. */
export function leave() {
  const spans = list(span(), "spans", { max: MAX_SPANS }).transform((all) => new Set(all.flat()));
  const error = "is not a mapping; write each labeler's id and days below it, such as u7Jq2: [2026-12-24..2027-01-02]";
  return z
    .record(name(), spans, { error })
    .refine((people) => Object.keys(people).length <= MAX_PEOPLE, {
      error: `has more than ${MAX_PEOPLE} people; remove those who are back`,
    })
    .describe("mapping of labeler ids to lists of days");
}

const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/**
 * Reads a size with its unit: `10MB`, `32MiB`.
 * @returns bytes; undefined when the text is not a size.
 */
export function parseSize(text: string): number | undefined {
  const [, amount = "", unit = ""] = /^(\d+)([A-Za-z]+)$/.exec(text) ?? [];
  const unitBytes = Object.hasOwn(BYTES, unit) ? BYTES[unit] : undefined;
  return unitBytes && Number(amount) * unitBytes;
}

/** A size from `min` to `max`, as an integer of bytes or as text with a unit. */
export function size(min: string, max: string) {
  const error = 'is not a size; write bytes as an integer, or text like "32MiB" or "10MB"';
  const range = { error: `is out of range; use ${min} to ${max}` };
  const bytes = z
    .int({ error })
    .min(Number(parseSize(min)), range)
    .max(Number(parseSize(max)), range);
  return z
    .preprocess((written) => (typeof written === "string" ? parseSize(written) : written), bytes)
    .describe(`size, ${min} to ${max}`);
}
