import { DEFAULT_START, ManualClock } from "../../support/manual-clock.ts";
import { describe, expect, test } from "vitest";
import { ApiError } from "../../../src/errors.ts";
import { json } from "../../support/api-server.ts";
import { EMPTY_STATS, errorOf, failureOf, serveClient } from "./support.ts";

const HOUR_MS = 3_600_000;

function httpDate(offsetMs: number): string {
  return new Date(Date.parse(DEFAULT_START) + offsetMs).toUTCString();
}

describe("back-off", () => {
  test("doubles from one second to thirty, and takes a random part of it", async () => {
    const { clock, fetchStats } = await serveClient([json({}, 503)], { retries: 7, random: 0.5 });
    await errorOf(fetchStats());
    expect(clock.asked).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  test("may be no wait at all", async () => {
    const { clock, fetchStats } = await serveClient([json({}, 500)], { retries: 2, random: 0 });
    await errorOf(fetchStats());
    expect(clock.asked).toEqual([0, 0]);
  });

  test("starts again with each request", async () => {
    const script = [json({}, 503), json({}, 503), json(EMPTY_STATS), json({}, 503), json(EMPTY_STATS)] as const;
    const { clock, fetchStats } = await serveClient([...script], { retries: 2 });
    await fetchStats();
    await fetchStats();
    expect(clock.asked).toEqual([500, 1000, 500]);
  });
});

describe("Retry-After", () => {
  test.each([
    { name: "in seconds", header: "5", waitMs: 5000 },
    { name: "of no seconds", header: "0", waitMs: 0 },
    { name: "of the longest wait", header: "60", waitMs: 60_000 },
    { name: "as a date", header: httpDate(7000), waitMs: 7000 },
    { name: "as a date in the past", header: httpDate(-HOUR_MS), waitMs: 0 },
  ])("$name is waited for", async ({ header, waitMs }) => {
    const script = [json({}, 429, { "retry-after": header }), json(EMPTY_STATS)] as const;
    const { server, clock, fetchStats } = await serveClient([...script], { retries: 1 });
    await fetchStats();
    expect({ sleeps: clock.asked, requests: server.requests.length }).toEqual({ sleeps: [waitMs], requests: 2 });
  });

  test.each(["soon", "-5", "1.5", "1e9", "tomorrow, 5 GMT", "2026-11-18T09:00:07Z", ""])(
    'that means nothing ("%s") leaves the back-off',
    async (header) => {
      const script = [json({}, 429, { "retry-after": header }), json(EMPTY_STATS)] as const;
      const { clock, fetchStats } = await serveClient([...script], { retries: 1 });
      await fetchStats();
      expect(clock.asked).toEqual([500]);
    },
  );

  test.each([
    { name: "over a minute", header: "61", retryAfterMs: 61_000 },
    { name: "of thirty years", header: "1000000000", retryAfterMs: HOUR_MS },
    { name: "with too many digits for a number", header: "9".repeat(400), retryAfterMs: HOUR_MS },
    { name: "as a date in the next century", header: "Fri, 01 Jan 2126 00:00:00 GMT", retryAfterMs: HOUR_MS },
  ])("$name ends the attempts at once and is reported, at most an hour", async ({ header, retryAfterMs }) => {
    const script = [json({ error: "slow down" }, 429, { "retry-after": header })] as const;
    const { server, clock, fetchStats } = await serveClient([...script], { retries: 5 });
    expect(await failureOf(fetchStats())).toEqual({
      reason: "rate_limited",
      status: 429,
      retryAfterMs,
      message: "the API answered 429: too many requests: slow down",
    });
    expect({ sleeps: clock.asked, requests: server.requests.length }).toEqual({ sleeps: [], requests: 1 });
  });

  test("is honoured with a 503 too", async () => {
    const script = [json({}, 503, { "retry-after": "3" }), json(EMPTY_STATS)] as const;
    const { clock, fetchStats } = await serveClient([...script], { retries: 1 });
    await fetchStats();
    expect(clock.asked).toEqual([3000]);
  });

  test("makes no status retryable that is not", async () => {
    const { server, fetchStats } = await serveClient([json({}, 403, { "retry-after": "1" })], { retries: 5 });
    expect(await failureOf(fetchStats())).toMatchObject({ reason: "forbidden", retryAfterMs: 1000 });
    expect(server.requests).toHaveLength(1);
  });
});

describe("an abort", () => {
  test("during the wait for the next attempt surfaces as the failure that made us wait", async () => {
    const clock = new ManualClock();
    const poll = new AbortController();
    const { server, fetchStats } = await serveClient([json({ error: "busy" }, 503)], { retries: 5, clock });
    const failure = failureOf(fetchStats(poll.signal));
    await clock.whenAsleep();
    poll.abort(new ApiError("the poll did not end in time", { reason: "timeout" }));
    expect(await failure).toEqual({
      reason: "http",
      status: 503,
      retryAfterMs: undefined,
      message: "the API answered 503: busy",
    });
    expect({ sleeps: clock.asked, requests: server.requests.length }).toEqual({ sleeps: [500], requests: 1 });
  });

  test("during an attempt surfaces as its own ApiError and is not retried", async () => {
    const poll = new AbortController();
    const reason = new ApiError("the poll did not end in time", { reason: "timeout" });
    const { server, clock, fetchStats } = await serveClient(
      [
        () => {
          poll.abort(reason);
        },
      ],
      { retries: 5 },
    );
    expect(await errorOf(fetchStats(poll.signal))).toBe(reason);
    expect({ sleeps: clock.asked, requests: server.requests.length }).toEqual({ sleeps: [], requests: 1 });
  });

  test("in the middle of a body does so too", async () => {
    const poll = new AbortController();
    const reason = new ApiError("the poll did not end in time", { reason: "timeout" });
    const { fetchStats } = await serveClient(
      [
        (_request, response) => {
          response.writeHead(200, { "content-length": "100" });
          response.write("{", () => {
            poll.abort(reason);
          });
        },
      ],
      { retries: 5 },
    );
    expect(await errorOf(fetchStats(poll.signal))).toBe(reason);
  });

  test("before the first attempt asks nothing", async () => {
    const reason = new ApiError("the poll did not end in time", { reason: "timeout" });
    const { server, fetchStats } = await serveClient([json(EMPTY_STATS)], { retries: 5 });
    expect(await errorOf(fetchStats(AbortSignal.abort(reason)))).toBe(reason);
    expect(server.requests).toEqual([]);
  });

  test("without an ApiError, as when the exporter stops, is still an ApiError", async () => {
    const stop = new AbortController();
    const { fetchStats } = await serveClient(
      [
        () => {
          stop.abort();
        },
      ],
      { retries: 5 },
    );
    expect(await failureOf(fetchStats(stop.signal))).toMatchObject({ reason: "network", status: undefined });
  });

  test("that comes before the wait has begun ends it too", async () => {
    const poll = new AbortController();
    const clock = new ManualClock();
    const { server, fetchStats } = await serveClient(
      [
        (_request, response) => {
          response.writeHead(503).end("busy", () => {
            poll.abort();
          });
        },
      ],
      { retries: 5, clock },
    );
    await errorOf(fetchStats(poll.signal));
    expect(server.requests).toHaveLength(1);
  });
});
