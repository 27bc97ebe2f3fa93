import { EventEmitter, once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:tls";
import { deflateRawSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { sendBuffers, sendInflated } from "../../../src/http/send-buffers.ts";
import { listen } from "../../../src/http/server.ts";
import { requestText } from "../../support/raw-client.ts";
import { pem } from "../../support/tls-server.ts";

/** More than the kernel's buffers hold. */
const BODY = Array.from({ length: 64 }, (_, index) => Buffer.alloc(2 ** 20, String(index % 10)));
const BYTES = 64 * 2 ** 20;
const TERMS = { options: { cert: pem("good"), key: pem("test-only-key") }, isWelcome: () => true };

type Send = (response: ServerResponse) => void;

/** A client over TLS that has asked and does not read, and the response that it does not read. */
async function stalled(send: Send) {
  const events = new EventEmitter();
  const begun = once(events, "response");
  const { url, close } = await listen(
    (_request, response) => {
      response.writeHead(200, { "Content-Length": BYTES, Connection: "close" });
      send(response);
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

const WAYS: readonly (readonly [string, Send])[] = [
  [
    "the bytes",
    (response) => {
      sendBuffers(response, BODY);
    },
  ],
  [
    "what is inflated on its way",
    (response) => {
      sendInflated(response, [deflateRawSync(Buffer.concat(BODY))], console);
    },
  ],
];

test.each(WAYS)("a client over TLS that does not read holds a small part of %s", async (_what, send) => {
  const { client, response } = await stalled(send);
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

test.each(WAYS)("one that goes away ends the response (%s)", async (_what, send) => {
  const { client, response } = await stalled(send);
  client.destroy();
  if (!response.closed) await once(response, "close");
  expect(response.writableFinished).toBe(false);
});
