import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { integerBetween, randomFrom } from "../../../src/simulator/random.ts";
import { dial, requestText } from "../../support/raw-client.ts";
import { ask, bodyOf, serveApp, type ServedApp } from "./support.ts";

const MAX_REQUESTS = 20;
/** Three quarters. */
const SHARE = 15;
const BIG = bodyOf(64 * 2 ** 20);
const SCRAPE = requestText("GET", "/metrics");

async function serve(options: Parameters<typeof serveApp>[0] = {}): Promise<ServedApp> {
  const app = await serveApp({ maxRequests: MAX_REQUESTS, current: () => Promise.resolve(BIG), ...options });
  onTestFinished(app.close);
  return app;
}

/** Holds a slot with a scrape that is not read, as soon as there is one. */
async function holdSlot(port: number, from: string): Promise<void> {
  for (;;) {
    const client = await dial(port, from);
    await client.send(SCRAPE);
    if ((await client.status()) === 200) return;
    client.socket.destroy();
  }
}

/** Every slot can be held, and not one more. The server learns in its own time of clients that are gone. */
async function expectAllSlotsFree(port: number): Promise<void> {
  for (let held = 0; held < MAX_REQUESTS; held++) await holdSlot(port, held < SHARE ? "127.0.0.2" : "127.0.0.3");
  expect((await ask(port, "/metrics")).status).toBe(503);
}

test("a flood on one connection that is reset leaves every slot free", async () => {
  const { port } = await serve();
  const floods = [
    requestText("GET", "/").repeat(2_000) + requestText("HEAD", "/metrics").repeat(60),
    SCRAPE.repeat(60),
    SCRAPE.repeat(20),
    SCRAPE + requestText("HEAD", "/metrics").repeat(20),
  ];
  for (const flood of floods) {
    const client = await dial(port);
    await client.send(flood);
    await client.status();
    await client.reset();
  }
  await expectAllSlotsFree(port);
});

test("so do 1,000 connections that are reset at random moments, whatever they asked for", async () => {
  const random = randomFrom(7);
  const pick = (high: number) => integerBetween(random, [0, high]);
  const current = async () => {
    for (let turns = pick(3); turns > 0; turns--) await nextTurn();
    if (pick(9) === 0) throw new Error("the body cannot be had");
    return BIG;
  };
  const { port } = await serve({ current });
  const requests = [
    SCRAPE,
    requestText("HEAD", "/metrics"),
    requestText("GET", "/metrics", { "Accept-Encoding": "gzip" }),
    requestText("GET", "/"),
    requestText("GET", "/metrics%"),
    requestText("POST", "/metrics", { "Content-Length": "3" }) + "abc",
    requestText("GET", "/metrics", { Connection: "close" }),
    requestText("GET", "/metrics", { Expect: "100-continue", "Content-Length": "3" }),
    requestText("CONNECT", "example.com:443"),
    "GET /metrics HTTP/1.1\r\n",
    "garbage\r\n\r\n",
  ];
  const attack = async () => {
    const client = await dial(port, `127.0.0.${1 + pick(3)}`);
    const bytes = Array.from({ length: 1 + pick(5) }, () => requests[pick(requests.length - 1)]).join("");
    void client.send(bytes);
    for (let turns = pick(6); turns > 0; turns--) await nextTurn();
    if (pick(1) === 0) client.socket.read();
    await client.reset();
  };
  for (let done = 0; done < 1_000; done += 10) await Promise.all(Array.from({ length: 10 }, attack));
  await expectAllSlotsFree(port);
});

test("one address cannot hold every slot", async () => {
  const { port } = await serve();
  for (let held = 0; held < SHARE; held++) await holdSlot(port, "127.0.0.2");
  const refused = await dial(port, "127.0.0.2");
  await refused.send(requestText("GET", "/metrics", { Connection: "close" }));
  expect(await refused.rest()).toMatch(
    /^HTTP\/1\.1 503 [^]*Limit of concurrent requests from one address reached \(15 of 20\); raise --web\.max-requests\.\n$/,
  );
  expect((await ask(port, "/metrics", {}, "HEAD")).status).toBe(200);
});

test("a scrape that is read too slowly gives its slot back in the end", async () => {
  const { port } = await serve({ maxRequests: 1, limits: { responseMs: 100 } });
  await holdSlot(port, "127.0.0.2");
  await holdSlot(port, "127.0.0.3");
});

test("a server whose single slot was taken by an error has it back", async () => {
  const { port } = await serve({ maxRequests: 1, current: () => Promise.reject(new Error("the body cannot be had")) });
  for (let scrapes = 0; scrapes < 3; scrapes++) expect((await ask(port, "/metrics")).status).toBe(500);
});
