import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseLegacy } from "../../support/parse-legacy.ts";
import { createSimulation } from "../../../src/simulator/simulation.ts";
import { parseListed } from "../../support/rows.ts";

const NOW = Date.parse("2024-05-17T15:00:00Z");
const DAY_MS = 86_400_000;
const simulation = createSimulation({ seed: 1, now: () => NOW });
const [workspace] = simulation.workspaces;

function ask(path: string, parameters: Readonly<Record<string, string | number | boolean>>, on = simulation): unknown {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
  const { status, body } = on.respond({ method: "GET", path, query, apiKey: workspace?.apiKey });
  const answer: unknown = JSON.parse(body);
  return status === 200 ? answer : { status, answer };
}

const day = (date: string) => Date.parse(date);
const spanOf = (from: string, to: string) => ({ start: day(from), end: day(to) + DAY_MS - 1 });

function aggregates(from: string, to: string, more: object = {}) {
  const { start, end } = spanOf(from, to);
  const json = ask("/workspace-stats", { start, end, includeTicks: true, ...more });
  return parseLegacy(json, { startMs: start, endMs: end });
}

const rawSchema = z.object({
  data: z.array(z.object({ imageId: z.string(), projectId: z.string(), labelerId: z.string() })),
});
const raw = (from: string, to: string, more: object = {}) =>
  rawSchema.parse(ask("/workspace-stats", { ...spanOf(from, to), rawData: true, limit: 10_000, ...more })).data;

test("ticks hold the same work as the rows of /stats of the same days", () => {
  const stats = parseListed(ask("/aerial-survey/stats", { startDate: "2024-05-06", endDate: "2024-05-12" }));
  const { ticks } = aggregates("2024-05-06", "2024-05-12");
  const images = new Map<string, number>();
  for (const { labeler, values } of stats.rows)
    images.set(labeler, (images.get(labeler) ?? 0) + (values.imagesLabeled ?? 0));
  expect(images.size).toBeGreaterThan(5);
  const inTicks = [...(ticks ?? [])].map(([labeler, values]) => [labeler, values.total_images_labeled]);
  expect(inTicks.toSorted()).toEqual([...images].toSorted());
});

test("ticks of single days add up to the ticks of the range, wide ticks too", () => {
  const whole = aggregates("2024-01-01", "2024-02-19").ticks;
  const sums = new Map<string, number>();
  for (let ms = day("2024-01-01"); ms <= day("2024-02-19"); ms += DAY_MS) {
    const date = new Date(ms).toISOString().slice(0, 10);
    for (const [labeler, values] of aggregates(date, date).ticks ?? [])
      sums.set(labeler, (sums.get(labeler) ?? 0) + (values.total_boxes_created ?? 0));
  }
  expect(sums.size).toBeGreaterThan(5);
  expect([...(whole ?? [])].map(([labeler, values]) => [labeler, values.total_boxes_created]).toSorted()).toEqual(
    [...sums].toSorted(),
  );
});

test("a day cut in two by the millisecond is the two parts' work", () => {
  const [start, end] = [day("2024-05-08"), day("2024-05-09") - 1];
  const images = (from: number, to: number) => {
    const json = ask("/workspace-stats", { start: from, end: to, includeTicks: true });
    const { ticks } = parseLegacy(json, { startMs: from, endMs: to });
    return [...(ticks?.values() ?? [])].reduce((sum, values) => sum + (values.total_boxes_created ?? 0), 0);
  };
  const noon = start + DAY_MS / 2 + 1_234;
  expect(images(start, noon)).toBeGreaterThan(0);
  expect(images(noon + 1, end)).toBeGreaterThan(0);
  expect(images(start, noon) + images(noon + 1, end)).toBe(images(start, end));
});

test("it has data of days before 2023-08-01, /stats does not", () => {
  expect(aggregates("2023-06-01", "2023-06-30").rows.size).toBeGreaterThan(0);
  const stats = parseListed(ask("/aerial-survey/stats", { startDate: "2023-06-01", endDate: "2023-06-30" }));
  expect(stats.rows).toEqual([]);
});

describe("raw rows", () => {
  test("are one per unique image of the range", () => {
    const rows = raw("2024-05-06", "2024-05-12");
    const unique = [...aggregates("2024-05-06", "2024-05-12").rows.values()].map(
      (values) => values.total_images_labeled,
    );
    expect(rows.length).toBe(unique.reduce<number>((sum, count) => sum + (count ?? 0), 0));
    expect(new Set(rows.map(({ imageId, projectId }) => projectId + imageId)).size).toBe(rows.length);
  });

  test("come in pages that follow each other", () => {
    const all = raw("2024-05-06", "2024-05-07");
    const pages = [0, 50, 100].flatMap((offset) => raw("2024-05-06", "2024-05-07", { offset, limit: 50 }));
    expect(all.length).toBeGreaterThan(150);
    expect(pages).toEqual(all.slice(0, 150));
    expect(raw("2024-05-06", "2024-05-07", { offset: all.length })).toEqual([]);
  });

  test("can be of one project", () => {
    const id = workspace?.projects[1]?.id ?? "";
    const rows = raw("2024-05-06", "2024-05-12", { projectId: id });
    expect(new Set(rows.map(({ projectId }) => projectId))).toEqual(new Set([id]));
  });
});

test.each([
  { parameters: { start: 1 }, status: 400 },
  { parameters: { start: "x", end: 1 }, status: 400 },
  { parameters: { start: 2, end: 1 }, status: 400 },
  { parameters: { start: 1, end: 2, projectId: "unknown" }, status: 404 },
  { parameters: { start: 1, end: 2, rawData: true, limit: "many" }, status: 400 },
])("$parameters is answered $status", ({ parameters, status }) => {
  expect(ask("/workspace-stats", parameters)).toMatchObject({ status });
});

test("it can be gone, and nothing else with it", () => {
  const without = createSimulation({ seed: 1, now: () => NOW, behaviour: { workspaceStats: "gone" } });
  expect(ask("/workspace-stats", spanOf("2024-05-06", "2024-05-06"), without)).toMatchObject({ status: 410 });
  expect(ask("/", {}, without)).toMatchObject({ workspace: "aerial-survey" });
});
