import { createServer } from "node:http";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

/** What a subject reports as soon as it serves. */
export interface Listening {
  readonly port: number;
}

/** What a subject reports once it has measured itself. */
export interface Serving extends Listening {
  readonly publishCpuMs?: number;
  readonly longestStallMs?: number;
  /** CPU time of a scrape after something was counted. */
  readonly scrapeCpuMs?: number;
  readonly heapMb: number;
  readonly rssMb: number;
  /** The most memory that was ever resident. */
  readonly peakMb: number;
}

const SETTLE_MS = 3_000;
const MB = 1024 * 1024;
const KB_PER_MB = 1024;

/** Runs `task` several times and takes the CPU time of the whole process (threads included) and the longest stall. */
export async function measurePublishing(times: number, task: () => Promise<void>) {
  await task();
  const delay: IntervalHistogram = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) await task();
  const { user, system } = process.cpuUsage(before);
  delay.disable();
  // The histogram counts its own interval in.
  return { publishCpuMs: (user + system) / 1000 / times, longestStallMs: delay.max / 1e6 - 1 };
}

/** Memory some seconds after the last work, without asking for a collection: what an operator sees. */
export async function memoryAtRest(): Promise<Pick<Serving, "heapMb" | "rssMb" | "peakMb">> {
  await sleep(SETTLE_MS);
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMb: heapUsed / MB, rssMb: rss / MB, peakMb: process.resourceUsage().maxRSS / KB_PER_MB };
}

/** Serves with bare node:http on a free port. */
export function serveBare(listener: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
}

/** Reports to the parent that started this process. */
export function report(message: Serving | Listening): void {
  process.send?.(message);
}
