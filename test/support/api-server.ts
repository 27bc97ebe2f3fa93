import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** How the server answers one request: it may also not answer at all. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface RecordedRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** A real HTTP server that plays a script of answers, the last of them for ever. */
export interface ApiServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly RecordedRequest[];
  /** Stops listening and cuts all connections, the hanging ones too. */
  readonly close: () => Promise<void>;
}

/** Starts an {@link ApiServer} on a free port. */
export function startApiServer(...script: readonly [Answer, ...Answer[]]): Promise<ApiServer> {
  return startApiServerAt(0, ...script);
}

/** As {@link startApiServer}, on a certain port. Rejects when it is taken. */
export async function startApiServerAt(at: number, ...script: readonly [Answer, ...Answer[]]): Promise<ApiServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    const answer = script[Math.min(requests.length, script.length - 1)];
    requests.push({ method: request.method ?? "", target: request.url ?? "", headers: request.headers });
    answer?.(request, response);
  });
  server.listen(at, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, port, requests, close };
}

/** Answers with a text or bytes as they are. */
export function raw(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Answer {
  return (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** Answers with JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return raw(status, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

/** Answers 200 with gzipped JSON. */
export function gzipped(body: unknown): Answer {
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  return raw(200, gzipSync(JSON.stringify(body)), headers);
}

/** Takes the request and says nothing. */
export const hang: Answer = () => undefined;

/** Sends headers and the beginning of a body, and then nothing. */
export function hangInBody(status = 200): Answer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", "content-length": "1000" }).write('{"data":');
  };
}

/** Cuts the connection before the answer. */
export const cut: Answer = (request) => {
  request.socket.destroy();
};

/** Sends headers and the beginning of a body, then cuts the connection. */
export const cutInBody: Answer = (_request, response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write('{"data":', () => {
    response.destroy();
  });
};

/** An answer that never ends: it repeats the chunk as fast as it is read. `closed` resolves when the reader is gone. */
export function endless(chunk: Uint8Array, headers: Record<string, string> = {}) {
  const state = { sentBytes: 0 };
  let notify: () => void;
  const closed = new Promise<void>((resolve) => {
    notify = resolve;
  });
  const answer: Answer = (_request, response) => {
    response.writeHead(200, headers);
    const send = () => {
      while (!response.destroyed) {
        state.sentBytes += chunk.byteLength;
        if (!response.write(chunk)) {
          response.once("drain", send);
          return;
        }
      }
    };
    response.once("close", notify);
    send();
  };
  return { answer, closed, state };
}
