import type { NextFunction, Request, Response } from "express";

/** Answers 503 while `maxRequests` requests are in flight, so that a crowd of scrapers cannot exhaust the memory. */
export function limitRequests(maxRequests: number) {
  let inFlight = 0;
  return (_request: Request, response: Response, next: NextFunction): void => {
    if (inFlight >= maxRequests) {
      response.status(503).set("Retry-After", "1").type("text/plain");
      response.send(`Limit of concurrent requests reached (${maxRequests}); raise --web.max-requests.\n`);
      return;
    }
    inFlight++;
    response.once("close", () => inFlight--);
    next();
  };
}
