import dns from "node:dns";
import type { Socket } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Answer, cut, cutInBody, hang, hangInBody, raw } from "../../support/api-server.ts";
import { startProxyServer } from "../../support/proxy-server.ts";
import { pem, says, startTcpServer, startTlsServer } from "../../support/tls-server.ts";
import { KEY, KEY_TAIL, WEEK, clientFor, failureOf, serve } from "./support.ts";

/** The way to an API that fails. Where a port is not known before, the message names it `API` or `PROXY`. */
interface Way {
  readonly url: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly ports?: Readonly<Record<string, number>>;
}

interface Failing {
  readonly name: string;
  readonly way: () => Way | Promise<Way>;
  readonly reason?: string;
  readonly message: string;
}

const CREDENTIALS = "scout:p%40ss-w0rd@";

async function http(answer: Answer, more: Partial<Way> = {}): Promise<Way> {
  const { url, port } = await serve(answer);
  return { url, ports: { API: port }, ...more };
}

async function tcp(onConnection: (socket: Socket) => void, scheme = "http"): Promise<Way> {
  const server = await startTcpServer(onConnection);
  onTestFinished(() => server.close());
  return { url: `${scheme}://127.0.0.1:${server.port}`, ports: { API: server.port } };
}

async function tls(...args: Parameters<typeof startTlsServer>): Promise<Way> {
  const server = await startTlsServer(...args);
  onTestFinished(() => server.close());
  return { url: `https://127.0.0.1:${server.port}`, ports: { API: server.port } };
}

/** A port at which nothing listens. */
async function closedPort(): Promise<number> {
  const server = await startTcpServer(() => undefined);
  await server.close();
  return server.port;
}

/** What DNS says in the place of this machine's. */
function dnsSays(answer: (callback: (error: Error | null, addresses?: object[]) => void) => void): void {
  const lookup = (_name: string, _options: object, callback: Parameters<typeof answer>[0]) => {
    answer(callback);
  };
  const spy = vi.spyOn(dns, "lookup").mockImplementation(lookup as unknown as typeof dns.lookup);
  onTestFinished(() => {
    spy.mockRestore();
  });
}

function dnsFails(code: string): void {
  dnsSays((callback) => {
    callback(Object.assign(new Error(`getaddrinfo ${code} name.test`), { code, syscall: "getaddrinfo" }));
  });
}

/** A way to `https://api.test` through a proxy. */
function through(proxyUrl: string, ports: Record<string, number> = {}, url = "https://api.test"): Way {
  return { url, ports, env: { HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl } };
}

async function refusing(refusal: string, { credentials = "", url = "https://api.test" } = {}): Promise<Way> {
  const proxy = await startProxyServer({ refusal });
  onTestFinished(() => proxy.close());
  const { port } = new URL(proxy.url);
  return through(`http://${credentials}127.0.0.1:${port}`, { PROXY: Number(port) }, url);
}

async function oddProxy(onConnection: (socket: Socket) => void, scheme = "http"): Promise<Way> {
  const server = await startTcpServer(onConnection);
  onTestFinished(() => server.close());
  return through(`${scheme}://${CREDENTIALS}127.0.0.1:${server.port}`, { PROXY: server.port });
}

const GZIP = { "content-encoding": "gzip" };
const ROWS = JSON.stringify({ data: Array.from({ length: 500 }, (_, i) => ({ projectId: `p${i}`, labelerId: "l" })) });
const TRUST = "if it is to be trusted, set NODE_EXTRA_CA_CERTS to a file with its CA's certificate (PEM)";
const hung = (socket: Socket) => socket;

const FAILURES: readonly Failing[] = [
  {
    name: "a closed port",
    way: async () => {
      const port = await closedPort();
      return { url: `http://127.0.0.1:${port}`, ports: { API: port } };
    },
    message:
      "cannot connect to 127.0.0.1:API: the connection was refused (ECONNREFUSED); check the address, and that something listens there",
  },
  {
    name: "a name that DNS does not know",
    way: () => {
      dnsFails("ENOTFOUND");
      return { url: "https://api.test" };
    },
    message:
      "cannot connect to api.test:443: DNS does not know the name (ENOTFOUND); check the name and this machine's DNS",
  },
  {
    name: "DNS that does not answer",
    way: () => {
      dnsFails("EAI_AGAIN");
      return { url: "https://api.test" };
    },
    message: "cannot connect to api.test:443: DNS does not answer at the moment (EAI_AGAIN); check this machine's DNS",
  },
  {
    name: "DNS that fails otherwise",
    way: () => {
      dnsFails("EAI_FAIL");
      return { url: "https://api.test" };
    },
    message: "cannot connect to api.test:443: DNS failed (EAI_FAIL); check the name and this machine's DNS",
  },
  {
    name: "a name of two addresses, closed both",
    way: async () => {
      const port = await closedPort();
      dnsSays((callback) => {
        callback(
          null,
          ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 })),
        );
      });
      return { url: `http://api.test:${port}`, ports: { API: port } };
    },
    message:
      "cannot connect to api.test:API: 127.0.0.1: the connection was refused (ECONNREFUSED), 127.0.0.2: the connection was refused (ECONNREFUSED); check the address, and that something listens there",
  },
  {
    name: "DNS that hangs",
    way: () => {
      dnsSays(() => undefined);
      return { url: "https://api.test", timeoutMs: 50 };
    },
    reason: "timeout",
    message: "no complete answer within 0.05 s",
  },
  {
    name: "a server that says nothing",
    way: () => http(hang, { timeoutMs: 50 }),
    reason: "timeout",
    message: "no complete answer within 0.05 s",
  },
  {
    name: "a body that stops coming",
    way: () => http(hangInBody(), { timeoutMs: 200 }),
    reason: "timeout",
    message: "no complete answer within 0.2 s",
  },
  {
    name: "a connection closed before the answer",
    way: () => http(cut),
    message: "the connection to 127.0.0.1:API failed before the answer: the connection was closed (UND_ERR_SOCKET)",
  },
  {
    name: "a connection reset before the answer",
    way: () => tcp((socket) => socket.once("data", () => socket.resetAndDestroy())),
    message: "the connection to 127.0.0.1:API failed before the answer: the connection was reset (ECONNRESET)",
  },
  {
    name: "a connection closed in the middle of the answer",
    way: () => http(cutInBody),
    message:
      "the connection to 127.0.0.1:API failed in the middle of the answer: the connection was closed (UND_ERR_SOCKET)",
  },
  {
    name: "a chunked body that is cut",
    way: () => tcp(says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"data":\r\n')),
    message:
      "the connection to 127.0.0.1:API failed in the middle of the answer: the connection was closed (UND_ERR_SOCKET)",
  },
  {
    name: "a body without a length that is cut",
    way: () => tcp(says('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"data":[{"projectId"')),
    message: "the connection was closed in the middle of the answer's JSON",
  },
  {
    name: "a body of gzip that is cut",
    way: () => http(raw(200, gzipSync(ROWS).subarray(0, 100), GZIP)),
    message:
      "the connection to 127.0.0.1:API failed in the middle of the answer: the compressed answer is cut short (Z_BUF_ERROR)",
  },
  {
    name: "a body of gzip of which the last byte is missing",
    way: () => http(raw(200, gzipSync(ROWS).subarray(0, -1), GZIP)),
    message:
      "the connection to 127.0.0.1:API failed in the middle of the answer: the compressed answer is cut short (Z_BUF_ERROR)",
  },
  {
    name: "a body of brotli that is cut",
    way: () => http(raw(200, brotliCompressSync(ROWS).subarray(0, 50), { "content-encoding": "br" })),
    message:
      "the connection to 127.0.0.1:API failed in the middle of the answer: the compressed answer is cut short (Z_BUF_ERROR)",
  },
  {
    name: "a body that is not the gzip it is called",
    way: () => http(raw(200, "this is not gzip", GZIP)),
    message:
      "the connection to 127.0.0.1:API failed in the middle of the answer: the compressed answer is damaged (Z_DATA_ERROR)",
  },
  {
    name: "an encoding that was not asked for",
    way: () => http(raw(200, "zzz", { "content-encoding": `zstd, ${KEY_TAIL}` })),
    reason: "invalid_json",
    message:
      'the answer has the content encoding "zstd, 9f86d081884c7d65", for which the exporter did not ask (gzip, deflate, br)',
  },
  {
    name: "a server of another protocol",
    way: () => tcp(says("SSH-2.0-OpenSSH_9.2\r\n")),
    message:
      "the connection to 127.0.0.1:API failed before the answer: it does not speak HTTP (HTTPParserError); check the address and the port; a TLS port needs https://",
  },
  {
    name: "headers without end",
    way: () => tcp(says(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(20_000)}\r\n\r\n`)),
    message:
      "the connection to 127.0.0.1:API failed before the answer: the answer's headers are larger than 16 KiB (UND_ERR_HEADERS_OVERFLOW)",
  },
  {
    name: "a self-signed certificate",
    way: () => tls("self-signed", hung),
    message: `cannot connect to 127.0.0.1:API: its certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT); ${TRUST}`,
  },
  {
    name: "a certificate of an unknown authority",
    way: () => tls("good", hung),
    message: `cannot connect to 127.0.0.1:API: its certificate's issuer is not known here (UNABLE_TO_VERIFY_LEAF_SIGNATURE); ${TRUST}`,
  },
  {
    name: "a certificate sent with an authority of its own",
    way: () => tls("good", hung, { cert: pem("good") + pem("authority") }),
    message: `cannot connect to 127.0.0.1:API: its certificates lead to a root that is not trusted here (SELF_SIGNED_CERT_IN_CHAIN); ${TRUST}`,
  },
  {
    name: "a certificate that has expired",
    way: () => tls("expired", hung),
    message:
      "cannot connect to 127.0.0.1:API: its certificate has expired (CERT_HAS_EXPIRED); renew it, or correct this machine's clock",
  },
  {
    name: "a certificate of tomorrow",
    way: () => tls("not-yet-valid", hung),
    message:
      "cannot connect to 127.0.0.1:API: its certificate is not valid yet (CERT_NOT_YET_VALID); correct this machine's clock",
  },
  {
    name: "plain HTTP where TLS is expected",
    way: () => tcp(says("HTTP/1.1 400 Bad Request\r\n\r\n"), "https"),
    message:
      "cannot connect to 127.0.0.1:API: it does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER); write http:// instead of https://, or correct the port",
  },
  {
    name: "a TLS handshake that is cut",
    way: () => tcp((socket) => socket.once("data", () => socket.end()), "https"),
    message: "cannot connect to 127.0.0.1:API: the connection was reset (ECONNRESET)",
  },
  {
    name: "TLS of another version",
    way: () => tls("good", hung, { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
    message:
      "cannot connect to 127.0.0.1:API: the two sides have no TLS version in common (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)",
  },
  {
    name: "a closed port in the place of the proxy",
    way: async () => {
      const port = await closedPort();
      return through(`http://${CREDENTIALS}127.0.0.1:${port}`, { PROXY: port });
    },
    message:
      "cannot connect to the proxy 127.0.0.1:PROXY of HTTPS_PROXY: the connection was refused (ECONNREFUSED); check the address, and that something listens there",
  },
  {
    name: "a proxy that DNS does not know",
    way: () => {
      dnsFails("ENOTFOUND");
      return through(`http://${CREDENTIALS}proxy.test:3128`);
    },
    message:
      "cannot connect to the proxy proxy.test:3128 of HTTPS_PROXY: DNS does not know the name (ENOTFOUND); check the name and this machine's DNS",
  },
  {
    name: "a proxy that asks for credentials",
    way: () => refusing("407 Proxy Authentication Required"),
    message:
      "the proxy 127.0.0.1:PROXY refuses to connect to api.test:443: 407 Proxy Authentication Required; write a user and a password into HTTPS_PROXY, like http://user:password@host:port",
  },
  {
    name: "a proxy that refuses the credentials",
    way: () => refusing("407 Proxy Authentication Required", { credentials: CREDENTIALS }),
    message:
      "the proxy 127.0.0.1:PROXY refuses to connect to api.test:443: 407 Proxy Authentication Required; check the user and the password in HTTPS_PROXY",
  },
  {
    name: "a proxy that forbids it",
    way: () => refusing("403 Denied by policy", { credentials: CREDENTIALS }),
    message:
      "the proxy 127.0.0.1:PROXY refuses to connect to api.test:443: 403 Forbidden; let the proxy's rules allow it, or name the host in NO_PROXY",
  },
  {
    name: "a proxy that does not reach the API",
    way: () => refusing("502 Bad Gateway"),
    message:
      "the proxy 127.0.0.1:PROXY refuses to connect to api.test:443: 502 Bad Gateway; the proxy itself cannot reach it",
  },
  {
    name: "a proxy that does not tunnel",
    way: () => refusing("405 Method Not Allowed"),
    message:
      "the proxy 127.0.0.1:PROXY refuses to connect to api.test:443: 405 Method Not Allowed; check that HTTPS_PROXY names a proxy that allows CONNECT",
  },
  {
    name: "a proxy that forbids plain HTTP",
    way: () => refusing("403 Forbidden", { url: "http://api.test" }),
    message:
      "the proxy 127.0.0.1:PROXY refuses to connect to api.test:80: 403 Forbidden; let the proxy's rules allow it, or name the host in NO_PROXY",
  },
  {
    name: "a proxy that closes the connection",
    way: () => oddProxy((socket) => socket.once("data", () => socket.end())),
    message: "cannot connect to the proxy 127.0.0.1:PROXY of HTTPS_PROXY: the connection was reset (ECONNRESET)",
  },
  {
    name: "a proxy of another protocol",
    way: () => oddProxy(says("SSH-2.0-OpenSSH_9.2\r\n")),
    message:
      "cannot connect to the proxy 127.0.0.1:PROXY of HTTPS_PROXY: it does not speak HTTP (HPE_INVALID_CONSTANT); check the address and the port; a TLS port needs https://",
  },
  {
    name: "a plain proxy called one of TLS",
    way: () => oddProxy(says("HTTP/1.1 400 Bad Request\r\n\r\n"), "https"),
    message:
      "cannot connect to the proxy 127.0.0.1:PROXY of HTTPS_PROXY: it does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER); write http:// instead of https://, or correct the port",
  },
  {
    name: "a proxy whose certificate is self-signed",
    way: async () => {
      const { port } = new URL((await tls("self-signed", hung)).url);
      return through(`https://${CREDENTIALS}127.0.0.1:${port}`, { PROXY: Number(port) });
    },
    message: `cannot connect to the proxy 127.0.0.1:PROXY of HTTPS_PROXY: its certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT); ${TRUST}`,
  },
  {
    name: "a self-signed certificate behind a proxy",
    way: async () => {
      const proxy = await startProxyServer();
      onTestFinished(() => proxy.close());
      return { ...(await tls("self-signed", hung)), env: { HTTPS_PROXY: proxy.url } };
    },
    message: `cannot connect to 127.0.0.1:API: its certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT); ${TRUST}`,
  },
  {
    name: "a gateway before the API that asks for credentials",
    way: () => http(raw(407, '{"error":"who are you"}')),
    reason: "http",
    message:
      "the API answered 407: a gateway before the API asks for a proxy's credentials; correct the API's URL: who are you",
  },
];

function withPorts(message: string, ports: Readonly<Record<string, number>> = {}): string {
  return Object.entries(ports).reduce((text, [name, port]) => text.replaceAll(`:${name}`, `:${port}`), message);
}

describe.each(["query", "bearer"] as const)("with the key sent by %s", (auth) => {
  test.each(FAILURES)("the message for $name says what to do", async ({ way, reason = "network", message }) => {
    const { url, env = {}, timeoutMs = 20_000, ports } = await way();
    const { fetchStatsOf } = clientFor(url, { env, timeoutMs, auth, apiKey: `${KEY}-sent` });
    const failure = await failureOf(fetchStatsOf("acme")(WEEK, new AbortController().signal));
    expect({ reason: failure.reason, message: failure.message }).toEqual({
      reason,
      message: withPorts(message, ports),
    });
    expect(failure.message).not.toMatch(/scout|p@ss|p%40ss|w0rd|api_key|[\n\r]/);
  });
});
