import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Between two questions. */
const PAUSE_MS = 5;

/** The value that so many of the sorted values do not exceed. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Asks for the headers of a compressed scrape, without its bytes: their transfer would be most of what is measured. */
export function askForHeaders(port: number, agent = new Agent()): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ port, agent, host: "127.0.0.1", method: "HEAD", path: "/metrics" },
      headers: { "accept-encoding": "gzip" },
    });
    asked.on("error", reject);
    asked.on("response", (response) => {
      response.resume();
      resolve(performance.now() - startMs);
    });
    asked.end();
  });
}

/** Asks again and again, until the server has gone, and notes how long each answer took, in milliseconds. */
export async function keepAsking(port: number, waits: number[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (;;) {
      waits.push(await askForHeaders(port, agent));
      await sleep(PAUSE_MS);
    }
  } catch {
    agent.destroy();
  }
}
