import { expect, test } from "vitest";
import { pollsPerDay } from "../../../src/poller/cron.ts";

test.each([
  { schedule: { kind: "interval", seconds: 900 }, perDay: 96 },
  { schedule: { kind: "cron", expression: "*/15 * * * *" }, perDay: 96 },
  { schedule: { kind: "cron", expression: "* * * * *" }, perDay: 1440 },
  { schedule: { kind: "cron", expression: "0 6-20 * * *" }, perDay: 15 },
  { schedule: { kind: "cron", expression: "0 12 * * 1-5" }, perDay: 5 / 7 },
  { schedule: { kind: "cron", expression: "0 12 1 * *" }, perDay: 12 / 365 },
] as const)("$schedule fires $perDay times a day", ({ schedule, perDay }) => {
  expect(pollsPerDay(schedule, "UTC", Date.parse("2026-11-18T12:00:00Z"))).toBeCloseTo(perDay, 2);
});
