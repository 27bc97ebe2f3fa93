import { describe, expect, test } from "vitest";
import { parseWindow } from "../../../../src/calendar/windows.ts";
import { oldestOpen, uploadsBy } from "../../../../src/sources/backlog/assemble.ts";
import { chooseProjects } from "../../../../src/sources/backlog/collect.ts";
import { parseProjects } from "../../../../src/sources/backlog/parse.ts";
import { inOneGo } from "../../../../src/steps.ts";

const at = (iso: string) => Date.parse(iso) / 1000;

const windows = ["today", "7d", "all"].flatMap((name) => parseWindow(name) ?? []);

describe("images uploaded in windows", () => {
  const of = (batches: Parameters<typeof uploadsBy>[3], timezone = "UTC") =>
    Object.fromEntries(uploadsBy(windows, "2026-11-18", timezone, batches));

  test.each([
    ["without batches are none", [], { today: 0, "7d": 0, all: 0 }],
    [
      "are those of the days of the window",
      [
        { images: 1, uploaded: at("2026-11-18T00:00:00Z") },
        { images: 2, uploaded: at("2026-11-17T23:59:59Z") },
        { images: 4, uploaded: at("2026-11-12T00:00:00Z") },
        { images: 8, uploaded: at("2026-11-11T23:59:59Z") },
        { images: 16, uploaded: at("2023-07-31T12:00:00Z") },
      ],
      { today: 1, "7d": 7, all: 15 },
    ],
    [
      "are not those of the future",
      [{ images: 5, uploaded: at("2026-11-19T00:00:00Z") }],
      { today: 0, "7d": 0, all: 0 },
    ],
    [
      "are unknown where a batch of the window does not say how many",
      [
        { images: 1, uploaded: at("2026-11-18T06:00:00Z") },
        { images: undefined, uploaded: at("2026-11-13T06:00:00Z") },
      ],
      { today: 1 },
    ],
    [
      "are unknown in any window where a batch does not say when",
      [
        { images: 1, uploaded: at("2026-11-18T06:00:00Z") },
        { images: 2, uploaded: undefined },
      ],
      {},
    ],
    [
      "are unknown where they are more than can be counted",
      [
        { images: Number.MAX_VALUE, uploaded: at("2026-11-18T06:00:00Z") },
        { images: Number.MAX_VALUE, uploaded: at("2026-11-18T06:00:00Z") },
      ],
      {},
    ],
  ])("%s", (_, batches, images) => {
    expect(of(batches)).toEqual(images);
  });

  test("count by the days of the zone", () => {
    const batch = { images: 3, uploaded: at("2026-11-17T23:30:00Z") };
    expect(of([batch], "Europe/Berlin")).toEqual({ today: 3, "7d": 3, all: 3 });
  });
});

describe("the oldest job with images to label", () => {
  const job = (unannotated: number | undefined, created: number | undefined) => ({
    values: unannotated === undefined ? {} : { unannotated },
    created,
  });

  test.each([
    ["is the first created of those", [job(5, 300), job(0, 100), job(1, 200)], 200],
    ["does not exist without jobs", [], undefined],
    ["does not exist where all are labeled", [job(0, 100)], undefined],
    ["is unknown where one does not say when it was created", [job(1, 100), job(1, undefined)], undefined],
    ["is unknown where an older one does not say what is left", [job(1, 200), job(undefined, 100)], undefined],
    ["is unknown where one says neither", [job(1, 200), job(undefined, undefined)], undefined],
    ["is known where a younger one does not say what is left", [job(1, 200), job(undefined, 300)], 200],
    ["is known where a finished one does not say when it was created", [job(1, 200), job(0, undefined)], 200],
  ])("%s", (_, jobs, created) => {
    expect(oldestOpen(jobs)).toBe(created);
  });
});

describe("the projects that are asked", () => {
  const listed = inOneGo(
    parseProjects({ workspace: { projects: ["d", "b", "a", "c"].map((slug) => ({ id: `acme/${slug}` })) } }),
  );
  const backlog = { intervalSeconds: 3600, maxProjects: 3, maxJobs: 1, maxClasses: undefined };

  test.each([
    ["are the first by slug, up to the limit", [], backlog, "abc", { limit: 1, unlisted: 0 }],
    ["are those of the filter", ["d", "a", "x"], backlog, "ad", { limit: 0, unlisted: 1 }],
    [
      "are those of the filter, up to the limit",
      ["d", "a", "x"],
      { ...backlog, maxProjects: 1 },
      "a",
      { limit: 1, unlisted: 1 },
    ],
    ["are none where it is off", [], undefined, "", { limit: 4, unlisted: 0 }],
  ])("%s", (_, projects, given, slugs, leftOut) => {
    const choice = chooseProjects(listed.items, { projects, backlog: given });
    expect(choice.chosen.map(({ slug }) => slug).join("")).toBe(slugs);
    expect(choice.leftOut).toEqual(leftOut);
  });
});
