import { EventEmitter, once } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import { type Socket, connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { type ServerLimits, listen } from "../../../src/http/server.ts";

/** So long that only the limit a test sets can end anything. */
const AMPLE: ServerLimits = {
  ...{ headersMs: 60_000, requestMs: 60_000, checkMs: 10, keepAliveMs: 60_000, stalledMs: 60_000 },
  ...{ headerBytes: 16_384, connections: 10 },
};

async function served(limits: Partial<ServerLimits>, listener: RequestListener = (_, response) => response.end("ok")) {
  const { url, close } = await listen(listener, { host: "127.0.0.1", port: 0 }, { ...AMPLE, ...limits });
  onTestFinished(close);
  return async (): Promise<Socket> => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    return socket;
  };
}

const REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n";

test("headers that never end are answered 408, and the connection ends", async () => {
  const dial = await served({ headersMs: 50 });
  const socket = await dial();
  socket.write(REQUEST);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

test("so is a body that never ends", async () => {
  const dial = await served({ headersMs: 50, requestMs: 100 }, (request, response) => {
    request.resume().once("end", () => response.end());
  });
  const socket = await dial();
  socket.write(`${REQUEST}Content-Length: 10\r\n\r\n1`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

test("headers that are too large are answered 431", async () => {
  const dial = await served({ headerBytes: 1_000 });
  const socket = await dial();
  socket.write(`${REQUEST}X-Large: ${"x".repeat(2_000)}\r\n\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /);
});

const SIZE = 64 * 2 ** 20;

test("a client that stops reading is cut off, and its response let go", async () => {
  const told = new EventEmitter();
  const begun = once(told, "response");
  const dial = await served({ stalledMs: 50 }, (_, response) => {
    // More than the kernel's buffers hold.
    response.end(Buffer.alloc(SIZE));
    told.emit("response", response);
  });
  const socket = (await dial()).pause();
  socket.write(`${REQUEST}\r\n`);
  const [response] = (await begun) as [ServerResponse];
  if (!response.destroyed) await once(response, "close");
  let received = 0;
  socket.on("error", () => undefined).on("data", ({ length }) => (received += length));
  await once(socket.resume(), "close");
  expect(received).toBeLessThan(SIZE);
});

test("a connection that is kept alive ends when it is idle for too long", async () => {
  const dial = await served({ keepAliveMs: 50 });
  const socket = await dial();
  socket.write(`${REQUEST}\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 [^]*ok/);
});

test("connections beyond the limit are closed at once", async () => {
  const dial = await served({ connections: 1 });
  const first = await dial();
  const second = await dial();
  expect(await text(second)).toBe("");
  first.write(`${REQUEST}Connection: close\r\n\r\n`);
  expect(await text(first)).toMatch(/^HTTP\/1\.1 200 /);
});
