import { z } from "zod";
import { addDays } from "../calendar/windows.ts";
import { day } from "./units.ts";
import { list, name, parsed } from "./values.ts";

const MAX_PEOPLE = 1000;
const MAX_SPANS = 100;
const MAX_DAYS = 366;

/** The days from one to another, both included; empty where the second is before the first. */
function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = from; at <= to && days.length <= MAX_DAYS; at = addDays(at, 1)) days.push(at);
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
    .refine((days) => days.length <= MAX_DAYS, { error: `is longer than ${MAX_DAYS} days; write a shorter span` });
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
