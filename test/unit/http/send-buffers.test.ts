import { EventEmitter, once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { sendBuffers } from "../../../src/http/send-buffers.ts";
import { listen } from "../../../src/http/server.ts";
import { requestText } from "../../support/raw-client.ts";
import { pem } from "../../support/tls-server.ts";

/** More than the kernel's buffers hold. */
const BODY = Array.from({ length: 64 }, (_, index) => Buffer.alloc(2 ** 20, String(index % 10)));
const BYTES = 64 * 2 ** 20;
const TERMS = { options: { cert: pem("good"), key: pem("test-only-key") }, isWelcome: () => true };

/** A client over TLS that has asked and does not read, and the response that it does not read. */
async function stalled() {
  const events = new EventEmitter();
  const begun = once(events, "response");
  const { url, close } = await listen(
    (_request, response) => {
      response.writeHead(200, { "Content-Length": BYTES, Connection: "close" });
      sendBuffers(response, BODY);
      events.emit("response", response);
    },
    { host: "127.0.0.1", port: 0 },
    { tls: () => TERMS },
  );
  onTestFinished(close);
  const client = connect({ port: Number(new URL(url).port), host: "127.0.0.1", rejectUnauthorized: false });
  onTestFinished(() => void client.destroy());
  client.on("error", () => undefined).write(requestText("GET", "/"));
  const [response] = (await begun) as [ServerResponse];
  await once(client, "readable");
  return { client, response };
}

test("a client over TLS that does not read holds a small part of the body", async () => {
  const { client, response } = await stalled();
  expect(response.writableLength + (response.socket?.writableLength ?? 0)).toBeLessThan(2 ** 20);
  let head = "";
  let received = 0;
  client.on("data", (chunk: Buffer) => {
    if (received === 0) head = chunk.toString("latin1");
    received += chunk.length;
  });
  await once(client, "close");
  expect(received - (head.indexOf("\r\n\r\n") + 4)).toBe(BYTES);
});

test("one that goes away ends the response", async () => {
  const { client, response } = await stalled();
  client.destroy();
  if (!response.closed) await once(response, "close");
  expect(response.writableFinished).toBe(false);
});
