import type { ServerResponse } from "node:http";
import { Readable, pipeline } from "node:stream";
import { TLSSocket } from "node:tls";
import { createInflateRaw } from "node:zlib";
import type { Logger } from "../logger/logger.ts";

/** How much is encrypted or inflated ahead of what the client has read. */
const PIECE_BYTES = 65_536;

function* inPieces(buffers: readonly Buffer[]): Generator<Buffer> {
  for (const buffer of buffers)
    for (let start = 0; start < buffer.length; start += PIECE_BYTES) yield buffer.subarray(start, start + PIECE_BYTES);
}

/**
 * Sends a body, and ends the response. However slowly a client reads, it holds no copy of the body: the system is handed
 * the buffers themselves, in one call. What is encrypted is a copy, so there the next piece waits for the client.
 */
export function sendBuffers(response: ServerResponse, buffers: readonly Buffer[]): void {
  if (response.socket instanceof TLSSocket) {
    // A client that goes away is not a failure.
    pipeline(inPieces(buffers), response, () => undefined);
    return;
  }
  response.cork();
  for (const buffer of buffers) response.write(buffer);
  response.end();
}

/**
 * Sends what the deflate blocks are of, and ends the response. It is inflated as the client reads, off the event loop: a
 * client holds some pieces of it. Blocks that cannot be inflated are a bug of ours, and logged.
 */
export function sendInflated(response: ServerResponse, blocks: readonly Buffer[], logger: Pick<Logger, "error">): void {
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  inflate.on("error", (error) => {
    if (String(Reflect.get(error, "code")).startsWith("Z_")) logger.error({ err: error }, "request failed");
  });
  // A client that goes away is not a failure.
  pipeline(Readable.from(blocks), inflate, response, () => undefined);
}
