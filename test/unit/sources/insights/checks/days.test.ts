import { describe, expect, test } from "vitest";
import { ApiError } from "../../../../../src/errors.ts";
import type { StatsAnswer } from "../../../../../src/sources/insights/checks/answers.ts";
import { judgeEndDate, judgeTimeZone } from "../../../../../src/sources/insights/checks/days.ts";
import { parseStats } from "../../../../../src/sources/insights/parse.ts";

const REFUSED = { error: new ApiError("refused", { reason: "http", status: 400 }) };
const BROKEN = { error: new ApiError("broken", { reason: "http", status: 500 }) };

function images(count: number): StatsAnswer {
  const json = { data: count > 0 ? [{ projectId: "p", labelerId: "l", imagesLabeled: count }] : [] };
  return { json, stats: parseStats(json) };
}

describe("endDate", () => {
  const DAYS = ["2026-11-16", "2026-11-17"] as const;
  test.each([
    {
      name: "one day with all the work",
      alone: [{ value: images(7) }, { value: images(0) }],
      both: 7,
      seen: /^inclusive/,
    },
    { name: "an empty range refused", alone: [REFUSED, REFUSED], both: 7, seen: /^exclusive/ },
    {
      name: "a single day taken as it is, a range not",
      alone: [{ value: images(7) }, { value: images(5) }],
      both: 7,
      seen: /fits neither rule$/,
    },
    { name: "a request that failed", alone: [BROKEN, { value: images(7) }], both: 7, seen: /alone has \? images/ },
    { name: "rows without images", alone: [{ value: images(0) }, { value: images(0) }], both: 0, seen: /together 0$/ },
  ] as const)("is judged by $name", ({ alone, both, seen }) => {
    const { verdict, seen: text } = judgeEndDate({ days: DAYS, together: images(both), alone }, "inclusive");
    expect(text).toMatch(seen);
    expect(verdict).toBe(text.startsWith("inclusive") ? "ok" : text.startsWith("exclusive") ? "problem" : "unknown");
  });
});

const PRESENT = { nowMs: Date.parse("2026-11-18T15:00:00Z"), timezone: "UTC" };
const json = { data: [{ projectId: "p", labelerId: "l", imagesLabeled: 3 }] };

test("a time zone is not judged by an answer that failed", () => {
  const latest = { day: "2026-11-19", work: BROKEN, future: undefined };
  expect(judgeTimeZone(latest, PRESENT)).toEqual({ verdict: "unknown", seen: "broken" });
});

test("a time zone is not judged when the control question failed", () => {
  const latest = { day: "2026-11-19", work: { value: { json, stats: parseStats(json) } }, future: BROKEN };
  expect(judgeTimeZone(latest, PRESENT).verdict).toBe("unknown");
});
