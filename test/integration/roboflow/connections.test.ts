import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { cut, cutInBody, hang, hangInBody, json } from "../../support/api-server.ts";
import { EMPTY_STATS, clientFor, failureOf, serve, serveClient, WEEK } from "./support.ts";

const NO_ANSWER = { reason: "timeout", status: undefined, retryAfterMs: undefined };
const BROKEN = { reason: "network", status: undefined, retryAfterMs: undefined };

describe("the deadline of a request", () => {
  test("ends one that gets no answer, and the next attempts get as long", async () => {
    const { clock, observations, fetchStats } = await serveClient([hang], { timeoutMs: 100, retries: 2 });
    expect(await failureOf(fetchStats())).toEqual({ ...NO_ANSWER, message: "no complete answer within 0.1 s" });
    expect(observations.filter(({ kind }) => kind === "request")).toHaveLength(3);
    expect(clock.asked).toEqual([500, 1000]);
  });

  test("ends one whose body stops coming", async () => {
    const { observations, fetchStats } = await serveClient([hangInBody()], { timeoutMs: 3000 });
    expect(await failureOf(fetchStats())).toEqual({ ...NO_ANSWER, message: "no complete answer within 3 s" });
    expect(observations).toMatchObject([{ kind: "request", status: 200 }]);
  });

  test("ends one whose body trickles for ever", async () => {
    let drip: NodeJS.Timeout | undefined;
    const { fetchStats } = await serveClient(
      [
        (_request, response) => {
          drip = setInterval(() => response.write(" "), 5);
          response.writeHead(200).once("close", () => {
            clearInterval(drip);
          });
        },
      ],
      { timeoutMs: 200 },
    );
    expect(await failureOf(fetchStats())).toEqual({ ...NO_ANSWER, message: "no complete answer within 0.2 s" });
  });

  test("survives a garbage collection", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const collecting = setInterval(collectGarbage, 20);
    const { fetchStats } = await serveClient([hang], { timeoutMs: 300 });
    const failure = await failureOf(fetchStats()).finally(() => {
      clearInterval(collecting);
    });
    expect(failure).toEqual({ ...NO_ANSWER, message: "no complete answer within 0.3 s" });
  });

  test("of an answer that came is let go of", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const { fetchStats } = await serveClient([json(EMPTY_STATS)], { timeoutMs: 3_600_000 });
    const before = timers();
    for (let request = 0; request < 20; request++) await fetchStats();
    // Less than one for each request, since the connection and the test runner have timers as well.
    expect(timers() - before).toBeLessThan(10);
  });
});

describe("a broken connection", () => {
  test("before the answer is tried again", async () => {
    const { server, clock, fetchStats } = await serveClient([cut, json(EMPTY_STATS)], { retries: 1 });
    expect([...(await fetchStats()).rows]).toEqual([]);
    expect({ sleeps: clock.asked, requests: server.requests.length }).toEqual({ sleeps: [500], requests: 2 });
  });

  test("that stays broken fails as network", async () => {
    const { server, fetchStats } = await serveClient([cut], { retries: 1 });
    expect(await failureOf(fetchStats())).toMatchObject(BROKEN);
    expect(server.requests).toHaveLength(2);
  });

  test("in the body is tried again", async () => {
    const { server, fetchStats } = await serveClient([cutInBody, json(EMPTY_STATS)], { retries: 1 });
    expect([...(await fetchStats()).rows]).toEqual([]);
    expect(server.requests).toHaveLength(2);
  });

  test("in the body fails as network when it stays so", async () => {
    const { observations, fetchStats } = await serveClient([cutInBody]);
    expect(await failureOf(fetchStats())).toMatchObject(BROKEN);
    expect(observations).toMatchObject([{ kind: "request", status: 200 }]);
  });

  test("refused by a closed port is tried again, then fails as network", async () => {
    const server = await serve(hang);
    await server.close();
    const { clock, fetchStatsOf } = clientFor(server.url, { retries: 2 });
    const failure = await failureOf(fetchStatsOf("acme")(WEEK, new AbortController().signal));
    expect(failure).toMatchObject(BROKEN);
    expect(clock.asked).toEqual([500, 1000]);
  });
});
