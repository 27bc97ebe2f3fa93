import { EventEmitter, once } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type TLSSocket, connect as connectTls } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { SERVER_LIMITS, type ServerLimits, listen } from "../../../src/http/server.ts";
import type { TlsTerms } from "../../../src/http/tls-front.ts";
import { dial, requestText } from "../../support/raw-client.ts";
import { pem } from "../../support/tls-server.ts";

/** So long that only the limit a test sets can end anything. */
const HOUR_MS = 3_600_000;
const AMPLE: ServerLimits = {
  ...SERVER_LIMITS,
  ...{ headersMs: HOUR_MS, requestMs: HOUR_MS, keepAliveMs: HOUR_MS, responseMs: HOUR_MS, graceMs: HOUR_MS },
};

const termsWith = (certificate: string): TlsTerms => ({
  options: { cert: pem(certificate), key: pem("test-only-key") },
  isWelcome: () => true,
});

interface Serving {
  readonly limits?: Partial<ServerLimits>;
  readonly listener?: RequestListener;
  readonly tls?: () => TlsTerms | undefined;
}

const GOOD = termsWith("good");

async function serving({ limits, listener = (_, response) => response.end("ok"), tls = () => GOOD }: Serving = {}) {
  const options = { limits: { ...AMPLE, ...limits }, tls };
  const { url, close } = await listen(listener, { host: "127.0.0.1", port: 0 }, options);
  onTestFinished(close);
  return { port: Number(new URL(url).port), url, close };
}

/** A client whose handshake is done. */
async function dialTls(port: number): Promise<TLSSocket> {
  const socket = connectTls({ port, host: "127.0.0.1", ca: pem("authority"), checkServerIdentity: () => undefined });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket.on("error", () => undefined);
}

const LAST = requestText("GET", "/", { Connection: "close" });

test("requests come in over TLS, one after the other on one connection", async () => {
  const { port, url } = await serving();
  expect(url).toBe(`https://127.0.0.1:${port}`);
  const socket = await dialTls(port);
  socket.write(requestText("GET", "/") + LAST);
  expect((await text(socket)).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});

test("a change holds for the next connection, and open ones go on", async () => {
  let terms: TlsTerms | undefined = GOOD;
  const { port } = await serving({ tls: () => terms });
  const before = await dialTls(port);
  terms = termsWith("elsewhere");
  const after = await dialTls(port);
  expect([before, after].map((one) => one.getPeerCertificate().subject.CN)).toEqual(["localhost", "elsewhere.test"]);
  before.write(LAST);
  expect(await text(before)).toMatch(/^HTTP\/1\.1 200/);
  terms = undefined;
  const plain = await dial(port);
  await plain.send(LAST);
  expect(await plain.rest()).toMatch(/^HTTP\/1\.1 200/);
});

test("a client that is not welcome is cut off", async () => {
  const { port } = await serving({ tls: () => ({ ...GOOD, isWelcome: () => false }) });
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false }).on("error", () => undefined);
  socket.write(LAST);
  await once(socket.resume(), "close");
  expect(socket.bytesRead).toBe(0);
});

test("HTTP without TLS is cut off", async () => {
  const { port } = await serving();
  const client = await dial(port);
  await client.send(LAST);
  expect(await client.rest()).not.toContain("HTTP/1.1");
});

test("a handshake that does not begin is cut off", async () => {
  const { port } = await serving({ limits: { headersMs: 50 } });
  expect(await (await dial(port)).rest()).toBe("");
});

test("so is one that never ends, however often a byte of it comes", async () => {
  const { port } = await serving({ limits: { headersMs: 100 } });
  const client = await dial(port);
  // The head of a client's first message, as long as one can be: at this pace it would take minutes.
  await client.send("\u0016\u0003\u0001\u0040\u0000\u0001\u0000\u003f");
  const more = setInterval(() => client.socket.write("\u0003"), 20);
  await client.rest();
  clearInterval(more);
});

test("handshakes under way count as connections, and go first when there are too many", async () => {
  const { port } = await serving({ limits: { connections: 2 } });
  const [first, second] = [await dial(port), await dial(port)];
  const third = await dialTls(port);
  await first.rest();
  const fourth = await dialTls(port);
  await second.rest();
  fourth.write(LAST);
  expect(await text(fourth)).toMatch(/^HTTP\/1\.1 200/);
  third.write(LAST);
  expect(await text(third)).toMatch(/^HTTP\/1\.1 200/);
});

/** A server whose responses the test ends. */
async function slow(limits: Partial<ServerLimits>) {
  const begun = new EventEmitter();
  const server = await serving({ limits, listener: (_, response) => begun.emit("response", response) });
  const response = async () => {
    const [response] = (await once(begun, "response")) as [ServerResponse];
    return response;
  };
  return { ...server, response };
}

test("a connection that is being responded to stays when there are too many", async () => {
  const { port, response } = await slow({ connections: 1 });
  const begun = response();
  const busy = await dialTls(port);
  busy.write(LAST);
  const waiting = await begun;
  const refused = connect(port, "127.0.0.1").on("error", () => undefined);
  await once(refused.resume(), "close");
  waiting.end("done");
  expect(await text(busy)).toMatch(/done$/);
});

test("a flood of requests on a connection ends it", async () => {
  const { port } = await slow({ waiting: 2 });
  const socket = await dialTls(port);
  socket.write(requestText("GET", "/").repeat(4));
  await once(socket.resume(), "close");
});

test("a response that takes too long is cut off", async () => {
  const { port } = await slow({ responseMs: 50 });
  const socket = await dialTls(port);
  socket.write(LAST);
  await once(socket.resume(), "close");
});

test("a stop ends what is idle or in a handshake at once, and lets a response end", async () => {
  const { port, response, close } = await slow({});
  const [handshake, idle, busy] = [await dial(port), await dialTls(port), await dialTls(port)];
  const begun = response();
  busy.write(requestText("GET", "/"));
  const waiting = await begun;
  const closed = close();
  await Promise.all([handshake.rest(), once(idle.resume(), "close")]);
  waiting.end("done");
  expect(await text(busy)).toMatch(/done$/);
  await closed;
});

test("a body that is not read does not cost the client the response", async () => {
  const { port } = await serving();
  const socket = await dialTls(port);
  socket.write(`${requestText("POST", "/", { "Content-Length": "100000" })}${"x".repeat(50_000)}`);
  expect(await text(socket)).toMatch(/ok$/);
});
