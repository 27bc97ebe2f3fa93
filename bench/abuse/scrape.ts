import { type IncomingMessage, get } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
import type { Target } from "./attack.ts";
import { addressOf, requestText } from "./client.ts";

/** A normal scrape: as Prometheus asks, over a connection of its own, read to its end. */
export interface Scrape {
  /** The status, or the error's code. */
  readonly outcome: string;
  readonly ms: number;
}

/** Longer than any normal scrape waits. */
const TIMEOUT_MS = 60_000;
const SLOT_TIMEOUT_MS = 20_000;

async function statusOf({ port }: Target): Promise<string> {
  const request = get({
    ...{ port, host: "127.0.0.1", path: "/metrics", agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) },
    headers: { "Accept-Encoding": "gzip", Accept: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5" },
  });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  return String(response.statusCode);
}

export async function scrape(target: Target): Promise<Scrape> {
  const start = performance.now();
  const outcome = await statusOf(target).catch((error: unknown) =>
    String(error instanceof Error && "code" in error ? error.code : error),
  );
  return { outcome, ms: performance.now() - start };
}

/**
 * How many of so many scrapes that are not read are answered 200. They come from two addresses, since one may not have
 * all slots. The connections end before it resolves.
 */
export async function freeSlots({ port }: Target, slots: number): Promise<number> {
  const sockets = Array.from({ length: slots }, (_, index) => {
    const localAddress = addressOf(index, { addresses: 2 });
    return connect({ port, host: "127.0.0.1", localAddress }).on("error", () => undefined);
  });
  const statuses = await Promise.all(
    sockets.map(async (socket) => {
      socket.write(requestText("GET", "/metrics", { "Accept-Encoding": "identity" }));
      const [first] = (await once(socket, "data", { signal: AbortSignal.timeout(SLOT_TIMEOUT_MS) }).catch(() => [""])) as [
        Buffer | string,
      ];
      socket.pause();
      return String(first).slice(9, 12);
    }),
  );
  await Promise.all(sockets.map((socket) => (socket.closed ? undefined : once(socket.destroy(), "close"))));
  return statuses.filter((status) => status === "200").length;
}
