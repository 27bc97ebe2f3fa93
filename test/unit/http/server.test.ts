import { EventEmitter, once } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import { Socket, connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ServerLimits, listen } from "../../../src/http/server.ts";
import { dial, requestText } from "../../support/raw-client.ts";

/** So long that only the limit a test sets can end anything. */
const AMPLE: ServerLimits = {
  ...{ headersMs: 60_000, requestMs: 60_000, checkMs: 10, keepAliveMs: 60_000, graceMs: 60_000 },
  ...{ responseMs: 60_000, longestResponseMs: 60_000, lingerMs: 60_000 },
  ...{ headerBytes: 16_384, connections: 10, connectionsPerAddress: 10, waiting: 10 },
};

const CLOSE = { Connection: "close" };

async function serving(
  limits: Partial<ServerLimits> = {},
  listener: RequestListener = (_, response) => response.end("ok"),
) {
  const { url, close } = await listen(listener, { host: "127.0.0.1", port: 0 }, { limits: { ...AMPLE, ...limits } });
  onTestFinished(close);
  return { port: Number(new URL(url).port), close };
}

async function served(...given: Parameters<typeof serving>) {
  const { port } = await serving(...given);
  return async (): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1");
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
  const events = new EventEmitter();
  const begun = once(events, "response");
  const dial = await served({ responseMs: 50 }, (_, response) => {
    // More than the kernel's buffers hold.
    response.end(Buffer.alloc(SIZE));
    events.emit("response", response);
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

test("a response that takes too long is cut off, even while the client reads it", async () => {
  const dial = await served({ responseMs: 50 }, (_, response) => {
    const more = setInterval(() => response.write("more"), 5);
    response.once("close", () => {
      clearInterval(more);
    });
  });
  const socket = await dial();
  socket.write(`${REQUEST}\r\n`);
  await once(socket.on("error", () => undefined).resume(), "close");
});

describe("connections beyond the limit", () => {
  test("end the one that is idle the longest, and no busy one", async () => {
    const events = new EventEmitter();
    const begun = once(events, "request");
    const { port } = await serving({ connections: 3 }, (request, response) => {
      if (request.url === "/slow") events.emit("request", response);
      else response.end("ok");
    });
    const busy = await dial(port);
    await busy.send(requestText("GET", "/slow", { Connection: "close" }));
    const [response] = (await begun) as [ServerResponse];
    const [first, second] = [await dial(port), await dial(port)];
    // It is used, so the other one is now idle the longest.
    await first.send(requestText("GET", "/"));
    expect(await first.status()).toBe(200);
    const third = await dial(port);
    await third.send(requestText("GET", "/", { Connection: "close" }));
    expect(await third.rest()).toMatch(/^HTTP\/1\.1 200 /);
    expect(await second.rest()).toBe("");
    response.end("done");
    expect(await busy.rest()).toMatch(/^HTTP\/1\.1 200 [^]*done$/);
    await first.send(requestText("GET", "/", { Connection: "close" }));
    expect(await first.rest()).toMatch(/HTTP\/1\.1 200 /);
  });

  test("are refused while all are busy", async () => {
    const events = new EventEmitter();
    const begun = once(events, "request");
    const { port } = await serving({ connections: 1 }, (_, response) => void events.emit("request", response));
    const busy = await dial(port);
    await busy.send(requestText("GET", "/", { Connection: "close" }));
    const [response] = (await begun) as [ServerResponse];
    expect(await (await dial(port)).rest()).toBe("");
    response.end("done");
    expect(await busy.rest()).toMatch(/done$/);
  });

  test("of one address end its own, and leave the others'", async () => {
    const { port } = await serving({ connectionsPerAddress: 2 });
    const other = await dial(port, "127.0.0.2");
    const [first] = [await dial(port), await dial(port), await dial(port)];
    expect(await first.rest()).toBe("");
    await other.send(requestText("GET", "/", { Connection: "close" }));
    expect(await other.rest()).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("requests that are sent without waiting for the answers", () => {
  test("are answered in order, one at a time", async () => {
    let running = 0;
    const { port } = await serving({}, (request, response) => {
      running++;
      const text = `${request.url ?? ""} ${running}\n`;
      response.once("finish", () => running--);
      setImmediate(() => response.end(text));
    });
    const client = await dial(port);
    const paths = ["/a", "/b", "/c", "/d"];
    await client.send(paths.map((path) => requestText("GET", path)).join("") + requestText("GET", "/e", CLOSE));
    expect((await client.rest()).match(/\/. \d$/gm)).toEqual(["/a 1", "/b 1", "/c 1", "/d 1", "/e 1"]);
  });

  test("end the connection when they are too many", async () => {
    const urls: unknown[] = [];
    const { port } = await serving({ waiting: 2 }, ({ url }) => void urls.push(url));
    const client = await dial(port);
    await client.send(requestText("GET", "/").repeat(4));
    expect(await client.rest()).toBe("");
    expect(urls).toEqual(["/"]);
  });
});

describe("a request with a body", () => {
  test("is answered, and its connection closed", async () => {
    const { port } = await serving();
    const client = await dial(port);
    await client.send(`${requestText("POST", "/", { "Content-Length": "3" })}abc`);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 [^]*Connection: close\r\n[^]*ok$/);
  });

  test("that never ends is not read", async () => {
    let server = new Socket();
    const { port } = await serving({ lingerMs: 200 }, (request, response) => {
      server = request.socket;
      response.end("ok");
    });
    const client = await dial(port);
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const flood = () => {
      while (client.socket.writable && client.socket.write(chunk));
    };
    client.socket.on("drain", flood).write(requestText("GET", "/", { "Transfer-Encoding": "chunked" }));
    flood();
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 [^]*Connection: close\r\n[^]*ok$/);
    if (!server.closed) await once(server, "close");
    expect(server.bytesRead).toBeLessThan(2 ** 21);
  });

  test("is not asked for with 100 Continue", async () => {
    const { port } = await serving();
    const client = await dial(port);
    await client.send(requestText("PUT", "/", { Expect: "100-continue", "Content-Length": "3", ...CLOSE }));
    expect(await client.status()).toBe(200);
  });
});

describe("requests of other kinds", () => {
  test.each([
    {
      name: "an expectation of another kind",
      bytes: requestText("GET", "/", { Expect: "a miracle", ...CLOSE }),
      status: 417,
    },
    {
      name: "an upgrade, which is not made",
      bytes: requestText("GET", "/", { Connection: "upgrade", Upgrade: "h2c" }),
      status: 200,
    },
    { name: "a tunnel", bytes: requestText("CONNECT", "example.com:443"), status: 405 },
    { name: "garbage", bytes: "garbage\r\n\r\n", status: 400 },
    { name: "the beginning of TLS", bytes: "\x16\x03\x01\x00\x05hello", status: 400 },
    { name: "HTTP/2", bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 400 },
    { name: "HTTP/1.1 without a host", bytes: "GET / HTTP/1.1\r\n\r\n", status: 400 },
    {
      name: "two lengths",
      bytes: requestText("GET", "/", { "Content-Length": "1", "content-length": "2" }),
      status: 400,
    },
  ])("$name: $status", async ({ bytes, status }) => {
    const { port } = await serving();
    const client = await dial(port);
    await client.send(bytes);
    expect(await client.status()).toBe(status);
    const after = await dial(port);
    await after.send(requestText("GET", "/", CLOSE));
    expect(await after.rest()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("a tunnel behind a request that is still answered ends the connection", async () => {
    const { port } = await serving({}, () => undefined);
    const client = await dial(port);
    await client.send(requestText("GET", "/") + requestText("CONNECT", "example.com:443"));
    expect(await client.rest()).toBe("");
  });
});

describe("a server that stops", () => {
  test("sends responses to the end that are written but not read yet", async () => {
    const { port, close } = await serving({}, (_, response) => response.end(Buffer.alloc(SIZE)));
    const client = await dial(port);
    await client.send(requestText("GET", "/"));
    expect(await client.status()).toBe(200);
    const read = client.socket.bytesRead;
    const closing = close();
    await client.rest();
    await closing;
    expect(read).toBeLessThan(SIZE);
    expect(client.socket.bytesRead).toBeGreaterThan(SIZE);
  });

  test("says in the answers that come after that the connection ends, and ends it", async () => {
    const events = new EventEmitter();
    const begun = once(events, "request");
    const { port, close } = await serving({}, (_, response) => void events.emit("request", response));
    const client = await dial(port);
    await client.send(requestText("GET", "/").repeat(2));
    const [response] = (await begun) as [ServerResponse];
    const closing = close();
    response.end("ok");
    expect((await client.rest()).match(/^(?:HTTP|Connection).*/gm)).toEqual(["HTTP/1.1 200 OK", "Connection: close"]);
    await closing;
  });

  test("cuts what does not end", async () => {
    const { port, close } = await serving({ graceMs: 20 }, (_, response) => response.write("begun"));
    const client = await dial(port);
    await client.send(requestText("GET", "/"));
    expect(await client.status()).toBe(200);
    await close();
    await client.rest();
  });
});
