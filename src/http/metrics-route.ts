import type { Request, Response } from "express";
import type { Clock } from "../clock.ts";
import type { Snapshot } from "../exposition/snapshot.ts";
import type { SelfMetrics } from "../self/recorder.ts";
import { CONTENT_TYPES, type Format } from "../self/registry.ts";
import { type Tail, gzipMember } from "./gzip-member.ts";
import { acceptsGzip, negotiateFormat } from "./negotiate.ts";
import { createTailCache } from "./tail-cache.ts";

export interface MetricsRouteDeps {
  /** What the polls have published. */
  readonly currentBody: () => Promise<Snapshot>;
  readonly selfMetrics: SelfMetrics;
  readonly clock: Clock;
}

function send(request: Request, response: Response, chunks: readonly Buffer[]): void {
  response.setHeader(
    "Content-Length",
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  );
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  // One system call for all parts, and no copy of the large one.
  response.cork();
  for (const chunk of chunks) response.write(chunk);
  response.end();
}

/** Answers a scrape: copies the bytes made at poll time and appends the exporter's own metrics. Always 200. */
export function createMetricsRoute({ currentBody, selfMetrics, clock }: MetricsRouteDeps) {
  const tails: Readonly<Record<Format, () => Promise<Tail>>> = {
    text: createTailCache("text", selfMetrics, clock),
    openmetrics: createTailCache("openmetrics", selfMetrics, clock),
  };

  return async (request: Request, response: Response): Promise<void> => {
    const format = negotiateFormat(request);
    const tail = await tails[format]();
    const body = await currentBody();
    response.setHeader("Content-Type", CONTENT_TYPES[format]);
    response.vary("Accept");
    response.vary("Accept-Encoding");
    if (acceptsGzip(request)) {
      response.setHeader("Content-Encoding", "gzip");
      send(request, response, gzipMember(body, tail));
    } else send(request, response, [...body.identity, tail.identity]);
  };
}
