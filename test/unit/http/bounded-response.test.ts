import { once } from "node:events";
import { IncomingMessage, createServer } from "node:http";
import { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { responseLimitMs, whenOver } from "../../../src/http/bounded-response.ts";
import { portOf } from "../../support/exporter-harness.ts";
import { dial, requestText } from "../../support/raw-client.ts";

test("every response of a connection that is reset is over once, also those that Node forgets", async () => {
  const over: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    whenOver(request, response, () => void over.push(request.url));
    if (request.url === "/d") server.emit("all");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const connected = once(server, "connection");
  const client = await dial(portOf(server));
  const [socket] = (await connected) as [Socket];
  const all = once(server, "all");
  await client.send(["/a", "/b", "/c", "/d"].map((path) => requestText("GET", path)).join(""));
  await all;
  const ended = new Promise((resolve) => socket.once("close", resolve));
  await client.reset();
  await ended;
  // The responses' own events come in the turn after.
  await nextTurn();
  expect(over.toSorted()).toEqual(["/a", "/b", "/c", "/d"]);
});

test.each([
  { asked: undefined, ms: 30_000 },
  { asked: "10", ms: 10_000 },
  { asked: "2.5", ms: 2_500 },
  { asked: "50", ms: 50_000 },
  { asked: "86400", ms: 60_000 },
  { asked: "Infinity", ms: 60_000 },
  { asked: "0", ms: 30_000 },
  { asked: "-1", ms: 30_000 },
  { asked: "soon", ms: 30_000 },
  { asked: "", ms: 30_000 },
])("a client that waits $asked s is answered for $ms ms", ({ asked, ms }) => {
  const request = new IncomingMessage(new Socket());
  if (asked !== undefined) request.headers["x-prometheus-scrape-timeout-seconds"] = asked;
  expect(responseLimitMs(request, { responseMs: 30_000, longestResponseMs: 60_000 })).toBe(ms);
});
