import type { Attacker } from "../attack.ts";
import { addressOf, open, range, readingOne, requestText, settle } from "../client.ts";
import { acceptFuzz } from "./accept-fuzz.ts";

/** Sends each of the texts over a connection of its own, again and again until there are as many as the means allow. */
function sending(textOf: (index: number) => string): Attacker {
  return async (target, means, outcomes) => {
    const clients = range(means.sockets).map((index) => {
      const socket = open(target, addressOf(index, means));
      socket.write(textOf(index), "latin1");
      return readingOne(socket);
    });
    await settle(clients, means, outcomes);
  };
}

function oneOf(texts: readonly string[]): Attacker {
  return sending((index) => texts[index % texts.length] ?? "");
}

const CLOSE = { Connection: "close" };
const manyHeaders = (count: number) => Object.fromEntries(range(count).map((index) => [`X-${String(index)}`, "x"]));

/** Headers that are too long, and too many of them. */
export const hugeHeaders = oneOf([
  requestText("GET", "/metrics", { ...CLOSE, "X-Long": "x".repeat(50_000) }),
  requestText("GET", "/metrics", { ...CLOSE, ["X".repeat(50_000)]: "x" }),
  requestText("GET", "/metrics", { ...CLOSE, Cookie: "x=y; ".repeat(200_000) }),
  requestText("GET", "/metrics", { ...CLOSE, ...manyHeaders(1_500) }),
  requestText("GET", "/metrics", { ...CLOSE, ...manyHeaders(50_000) }),
  requestText("GET", `/metrics?${"x".repeat(50_000)}`, CLOSE),
  requestText("G".repeat(50_000), "/metrics", CLOSE),
]);

/** What is not HTTP, or is HTTP that contradicts itself. */
export const malformed = oneOf([
  "garbage\r\n\r\n",
  "\r\n\r\n\r\n",
  "\x00\x01\x02\x03\xff\xfe\r\n\r\n",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "GET /metrics\r\n\r\n",
  "GET /metrics HTTP/9.9\r\nHost: x\r\n\r\n",
  "GET /metrics HTTP/1.1\r\n\r\n",
  "GET  /metrics  HTTP/1.1\r\nHost: x\r\n\r\n",
  "GET /metrics HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
  "GET /metrics HTTP/1.1\r\nHost: x\r\n : x\r\n\r\n",
  "GET /metrics HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
  "GET /metrics HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n",
  "GET /metrics HTTP/1.1\nHost: x\nConnection: close\n\n",
  requestText("GET", "/metrics", { "Content-Length": "-1" }),
  requestText("GET", "/metrics", { "Content-Length": "99999999999999999999" }),
  requestText("GET", "/metrics", { "Content-Length": "1", "content-length": "2" }),
  requestText("GET", "/metrics", { "Content-Length": "3", "Transfer-Encoding": "chunked" }),
  `${requestText("POST", "/metrics", { "Transfer-Encoding": "chunked" })}zz\r\n`,
  requestText("GET", "/metrics", { ...CLOSE, "X-Prometheus-Scrape-Timeout-Seconds": "-1e999" }),
]);

/** Paths that want out of the few that there are, or into the log. */
export const pathTricks = oneOf(
  [
    "/../../../../etc/passwd",
    "/metrics/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/..\\..\\etc\\passwd",
    "/metrics%00.txt",
    "/%",
    "/%E0%A4%A",
    "//metrics",
    "//evil.example/metrics",
    "http://evil.example/metrics",
    "/metrics;id=1",
    "/METRICS",
    "/metrics%0d%0aX-Injected:%20yes",
    "/__proto__",
    "/constructor/prototype",
    "/metrics?x[__proto__][y]=1",
    "*",
    "/" + "a/".repeat(4_000),
    "/" + "%61".repeat(4_000),
    "/\xff\xfe",
  ].map((path) => requestText("GET", path, CLOSE)),
);

/** Other methods and other protocols. */
export const methods = oneOf([
  ...["HEAD", "OPTIONS", "TRACE", "POST", "PUT", "DELETE", "PATCH", "PROPFIND"].map((method) =>
    requestText(method, "/metrics", { ...CLOSE, "Content-Length": "0" }),
  ),
  requestText("OPTIONS", "*", CLOSE),
  requestText("BREW", "/metrics", CLOSE),
  requestText("CONNECT", "example.com:443"),
  requestText("GET", "/metrics", { Connection: "Upgrade, close", Upgrade: "websocket", "Sec-WebSocket-Key": "eA==" }),
  requestText("GET", "/metrics", { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c", "HTTP2-Settings": "AAMA" }),
  requestText("POST", "/metrics", { ...CLOSE, Expect: "100-continue", "Content-Length": "10" }),
  requestText("GET", "/metrics", { ...CLOSE, Expect: "a miracle" }),
]);

/** Headers of content negotiation up to 50 kB, valid and not. */
export const acceptHeaders = sending((index) => requestText("GET", "/metrics", { ...CLOSE, ...acceptFuzz(index) }));
