import type { NextFunction, Request, Response } from "express";
import { whenOver } from "./when-over.ts";

/** The part of the slots that one address may hold: a single client, however slow, leaves some to the others. */
const SHARE = 3 / 4;

/**
 * Answers 503 while `maxRequests` requests are in flight, so that a crowd of scrapers cannot exhaust the memory, and
 * while the client's address has its share of them, so that one client cannot take every slot.
 */
export function limitRequests(maxRequests: number) {
  const share = Math.ceil(maxRequests * SHARE);
  const inFlight = new Map<string, number>();
  let total = 0;
  const count = (address: string, change: 1 | -1): void => {
    total += change;
    const own = (inFlight.get(address) ?? 0) + change;
    if (own > 0) inFlight.set(address, own);
    else inFlight.delete(address);
  };
  const problem = (address: string): string | undefined => {
    if (total >= maxRequests) return `Limit of concurrent requests reached (${maxRequests})`;
    const isFull = (inFlight.get(address) ?? 0) >= share;
    return isFull ? `Limit of concurrent requests from one address reached (${share} of ${maxRequests})` : undefined;
  };
  return (request: Request, response: Response, next: NextFunction): void => {
    const { socket } = request;
    // The client is gone, and no event would give the slot back.
    if (socket.destroyed) return;
    const address = socket.remoteAddress ?? "";
    const limit = problem(address);
    if (limit !== undefined) {
      response.status(503).set("Retry-After", "1").type("text/plain");
      response.send(`${limit}; raise --web.max-requests.\n`);
      return;
    }
    count(address, 1);
    whenOver(request, response, () => {
      count(address, -1);
    });
    next();
  };
}
