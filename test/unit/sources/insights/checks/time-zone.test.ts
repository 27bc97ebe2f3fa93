import { expect, test } from "vitest";
import { ApiError } from "../../../../../src/errors.ts";
import { judgeTimeZone } from "../../../../../src/sources/insights/checks/time-zone.ts";
import { parseStats } from "../../../../../src/sources/insights/parse.ts";

const BROKEN = { error: new ApiError("broken", { reason: "http", status: 500 }) };
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
