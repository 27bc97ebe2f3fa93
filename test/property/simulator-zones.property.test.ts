import fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, calendarDay } from "../../src/calendar/windows.ts";
import { createHistory, historyInZone } from "../../src/simulator/history.ts";
import { TODAY, simulate, stats, total, type Row } from "../unit/simulator/support.ts";

/** Zones whose midnight lies before, within and after the simulated working hours (8 to 18 UTC). */
const ZONES = ["America/New_York", "Europe/Berlin", "Asia/Tokyo", "Pacific/Auckland", "Pacific/Honolulu"];
const simulations = new Map(ZONES.map((timeZone) => [timeZone, simulate({ behaviour: { timeZone } }).simulation]));

const span = fc
  .record({ zone: fc.constantFrom(...ZONES), back: fc.nat(400), length: fc.nat(12) })
  .map(({ zone, back, length }) => ({
    zone,
    startDate: addDays(TODAY, -back - length),
    endDate: addDays(TODAY, -back),
  }));

function simulationIn(zone: string) {
  const simulation = simulations.get(zone);
  if (!simulation) throw new Error(`no simulation in ${zone}`);
  return simulation;
}

function counts(rows: readonly Row[]): Record<string, readonly number[]> {
  const sums: Record<string, number[]> = {};
  for (const { projectId, labelerId, imagesLabeled, boxesAdded, approved = 0 } of rows) {
    const before = sums[`${projectId}/${labelerId}`] ?? [0, 0, 0];
    sums[`${projectId}/${labelerId}`] = [imagesLabeled, boxesAdded, approved].map((one, at) => one + (before[at] ?? 0));
  }
  return sums;
}

test("days add up to their range in any zone, pair by pair", () => {
  fc.assert(
    fc.property(span, ({ zone, startDate, endDate }) => {
      const simulation = simulationIn(zone);
      const days: Row[] = [];
      for (let day = startDate; day <= endDate; day = addDays(day, 1))
        days.push(...stats(simulation, { startDate: day, endDate: day }).data);
      const whole = stats(simulation, { startDate, endDate });
      expect(counts(days)).toEqual(counts(whole.data));
      expect(whole.stats["numImagesLabeled"]).toBeLessThanOrEqual(total(whole.data, "imagesLabeled"));
    }),
    { numRuns: 60 },
  );
});

test("a filter gives the same rows in any zone", () => {
  fc.assert(
    fc.property(span, ({ zone, ...range }) => {
      const { data } = stats(simulationIn(zone), range);
      const { data: filtered } = stats(simulationIn(zone), { ...range, project: "rooftop-panels" });
      expect(filtered).toEqual(data.filter(({ projectName }) => projectName === "Rooftop Panels"));
    }),
    { numRuns: 30 },
  );
});

test.each(ZONES)("what happened until now is the same work in %s as in UTC, all days taken together", (zone) => {
  const all = { startDate: "2023-08-01", endDate: addDays(TODAY, 1) };
  const here = stats(simulationIn(zone), all);
  const there = stats(simulate().simulation, all);
  expect(total(here.data, "boxesAdded")).toBe(total(there.data, "boxesAdded"));
  expect(here.stats["numImagesLabeled"]).toBe(there.stats["numImagesLabeled"]);
});

test.each(ZONES)("a session is on the calendar day on which it begins in %s", (timeZone) => {
  const { simulation, clock } = simulate({ behaviour: { timeZone } });
  const workOf = (day: string) => total(stats(simulation, { startDate: day, endDate: day }).data, "boxesAdded");
  const hours = Array.from({ length: 24 }, (_, hour) => Date.parse("2026-11-17T00:00:00Z") + hour * 3_600_000);
  const grown = new Set<string>();
  for (const [from, to] of hours.slice(1).map((to, index) => [hours[index] ?? 0, to] as const)) {
    // Within an hour without the zone's midnight, only the day of that hour can grow.
    const day = calendarDay(from + 1, timeZone);
    clock.ms = from;
    const before = ["2026-11-16", "2026-11-17", "2026-11-18"].map((one) => [one, workOf(one)] as const);
    clock.ms = to - 60_000;
    for (const [one, boxes] of before) if (workOf(one) !== boxes) grown.add(`${one} in an hour of ${day}`);
  }
  const wrong = [...grown].filter((text) => text.slice(0, 10) !== text.slice(-10));
  expect({ wrong, some: grown.size > 0 }).toEqual({ wrong: [], some: true });
});

test.each(ZONES)("a labeler's day in %s comes in one piece", (timeZone) => {
  const [workspace] = simulationIn(timeZone).workspaces;
  const [project] = workspace?.projects ?? [];
  if (!workspace || !project) throw new Error("no project");
  const sessions = [...historyInZone(createHistory(), timeZone)(workspace, project, 1000, 1030)];
  const pieces = sessions
    .map(({ day, labeler }) => `${day}/${labeler}`)
    .filter((key, index, keys) => key !== keys[index - 1]);
  expect(pieces.length).toBeGreaterThan(30);
  expect(new Set(pieces).size).toBe(pieces.length);
});
