import { expect, test } from "vitest";
import type { FailureReason } from "../../../src/failures.ts";
import { type PollEntry, PollJournal } from "../../../src/poller/journal.ts";

const MINUTE_MS = 60_000;

function entry(minute: number, outcome: "ok" | "gone" | FailureReason = "ok"): PollEntry {
  const nothing = {
    status: undefined,
    message: undefined,
    rows: undefined,
    series: undefined,
    droppedSeries: undefined,
  };
  const asked = { requests: [], requestCount: 0, anomalies: {} };
  return { ...nothing, ...asked, startedMs: minute * MINUTE_MS, durationMs: 1_000, outcome };
}

const minutesOf = (entries: readonly PollEntry[]) => entries.map(({ startedMs }) => startedMs / MINUTE_MS);

test("of a source that was never polled nothing is known", () => {
  expect(new PollJournal().of("acme", "a")).toEqual({ recent: [], olderFailures: [], failingSinceMs: undefined });
});

test("the last twenty polls are kept, the newest first, and failures longer", () => {
  const journal = new PollJournal();
  for (let minute = 0; minute < 60; minute++)
    journal.add("acme", "a", entry(minute, minute % 10 === 3 ? "plan" : "ok"));
  const { recent, olderFailures } = journal.of("acme", "a");
  expect(minutesOf(recent)).toEqual(Array.from({ length: 20 }, (_, index) => 59 - index));
  expect(minutesOf(olderFailures)).toEqual([33, 23, 13, 3]);
});

test("older failures are bounded too; an endpoint that is gone is not one", () => {
  const journal = new PollJournal();
  for (let minute = 0; minute < 100; minute++) journal.add("acme", "a", entry(minute, "plan"));
  for (let minute = 100; minute < 140; minute++) journal.add("acme", "a", entry(minute, "gone"));
  expect(minutesOf(journal.of("acme", "a").olderFailures)).toEqual(
    Array.from({ length: 20 }, (_, index) => 99 - index),
  );
});

test("failing begins with the end of the first failure and ends with a good poll", () => {
  const journal = new PollJournal();
  const since = () => journal.of("acme", "a").failingSinceMs;
  journal.add("acme", "a", entry(0));
  expect(since()).toBeUndefined();
  for (const minute of [1, 2]) journal.add("acme", "a", entry(minute, "network"));
  expect(since()).toBe(MINUTE_MS + 1_000);
  journal.add("acme", "a", entry(3));
  expect(since()).toBeUndefined();
});

test("with many sources each keeps fewer polls, so that all of them stay bounded", () => {
  const journal = new PollJournal();
  const names = Array.from({ length: 500 }, (_, index) => `w${index}`);
  for (let minute = 0; minute < 5; minute++) for (const name of names) journal.add(name, "a", entry(minute, "plan"));
  const kept = names.map((name) => journal.of(name, "a"));
  expect(new Set(kept.map(({ recent }) => recent.length))).toEqual(new Set([2]));
  expect(Math.max(...kept.map(({ olderFailures }) => olderFailures.length))).toBe(2);
});

test("a workspace takes its polls along to another name, and is forgotten when it is removed", () => {
  const journal = new PollJournal();
  journal.add("(unresolved)", "a", entry(0, "network"));
  journal.rename("(unresolved)", "acme");
  expect(journal.of("(unresolved)", "a").recent).toEqual([]);
  expect(minutesOf(journal.of("acme", "a").recent)).toEqual([0]);
  journal.rename("unknown", "acme-2");
  expect(journal.of("acme-2", "a").recent).toEqual([]);
  journal.forget("acme");
  expect(journal.of("acme", "a").recent).toEqual([]);
});
