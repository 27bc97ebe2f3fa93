import { once } from "node:events";
import { type IncomingMessage, get } from "node:http";
import { get as getEncrypted } from "node:https";
import { text } from "node:stream/consumers";
import type { Target } from "./attack.ts";
import { addressOf, event, open, range, requestText } from "./client.ts";

/** What came of a normal scrape. */
export interface Scrape {
  /** The status, or the code of an error. */
  readonly outcome: string;
  readonly ms: number;
}

/** Longer than any scrape should wait. */
const TIMEOUT_MS = 20_000;

async function ask({ port, isEncrypted }: Target, encoding: "gzip" | "identity"): Promise<IncomingMessage> {
  const request = (isEncrypted ? getEncrypted : get)({
    ...{ port, host: "127.0.0.1", path: "/metrics", agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) },
    rejectUnauthorized: false,
    headers: { "Accept-Encoding": encoding },
  });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

async function outcomeOf(target: Target): Promise<string> {
  try {
    const response = await ask(target, "gzip");
    await once(response.resume(), "end");
    return String(response.statusCode);
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** Scrapes as Prometheus does, over a connection of its own, and reads the response to its end. */
export async function scrape(target: Target): Promise<Scrape> {
  const start = performance.now();
  const outcome = await outcomeOf(target);
  return { outcome, ms: performance.now() - start };
}

/** The text of a scrape; empty when there is none. */
export async function scrapedText(target: Target): Promise<string> {
  return ask(target, "identity").then(text, () => "");
}

/** The status of a response that is not read any further. */
async function heldStatus(target: Target, index: number) {
  const socket = open(target, addressOf(index, { addresses: 2 }));
  socket.write(requestText("GET", "/metrics", { "Accept-Encoding": "identity" }));
  const first = once(socket, "data", { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const status = await first.then(
    ([chunk]) => String(chunk).slice("HTTP/1.1 ".length).slice(0, 3),
    () => undefined,
  );
  return { socket: socket.pause(), status };
}

/**
 * How many of so many scrapes that are held are answered 200. They come from two addresses, since one may not have all
 * slots. None is left when it resolves.
 */
export async function freeSlots(target: Target, slots: number): Promise<number> {
  const held = await Promise.all(range(slots).map((index) => heldStatus(target, index)));
  await Promise.all(held.map(({ socket }) => (socket.closed ? Promise.resolve() : event(socket.destroy(), "close"))));
  return held.filter(({ status }) => status === "200").length;
}
