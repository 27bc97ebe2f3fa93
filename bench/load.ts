import { type Socket, connect } from "node:net";
import { percentile } from "./waits.ts";

/** What one run of load came to. Latencies in milliseconds. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
}

interface Target {
  readonly port: number;
  readonly path: string;
  readonly encoding: "gzip" | "identity";
}

const CONNECTIONS = 4;
const MIN_REQUESTS = 8;
const SEPARATOR = "\r\n\r\n";
const LAST_CHUNK = "\r\n0\r\n\r\n";

/**
 * One keep-alive connection that asks again as soon as the answer is complete. It only counts bytes, since a client that
 * parses or decompresses would be the thing measured.
 */
class Scraper {
  readonly latencies: number[] = [];
  bytes = 0;
  #head = "";
  #tail = "";
  #missing = 0;
  #startedMs = 0;
  readonly #socket: Socket;
  readonly #request: string;

  constructor({ port, path, encoding }: Target, isDone: (scraper: Scraper) => boolean, finished: () => void) {
    this.#request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: ${encoding}\r\n\r\n`;
    this.#socket = connect(port, "127.0.0.1", () => {
      this.#ask();
    });
    this.#socket.on("data", (chunk) => {
      if (!this.#take(chunk)) return;
      this.latencies.push(performance.now() - this.#startedMs);
      if (!isDone(this)) {
        this.#ask();
        return;
      }
      this.#socket.destroy();
      finished();
    });
  }

  #ask(): void {
    this.#head = "";
    this.#tail = "";
    this.#missing = -1;
    this.#startedMs = performance.now();
    this.#socket.write(this.#request);
  }

  /** @returns whether the answer is complete */
  #take(chunk: Buffer): boolean {
    if (this.#missing === Infinity) return this.#takeOfChunked(chunk);
    if (this.#missing >= 0) {
      this.#missing -= chunk.length;
      return this.#missing === 0;
    }
    this.#head += chunk.toString("latin1");
    const end = this.#head.indexOf(SEPARATOR);
    if (end < 0) return false;
    if (/transfer-encoding: chunked/i.test(this.#head)) {
      [this.#missing, this.bytes] = [Infinity, 0];
      return this.#takeOfChunked(Buffer.from(this.#head.slice(end), "latin1"));
    }
    this.bytes = Number(/content-length: (\d+)/i.exec(this.#head)?.[1]);
    this.#missing = this.bytes - (this.#head.length - end - SEPARATOR.length);
    return this.#missing === 0;
  }

  /** Other programs do not say the length beforehand: the end of the last chunk is the end. */
  #takeOfChunked(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    this.#tail = (this.#tail + chunk.subarray(-LAST_CHUNK.length).toString("latin1")).slice(-LAST_CHUNK.length);
    return this.#tail === LAST_CHUNK;
  }
}

/** Scrapes as fast as it goes, over four connections, for the given time and at least eight times. */
export async function load(
  port: number,
  encoding: Target["encoding"],
  seconds: number,
  path = "/metrics",
): Promise<LoadResult> {
  const startMs = performance.now();
  const isDone = ({ latencies }: Scraper) =>
    performance.now() - startMs > seconds * 1000 && latencies.length >= MIN_REQUESTS / CONNECTIONS;
  const scrapers: Scraper[] = [];
  const runs = Array.from({ length: CONNECTIONS }, () => {
    return new Promise<void>((resolve) => {
      scrapers.push(new Scraper({ port, path, encoding }, isDone, resolve));
    });
  });
  await Promise.all(runs);
  const elapsed = (performance.now() - startMs) / 1000;
  const latencies = scrapers.flatMap((scraper) => scraper.latencies).sort((a, b) => a - b);
  return {
    requestsPerSecond: latencies.length / elapsed,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    bytes: scrapers[0]?.bytes ?? 0,
  };
}
