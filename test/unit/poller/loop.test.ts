import { describe, expect, test } from "vitest";
import { ApiError } from "../../../src/errors.ts";
import { attempt, createPause, pollTiming } from "../../../src/poller/loop.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
const NOON = "2026-11-18T12:00:00Z";

describe("the times of a poll", () => {
  const nothing = { jitterMs: undefined, staleAfterMs: undefined };

  test.each([
    {
      name: "of an interval of a minute",
      configured: nothing,
      spacing: { gapMs: MINUTE, thirdMs: 3 * MINUTE },
      timing: { jitterMs: 6 * SECOND, staleAfterMs: HOUR, deadlineMs: MINUTE },
    },
    {
      name: "of an interval of a quarter of an hour",
      configured: nothing,
      spacing: { gapMs: 15 * MINUTE, thirdMs: 45 * MINUTE },
      timing: { jitterMs: 30 * SECOND, staleAfterMs: HOUR, deadlineMs: 15 * MINUTE },
    },
    {
      name: "of an interval of a day",
      configured: nothing,
      spacing: { gapMs: DAY, thirdMs: 3 * DAY },
      timing: { jitterMs: 30 * SECOND, staleAfterMs: 3 * DAY, deadlineMs: 15 * MINUTE },
    },
    {
      name: "of the last run of all",
      configured: nothing,
      spacing: { gapMs: Infinity, thirdMs: Infinity },
      timing: { jitterMs: 30 * SECOND, staleAfterMs: Infinity, deadlineMs: 15 * MINUTE },
    },
    {
      name: "with jitter configured",
      configured: { ...nothing, jitterMs: 0 },
      spacing: { gapMs: 15 * MINUTE, thirdMs: 45 * MINUTE },
      timing: { jitterMs: 0, staleAfterMs: HOUR, deadlineMs: 15 * MINUTE },
    },
    {
      name: "with stale_after configured, also below an hour",
      configured: { ...nothing, staleAfterMs: MINUTE },
      spacing: { gapMs: 15 * MINUTE, thirdMs: 45 * MINUTE },
      timing: { jitterMs: 30 * SECOND, staleAfterMs: MINUTE, deadlineMs: 15 * MINUTE },
    },
  ])("$name", ({ configured, spacing, timing }) => {
    expect(pollTiming(configured, spacing)).toEqual(timing);
  });
});

describe("an attempt", () => {
  const refused = new ApiError("the API key was rejected", { reason: "unauthorized", status: 401 });
  const untilAborted = (signal: AbortSignal) =>
    new Promise<string>((_, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
      });
    });

  test.each([
    { name: "of work that ends", work: () => Promise.resolve("done"), result: "done" },
    {
      name: "of work that fails with an error of the API",
      work: () => Promise.reject(refused),
      result: { error: { reason: "unauthorized", status: 401, message: refused.message } },
    },
    {
      name: "of work with a bug",
      work: () => Promise.reject(new TypeError("x is not a function")),
      result: { error: { reason: "internal", message: expect.stringContaining("TypeError") as unknown } },
    },
    {
      name: "of work that passes its deadline",
      work: untilAborted,
      passMs: 60_000,
      result: { error: { reason: "timeout", message: "the poll did not end within 60 s" } },
    },
    {
      name: "of work that ends before its deadline",
      work: (signal: AbortSignal) => Promise.race([untilAborted(signal), Promise.resolve("done")]),
      passMs: 59_999,
      result: "done",
    },
  ])("$name", async ({ work, passMs = 0, result }) => {
    const clock = new ManualClock(NOON);
    const attempted = attempt(work, new AbortController().signal, { deadlineMs: 60_000 }, clock);
    clock.advance(passMs);
    if (typeof result === "string") expect(await attempted).toBe(result);
    else expect(await attempted).toMatchObject(result);
    expect(clock.sleeping).toBe(0);
  });

  test("ends when the program stops", async () => {
    const [clock, stop] = [new ManualClock(NOON), new AbortController()];
    const attempted = attempt(untilAborted, stop.signal, { deadlineMs: 60_000 }, clock);
    stop.abort(new ApiError("stopping", { reason: "network" }));
    expect(await attempted).toMatchObject({ error: { message: "stopping" } });
    expect(clock.sleeping).toBe(0);
  });

  test("ends the other requests of a poll whose first failure ended it", async () => {
    let other: AbortSignal | undefined;
    await attempt(
      (signal) => {
        other = signal;
        return Promise.reject(refused);
      },
      new AbortController().signal,
      { deadlineMs: 60_000 },
      new ManualClock(NOON),
    );
    expect(other?.reason).toMatchObject({ reason: "network", message: "the poll ended before the answer came" });
  });
});

describe("a pause", () => {
  const limited = { reason: "rate_limited", status: 429 } as const;
  const asked = (retryAfterMs: number) => ({ ...limited, retryAfterMs });

  test.each([
    { name: "has not begun without Retry-After", failures: [limited], passMs: 0, error: undefined },
    {
      name: "lasts as long as asked",
      failures: [asked(90_000)],
      passMs: 59_500,
      error: "the API asked not to be called for another 31 s (Retry-After)",
    },
    { name: "is over after that time", failures: [asked(90_000)], passMs: 90_000, error: undefined },
    {
      name: "is replaced by a later one",
      failures: [asked(90_000), asked(10_000)],
      passMs: 9_000,
      error: "the API asked not to be called for another 1 s (Retry-After)",
    },
    {
      name: "goes on after a failure without Retry-After",
      failures: [asked(90_000), limited],
      passMs: 30_000,
      error: "the API asked not to be called for another 60 s (Retry-After)",
    },
    {
      name: "does not end when the clock is set forward",
      failures: [asked(90_000)],
      passMs: 30_000,
      jumpMs: HOUR,
      error: "the API asked not to be called for another 60 s (Retry-After)",
    },
    {
      name: "ends when the clock is set back",
      failures: [asked(90_000)],
      passMs: 90_000,
      jumpMs: -HOUR,
      error: undefined,
    },
  ])("$name", ({ failures, passMs, jumpMs = 0, error }) => {
    const clock = new ManualClock(NOON);
    const pause = createPause(clock);
    for (const failure of failures) pause.begin(new ApiError("too many requests", failure));
    clock.jump(jumpMs);
    clock.advance(passMs);
    const expected = error === undefined ? undefined : { ...limited, message: error, retryAfterMs: undefined };
    if (expected) expect(pause.error()).toMatchObject(expected);
    else expect(pause.error()).toBeUndefined();
  });
});
