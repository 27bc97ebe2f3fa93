import { expect, test } from "vitest";
import type { PeopleConfig } from "../../../src/config/config.ts";
import { ApiError } from "../../../src/errors.ts";
import { type FailureReason, meaningOf } from "../../../src/failures.ts";
import { PollNotes, shownMessage } from "../../../src/poller/poll-notes.ts";
import type { Ask } from "../../../src/roboflow/client.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const OPEN: PeopleConfig = { hmacKey: undefined, names: true, email: true, system: [], teams: new Map() };
const HASHED: PeopleConfig = { ...OPEN, hmacKey: "a-secret-of-hashes-0123456789", names: false, email: false };
const { signal } = new AbortController();
const UNHEARD = { answered: () => undefined, filterIgnored: () => undefined };

function notesFor(people: PeopleConfig, ask: Ask) {
  const clock = new ManualClock();
  const workspace = workspaceFrom({ api: { url: "https://api.example.com/base" } });
  const notes = new PollNotes({ workspace, people }, clock);
  return { notes, watched: notes.watch(ask), clock };
}

function failedEntry(notes: PollNotes, error: ApiError, isGone = false) {
  const end = { result: { error }, durationMs: 5, fitted: undefined, isGone };
  return notes.entry(1_000, end, (text) => text.replaceAll("k3y", "<secret>"));
}

const answering: Ask = () => Promise.resolve({ json: {}, bytes: 2, seconds: 0 });
const request = (parameters: object) => ({ endpoint: "stats", path: ["acme", "stats"], parameters });

test("a request is noted with its URL, its status and the time it took", async () => {
  const clock = new ManualClock();
  const notes = new PollNotes({ workspace: workspaceFrom(), people: OPEN }, clock);
  const watched = notes.watch((asked, stop) => {
    clock.advance(1_250);
    return answering(asked, stop);
  });
  await watched(request({ startDate: "2026-11-18", project: "cells", none: undefined }), signal);
  const { requests, requestCount } = failedEntry(notes, new ApiError("x", { reason: "network" }));
  const url = "https://api.roboflow.com/acme/stats?startDate=2026-11-18&project=cells";
  expect(requests).toEqual([{ url, status: 200, failure: undefined, durationMs: 1_250 }]);
  expect(requestCount).toBe(1);
});

test("a failed request is noted with its reason; a bug is not a request's failure", async () => {
  const errors = [new ApiError("no", { reason: "rate_limited", status: 429 }), new Error("bug")];
  const { notes, watched } = notesFor(OPEN, () => Promise.reject(errors.shift() ?? new Error()));
  await expect(watched(request({}), signal)).rejects.toThrow("no");
  await expect(watched(request({}), signal)).rejects.toThrow("bug");
  const { requests } = failedEntry(notes, new ApiError("x", { reason: "network" }));
  expect(requests).toMatchObject([{ status: 429, failure: "rate_limited" }]);
});

test("a request that another one's failure has stopped is noted as that", async () => {
  const stopped = new AbortController();
  stopped.abort();
  const errors = [
    new ApiError("the poll ended", { reason: "network" }),
    new ApiError("too late", { reason: "timeout" }),
    new ApiError("no", { reason: "plan", status: 402 }),
  ];
  const { notes, watched } = notesFor(OPEN, () => Promise.reject(errors.shift() ?? new Error()));
  for (let index = 0; index < 3; index++) await watched(request({}), stopped.signal).catch(() => undefined);
  const { requests } = failedEntry(notes, new ApiError("x", { reason: "plan" }));
  expect(requests.map(({ failure }) => failure)).toEqual(["stopped", "timeout", "plan"]);
});

test("labelers stand in URLs as their labels have them", async () => {
  const open = notesFor(OPEN, answering);
  const hashed = notesFor(HASHED, answering);
  for (const { watched } of [open, hashed]) await watched(request({ userId: "u7Jq2" }), signal);
  const urlOf = ({ notes }: typeof open) => failedEntry(notes, new ApiError("", { reason: "plan" })).requests[0]?.url;
  expect(urlOf(open)).toContain("userId=u7Jq2");
  expect(urlOf(hashed)).toMatch(/userId=[0-9a-f]{16}$/);
});

test("of many requests the first are kept, and the first that failed", async () => {
  let count = 0;
  const { notes, watched } = notesFor(OPEN, (asked, stop) => {
    count++;
    return count > 30
      ? Promise.reject(new ApiError("no", { reason: count === 31 ? "plan" : "network" }))
      : answering(asked, stop);
  });
  for (let index = 0; index < 33; index++) await watched(request({ index }), signal).catch(() => undefined);
  const { requests, requestCount } = failedEntry(notes, new ApiError("x", { reason: "plan" }));
  expect([requests.length, requestCount]).toEqual([20, 33]);
  expect(requests.map(({ failure }) => failure).filter(Boolean)).toEqual(["plan"]);
});

test("URLs and messages are cut, and hide the key", async () => {
  const { notes, watched } = notesFor(OPEN, answering);
  await watched(request({ project: `k3y${"x".repeat(9_000)}` }), signal);
  const { requests, message } = failedEntry(notes, new ApiError(`k3y ${"y".repeat(9_000)}`, { reason: "http" }));
  expect(requests[0]?.url).toContain("project=<secret>xxx");
  expect(message).toMatch(/^<secret> y+$/);
  expect([requests[0]?.url.length ?? 0, message?.length ?? 0].every((length) => length < 520)).toBe(true);
});

test.each<[FailureReason, string, PeopleConfig, string]>([
  ["http", "status 500: labeler u7 failed", OPEN, "status 500: labeler u7 failed"],
  ["http", "mail ann@example.com now", { ...OPEN, email: false }, "mail <address> now"],
  ["http", "status 500: Ann failed", HASHED, meaningOf("http")],
  ["http", "status 500: Ann failed", { ...OPEN, names: false }, meaningOf("http")],
  ["network", "cannot reach api:443", HASHED, "cannot reach api:443"],
])("a %s failure that says %j", (reason, message, people, shown) => {
  expect(shownMessage(new ApiError(message, { reason }), people)).toBe(shown);
});

test("anomalies are counted by kind, ten kinds at most; where people are hidden without names from outside", () => {
  const anomalies = [
    { field: "data.ann@example.com", reason: "unknown_field" as const, count: 2 },
    { field: "data.bob", reason: "unknown_field" as const, count: 3 },
    ...Array.from({ length: 12 }, (_, index) => ({
      field: `f${index}`,
      reason: "missing" as const,
      count: 20 + index,
    })),
  ];
  const shown = (people: PeopleConfig, found: typeof anomalies) => {
    const { notes } = notesFor(people, answering);
    const observer = notes.observer(UNHEARD);
    observer.answered({ anomalies: found, rejected: new Map([["missing_project", 4]]) });
    observer.filterIgnored("project");
    return failedEntry(notes, new ApiError("", { reason: "plan" })).anomalies;
  };
  expect(Object.keys(shown(OPEN, anomalies))).toHaveLength(10);
  expect(Object.values(shown(OPEN, anomalies))[0]).toBe(31);
  const rest = { "row left out: missing_project": 4, "filter_ignored project": 1 };
  expect(shown(HASHED, anomalies.slice(0, 2))).toEqual({ unknown_field: 5, ...rest });
  expect(shown({ ...OPEN, email: false }, anomalies.slice(0, 2))).toEqual({
    ...{ "unknown_field <address>": 2, "unknown_field data.bob": 3 },
    ...rest,
  });
});

test("a good poll of which nothing is published has no series", () => {
  const { notes } = notesFor(OPEN, answering);
  const collected = { names: { workspace: "acme", projects: new Map(), labelers: new Map() }, day: "2026-11-18" };
  const result = {
    data: { workspace: "acme", day: "2026-11-18", families: [], dropped: [], names: [] },
    collected: { ...collected, rows: 0, families: () => [][Symbol.iterator]() as never, parts: () => [] },
  };
  const end = { result, durationMs: 5, fitted: undefined, isGone: false };
  expect(notes.entry(0, end, String)).toMatchObject({ outcome: "ok", rows: 0, series: 0, droppedSeries: 0 });
});

test("an endpoint that is gone is an outcome of its own", () => {
  const { notes } = notesFor(OPEN, answering);
  const error = new ApiError("gone", { reason: "not_found", status: 404 });
  expect(failedEntry(notes, error, true)).toMatchObject({ outcome: "gone", status: 404, rows: undefined });
  expect(failedEntry(notes, error)).toMatchObject({ outcome: "not_found", status: 404, message: "gone" });
});
