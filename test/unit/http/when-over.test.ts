import { once } from "node:events";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { whenOver } from "../../../src/http/when-over.ts";
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
