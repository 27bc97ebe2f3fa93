import { expect, test } from "vitest";
import type { LabelerInfo } from "../../../src/answers/names.ts";
import { insights } from "../../../src/sources/insights/insights.ts";
import { sharingLabelers } from "../../../src/sources/known-labelers.ts";
import type { CollectDeps, Collected, Source } from "../../../src/sources/source.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const PEOPLE = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map() };
const SETTINGS = { workspace: workspaceFrom(), people: PEOPLE };
const SUBJECT = { name: "acme", today: "2026-11-18" };

/** A poll that brought these labelers, each with an address. */
function brought(addresses: Readonly<Record<string, string>>): Collected {
  const labelers = Object.entries(addresses).map(([id, email]): [string, LabelerInfo] => [id, { name: id, email }]);
  return {
    names: { workspace: "acme", projects: new Map(), labelers: new Map(labelers) },
    day: SUBJECT.today,
    families: function* () {
      yield;
      return [];
    },
    parts: () => [],
  };
}

const sourceOf = (collect: Source["collect"]): Source => ({ ...insights, collect });

/** Two sources that end when the test says so, and a third that says whom it was given. */
function createSources() {
  const ends: { readonly good: (collected: Collected) => void; readonly bad: (error: Error) => void }[] = [];
  const pending = sourceOf(() => new Promise((good, bad) => ends.push({ good, bad })));
  const given: (readonly string[])[] = [];
  const asking = sourceOf(async (_subject, _settings, { labelersBefore }) => {
    const labelers = (await labelersBefore?.()) ?? new Map<string, LabelerInfo>();
    given.push([...labelers].map(([id, { email }]) => `${id} ${String(email)}`).toSorted());
    return brought({});
  });
  const clock = new ManualClock();
  const [first, second, third] = sharingLabelers([pending, { ...pending, trial: pending.collect }, asking], clock);
  const stop = new AbortController();
  const deps: CollectDeps = {
    ask: () => Promise.reject(new Error("nothing is asked")),
    observer: { answered: () => undefined, filterIgnored: () => undefined },
    signal: stop.signal,
  };
  const poll = (source = third) => source?.collect(SUBJECT, SETTINGS, deps) ?? Promise.reject(new Error("no source"));
  const trial = () => second?.trial?.(SUBJECT, SETTINGS, deps) ?? Promise.reject(new Error("no trial"));
  return { ends, given, clock, stop, poll, trial, first, second };
}

test("a source waits for the first polls of those before it, and gets their labelers; the first to know an id counts", async () => {
  const { ends, given, clock, poll, first, second } = createSources();
  const polls = [poll(), poll(first), poll(second)];
  await clock.whenAsleep();
  ends[1]?.good(brought({ a: "a@second", b: "b@second" }));
  ends[0]?.good(brought({ a: "a@first" }));
  await Promise.all(polls);
  expect(given).toEqual([["a a@first", "b b@second"]]);
  expect(clock.sleeping).toBe(0);
});

test("a failed poll ends the wait; what an earlier one brought stays", async () => {
  const { ends, given, poll, trial, first } = createSources();
  const good = [poll(first), trial()];
  for (const { good: end } of ends) end(brought({ a: "a@old" }));
  await Promise.all(good);
  const failing = poll(first);
  ends[2]?.bad(new Error("down"));
  await expect(failing).rejects.toThrow("down");
  await poll();
  expect(given).toEqual([["a a@old"]]);
});

test("it does not wait for the second poll of another source", async () => {
  const { ends, given, poll, trial, first } = createSources();
  const polls = [poll(first), trial()];
  for (const { good } of ends) good(brought({ a: "a@old" }));
  await Promise.all(polls);
  void poll(first);
  await poll();
  expect(given).toEqual([["a a@old"]]);
});

test("it waits for two minutes at most", async () => {
  const { given, clock, poll } = createSources();
  const waiting = poll();
  await clock.whenAsleep();
  clock.advance(119_999);
  expect([clock.sleeping, given]).toEqual([1, []]);
  clock.advance(1);
  await waiting;
  expect(given).toEqual([[]]);
});

test("a poll that is stopped while it waits ends at once, with the reason", async () => {
  const { clock, stop, poll } = createSources();
  const waiting = poll();
  await clock.whenAsleep();
  stop.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  expect(clock.sleeping).toBe(0);
});
