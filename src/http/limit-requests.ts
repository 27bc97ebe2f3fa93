import type { RequestListener } from "node:http";
import { whenOver } from "./bounded-response.ts";
import { respondInText } from "./plain-text.ts";

/** The part of the slots that one address may hold: a single client, however slow, leaves some to the others. */
const SHARE = 3 / 4;

/** Counts the requests in flight, for all clients and for each address. */
class RequestSlots {
  readonly #max: number;
  readonly #share: number;
  readonly #inFlight = new Map<string, number>();
  #total = 0;

  constructor(max: number) {
    this.#max = max;
    this.#share = Math.ceil(max * SHARE);
  }

  /** Which limit is reached for one more request of an address; undefined when none is. */
  problem(address: string): string | undefined {
    if (this.#total >= this.#max) return `Limit of concurrent requests reached (${this.#max})`;
    const isFull = (this.#inFlight.get(address) ?? 0) >= this.#share;
    return isFull
      ? `Limit of concurrent requests from one address reached (${this.#share} of ${this.#max})`
      : undefined;
  }

  count(address: string, change: 1 | -1): void {
    this.#total += change;
    const own = (this.#inFlight.get(address) ?? 0) + change;
    if (own > 0) this.#inFlight.set(address, own);
    else this.#inFlight.delete(address);
  }
}

/**
 * Puts one limit before any number of listeners. Answers 503 while `maxRequests` requests are in flight, so that a crowd of scrapers cannot
 * exhaust the memory, and while the client's address has its share of them, so that one client cannot take every slot.
 */
export function limitRequests(maxRequests: number): (listener: RequestListener) => RequestListener {
  const slots = new RequestSlots(maxRequests);
  return (listener) => (request, response) => {
    const { socket } = request;
    // The client is gone, and no event would give the slot back.
    if (socket.destroyed) return;
    const address = socket.remoteAddress ?? "";
    const limit = slots.problem(address);
    if (limit !== undefined) {
      respondInText(response, 503, `${limit}; raise --web.max-requests.`, { "Retry-After": "1" });
      return;
    }
    slots.count(address, 1);
    whenOver(request, response, () => {
      slots.count(address, -1);
    });
    listener(request, response);
  };
}
