import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Behaviour } from "./deviations.ts";

/** A request, read from HTTP. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** From `api_key` or from the Bearer header. */
  readonly apiKey: string | undefined;
}

/** An answer before it becomes bytes. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How the bytes are sent: all of them; no headers; half the body, then silence or a broken connection. */
type Delivery = "whole" | "hang headers" | "hang body" | "cut";

/** What is sent, and how. */
export interface Transmission {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delivery: Delivery;
  readonly delayMs: number;
  /** Bytes of padding sent instead of the body; 0 for none. */
  readonly hugeBytes: number;
}

const MAX_BODY_BYTES = 65_536;
const CHUNK = Buffer.alloc(65_536, "x");

const TYPES: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  410: "Gone",
  413: "PayloadTooLarge",
};

/** The body of an error, in the shape the API documents. */
export function errorBody(status: number, message: string) {
  return { error: { message, type: TYPES[status] ?? "SimulatedFault" } };
}

/** An error as an answer. */
export function refusal(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body: errorBody(status, message), headers };
}

function bearerOf(message: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(message.headers.authorization ?? "")?.[1];
}

/** The key, taken from the places where it may be. */
const KEYS: Readonly<
  Record<Behaviour["auth"], (query: string | undefined, bearer: string | undefined) => string | undefined>
> = {
  both: (query, bearer) => query ?? bearer,
  "query-only": (query) => query,
  "bearer-only": (_, bearer) => bearer,
};

/** Reads a request. A key in a place that is not allowed is ignored. */
export function readRequest(message: IncomingMessage, auth: Behaviour["auth"]): ApiRequest {
  // With a single slash at the start, `//host/path` cannot be taken for a host.
  const url = new URL(String(message.url).replace(/^\/*/, "/"), "http://simulator");
  const apiKey = KEYS[auth](url.searchParams.get("api_key") ?? undefined, bearerOf(message));
  return { method: String(message.method), path: url.pathname, query: url.searchParams, apiKey };
}

/** Reads a body to its end; undefined when it is longer than 64 KiB. */
export async function readBody(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const incoming: AsyncIterable<Buffer> = message;
  for await (const bytes of incoming) {
    size += bytes.length;
    // The rest is read and thrown away, so that the client gets its 413 instead of a broken pipe.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

/** A JSON text of about this size, in pieces, so that memory never holds all of it. */
function* padding(bytes: number): Generator<Buffer> {
  yield Buffer.from('{"padding":"');
  for (let left = bytes; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left);
  yield Buffer.from('"}');
}

async function sendHuge(response: ServerResponse, sent: Transmission): Promise<void> {
  response.writeHead(sent.status, sent.headers);
  await pipeline(Readable.from(padding(sent.hugeBytes)), response);
}

function sendHalf(response: ServerResponse, sent: Transmission, then: () => void): void {
  const body = Buffer.from(sent.body);
  response.writeHead(sent.status, { ...sent.headers, "content-length": body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), then);
}

function sendWhole(response: ServerResponse, sent: Transmission): void {
  response.writeHead(sent.status, { ...sent.headers, "content-length": Buffer.byteLength(sent.body) });
  response.end(sent.body);
}

const DELIVERIES: Readonly<Record<Delivery, (response: ServerResponse, sent: Transmission) => void>> = {
  whole: sendWhole,
  "hang headers": () => undefined,
  "hang body": (response, sent) => {
    sendHalf(response, sent, () => undefined);
  },
  cut: (response, sent) => {
    sendHalf(response, sent, () => response.destroy());
  },
};

/**
 * Sends a transmission. What hangs stays open until the client or the simulator closes.
 * @throws when the client disconnects, or the signal ends a delay.
 */
export async function send(response: ServerResponse, sent: Transmission, signal: AbortSignal): Promise<void> {
  if (sent.delayMs > 0) await delay(sent.delayMs, undefined, { signal });
  if (sent.hugeBytes > 0) return sendHuge(response, sent);
  DELIVERIES[sent.delivery](response, sent);
}
