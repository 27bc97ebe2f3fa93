import { describe, expect, test } from "vitest";
import { freshData, freshForMs } from "../../../src/exposition/workspace-state.ts";
import { ManualClock, momentAt } from "../../support/manual-clock.ts";

const [MINUTE, HOUR] = [60_000, 3_600_000];
const DATA = { workspace: "acme", day: "2026-11-18", families: [], dropped: [], names: [] };

describe("data that was polled at noon and is stale after an hour", () => {
  test.each([
    { name: "at once", passMs: 0, freshMs: HOUR },
    { name: "a minute later", passMs: MINUTE, freshMs: 59 * MINUTE },
    { name: "a millisecond before its end", passMs: HOUR - 1, freshMs: 1 },
    { name: "at its end", passMs: HOUR, freshMs: 0 },
    { name: "a day later", passMs: 24 * HOUR, freshMs: 0 },
    { name: "after a suspension of 50 minutes", passMs: 0, jumpMs: 50 * MINUTE, freshMs: 10 * MINUTE },
    { name: "when the clock was set back by a day", passMs: 10 * MINUTE, jumpMs: -24 * HOUR, freshMs: 50 * MINUTE },
  ])("is fresh for $freshMs ms $name", ({ passMs, jumpMs = 0, freshMs }) => {
    const clock = new ManualClock("2026-11-18T12:00:00Z");
    const state = { data: DATA, lastSuccess: clock.moment(), staleAfterMs: HOUR };
    clock.advance(passMs);
    clock.jump(jumpMs);
    expect(freshForMs(state, clock.moment())).toBe(freshMs);
    expect(freshData(state, clock.moment())).toBe(freshMs > 0 ? DATA : undefined);
  });
});

test.each([
  { name: "no data", state: { data: undefined, lastSuccess: momentAt(0), staleAfterMs: HOUR } },
  { name: "no good poll", state: { data: DATA, lastSuccess: undefined, staleAfterMs: HOUR } },
])("a source with $name has nothing that could be fresh", ({ state }) => {
  expect(freshForMs(state, momentAt(0))).toBeUndefined();
  expect(freshData(state, momentAt(0))).toBeUndefined();
});
