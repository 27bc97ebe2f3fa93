import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ApiError } from "../../../src/errors.ts";
import { createLanes } from "../../../src/roboflow/lane.ts";
import { json } from "../../support/api-server.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { EMPTY_STATS, failureOf, serveClient } from "./support.ts";

const GOOD = json(EMPTY_STATS);
const BUSY = json({}, 503);
const NO_TURN = new AbortController().signal;

/** One turn at a time, and a client that needs it. */
async function oneTurn(script: Parameters<typeof serveClient>[0], retries = 0) {
  const clock = new ManualClock(undefined, { wakes: "at once" });
  const laneFor = createLanes(() => ({ concurrency: 1, share: 1, perSecond: 1000 }), clock);
  const lane = laneFor({ name: "acme" });
  const entered: number[] = [];
  const enter = async (signal: AbortSignal) => {
    const release = await lane.enter(signal);
    entered.push(clock.now());
    return release;
  };
  const client = await serveClient(script, { clock, retries, enter });
  return { ...client, entered, takeTurn: () => laneFor({ name: "other" }).enter(NO_TURN) };
}

describe("a request that waits for its turn", () => {
  test("is made then, and its time begins then", async () => {
    const { server, fetchStats, takeTurn, clock, observations } = await oneTurn([GOOD]);
    const release = await takeTurn();
    const fetched = fetchStats();
    clock.advance(300_000);
    expect(server.requests).toEqual([]);
    release();
    await fetched;
    expect(observations).toEqual([{ kind: "request", endpoint: "stats", status: 200, seconds: 0 }]);
    // The turn was given back.
    (await takeTurn())();
  });

  test("takes a turn for each attempt, and holds none while it waits for the next", async () => {
    const { fetchStats, entered, clock } = await oneTurn([BUSY, BUSY, GOOD], 3);
    const startMs = clock.now();
    await fetchStats();
    // Half a second, then a second: back-off with a random number of 0.5.
    expect(entered.map((ms) => ms - startMs)).toEqual([0, 500, 1500]);
  });

  test.each([
    {
      name: "the program stops",
      reason: new Error("SIGTERM"),
      failure: { reason: "network", message: "stopped before the request was made" },
    },
    {
      name: "the poll ends",
      reason: new ApiError("the poll did not end within 60 s", { reason: "timeout" }),
      failure: { reason: "timeout", message: "the poll did not end within 60 s" },
    },
  ])("is not made when $name, and not counted", async ({ reason, failure }) => {
    const { server, fetchStats, takeTurn, observations } = await oneTurn([GOOD]);
    const release = await takeTurn();
    const stop = new AbortController();
    const failed = failureOf(fetchStats(stop.signal));
    stop.abort(reason);
    expect(await failed).toMatchObject(failure);
    expect([server.requests, observations]).toEqual([[], []]);
    release();
  });

  test("for a second attempt fails as the first did when it is stopped", async () => {
    const { server, fetchStats, takeTurn, observations } = await oneTurn([BUSY, GOOD], 1);
    const stop = new AbortController();
    const failed = failureOf(fetchStats(stop.signal));
    while (server.requests.length === 0) await nextTurn();
    const release = await takeTurn();
    const hasRetried = () => observations.some(({ kind }) => kind === "retry");
    while (!hasRetried()) await nextTurn();
    await nextTurn();
    stop.abort(new Error("SIGTERM"));
    expect(await failed).toMatchObject({ reason: "http", status: 503 });
    expect(observations.filter(({ kind }) => kind === "request")).toHaveLength(1);
    release();
  });
});
