import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";

import type { Delivery, Transmission } from "./transmission.ts";

const CHUNK = Buffer.alloc(65_536, "x");

/** A JSON text of about so many bytes, a piece at a time: nobody holds it whole. */
function* filling(bytes: number): Generator<Buffer> {
  yield Buffer.from('{"padding":"');
  for (let left = bytes; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left);
  yield Buffer.from('"}');
}

async function sendHuge(response: ServerResponse, sent: Transmission): Promise<void> {
  response.writeHead(sent.status, sent.headers);
  await pipeline(Readable.from(filling(sent.hugeBytes)), response);
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
 * Sends a transmission. What hangs is left open until the client or the simulator closes.
 * @throws when the client goes away meanwhile, or the signal ends a delay.
 */
export async function send(response: ServerResponse, sent: Transmission, signal: AbortSignal): Promise<void> {
  if (sent.delayMs > 0) await delay(sent.delayMs, undefined, { signal });
  if (sent.hugeBytes > 0) return sendHuge(response, sent);
  DELIVERIES[sent.delivery](response, sent);
}
