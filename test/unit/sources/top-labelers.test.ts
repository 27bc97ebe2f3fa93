import { expect, test } from "vitest";
import type { LabelerInfo } from "../../../src/answers/names.ts";
import { additiveFields, summedUp, withOther, type Work } from "../../../src/sources/top-labelers.ts";
import { configFrom, workspaceFrom } from "../../support/exporter-harness.ts";

const { people } = configFrom({ workspaces: [{ name: "acme", api_key: "rf_S3cretKeyOfTheTests" }] });

function labelersOf(ids: readonly string[]): ReadonlyMap<string, LabelerInfo> {
  return new Map(ids.map((id) => [id, { name: id === "bot" ? "Auto Label" : undefined, email: undefined }]));
}

type Windows = Readonly<Record<string, Readonly<Record<string, Work>>>>;

/** Whose work is summed up, in the order of their ids. */
function summed(windows: Windows, limit: number | undefined, ids: readonly string[]): readonly string[] | undefined {
  const limits = limit === undefined ? {} : { labelers: limit };
  const workspace = workspaceFrom({ windows: Object.keys(windows), limits });
  const stats = {
    day: "2026-11-18",
    labelers: labelersOf(ids),
    windows: Object.entries(windows).map(([window, work]) => ({ window, work })),
  };
  const found = summedUp(stats, { workspace, people }, ({ work }) => new Map(Object.entries(work)));
  return found && [...found].toSorted();
}

test("no one's work is summed up without a limit, or where everyone fits", () => {
  const windows = { "7d": { a: [1], b: [2] } };
  expect(summed(windows, undefined, ["a", "b"])).toBeUndefined();
  expect(summed(windows, 2, ["a", "b", "bot"])).toBeUndefined();
});

test("those who did most in the widest window stay, whatever they did in others", () => {
  const windows = { today: { a: [90] }, week: { a: [95] }, "28d": { a: [100], b: [300], c: [200] }, "7d": { a: [99] } };
  expect(summed(windows, 2, ["a", "b", "c"])).toEqual(["a", "other"]);
});

test("among equals further numbers decide, then the id", () => {
  const windows = { all: { d: [5, 1], c: [5, 2], b: [5, 1], a: [5, 1, 0] } };
  expect(summed(windows, 2, ["d", "c", "b", "a"])).toEqual(["b", "d", "other"]);
  expect(summed(windows, 2, ["a", "b", "c", "d"])).toEqual(["b", "d", "other"]);
});

test("who has no work in the widest window comes last", () => {
  expect(summed({ "7d": { b: [0, 1] } }, 1, ["a", "b"])).toEqual(["a", "other"]);
  expect(summed({ "7d": {} }, 1, ["b", "a"])).toEqual(["b", "other"]);
});

test("programs are neither counted nor summed up", () => {
  expect(summed({ "7d": { bot: [1], a: [2], b: [3] } }, 1, ["bot", "a", "b"])).toEqual(["a", "other"]);
});

test("a labeler whose id is that of the sum is part of it", () => {
  expect(summed({ "7d": { other: [9], a: [1], b: [2] } }, 2, ["other", "a", "b"])).toEqual(["other"]);
});

const definition = { type: "gauge", name: "x", help: "", labels: [], unit: "", source: "", caveat: "" } as const;

test("only fields that the table of metrics lets be added up over labelers are", () => {
  const metrics = [
    ["images", { ...definition, sums: "labelers and projects as work, not as unique images; days" }],
    ["unique", { ...definition, sums: "nothing" }],
    ["ratio", { ...definition, sums: "never" }],
    ["days", { ...definition, sums: "projects, days" }],
  ] as const;
  expect(additiveFields(metrics)).toEqual(["images"]);
});

test("the sum has what any of the others has, and is not there without others", () => {
  const byLabeler = new Map([
    ["a", { images: 1, ratio: 0.5 }],
    ["b", { images: 2 }],
    ["c", { boxes: 3, ratio: 1 }],
  ]);
  expect(withOther(byLabeler, new Set(["b", "c", "d"]), ["images", "boxes"])).toEqual(
    new Map<string, object>([
      ["a", { images: 1, ratio: 0.5 }],
      ["other", { images: 2, boxes: 3 }],
    ]),
  );
  expect(withOther(byLabeler, new Set(["d"]), ["images"])).toEqual(byLabeler);
});
