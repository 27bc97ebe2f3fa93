import { type DriftKind, drifted } from "./drift.ts";
import type { Fault } from "./faults.ts";
import { errorBody, type Reply } from "./reply.ts";

/** How the bytes go out: all of them; headers withheld; half the body and silence, or a broken connection. */
export type Delivery = "whole" | "hang headers" | "hang body" | "cut";

/** What is sent. */
export interface Transmission {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delivery: Delivery;
  readonly delayMs: number;
  /** Bytes of filling sent in the body's place; 0 for none. */
  readonly hugeBytes: number;
}

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
const HTML_TYPE = { "content-type": "text/html; charset=utf-8" };
const HTML =
  "<!doctype html><html><head><title>Simulated</title></head><body><h1>It works, but no API</h1></body></html>";

function plain(reply: Reply, drifts: readonly DriftKind[]): Transmission {
  const headers = { ...JSON_TYPE, ...reply.headers };
  const body = drifts.reduce((text, kind) => drifted(kind, text), JSON.stringify(reply.body));
  return { status: reply.status, headers, body, delivery: "whole", delayMs: 0, hugeBytes: 0 };
}

function withStatus(base: Transmission, fault: Extract<Fault, { status: number }>): Transmission {
  const retry = fault.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
  const body = fault.body ?? JSON.stringify(errorBody(fault.status, `simulated fault: status ${fault.status}`));
  return { ...base, status: fault.status, headers: { ...JSON_TYPE, ...retry }, body };
}

function struck(base: Transmission, fault: Fault): Transmission {
  if ("status" in fault) return withStatus(base, fault);
  if ("delayMs" in fault) return { ...base, delayMs: fault.delayMs };
  if ("invalidJson" in fault) return { ...base, body: base.body.slice(0, Math.floor(base.body.length / 2)) };
  if ("html" in fault) return { ...base, status: 200, headers: HTML_TYPE, body: HTML };
  if ("errorBody" in fault) return { ...base, status: 200, body: JSON.stringify(errorBody(200, "simulated fault")) };
  if ("hugeBytes" in fault) return { ...base, status: 200, hugeBytes: fault.hugeBytes };
  if ("hang" in fault) return { ...base, delivery: fault.hang === "headers" ? "hang headers" : "hang body" };
  if ("cut" in fault) return { ...base, delivery: "cut" };
  if ("redirect" in fault) return { ...base, status: 302, headers: { location: fault.redirect }, body: "" };
  return { ...base, body: drifted(fault.drift, base.body) };
}

/** Turns an answer into what is sent: with the drifts all answers have, and spoilt by the fault that strikes it, if any. */
export function transmissionOf(
  reply: Reply,
  fault: Fault | undefined,
  drifts: readonly DriftKind[] = [],
): Transmission {
  const base = plain(reply, drifts);
  return fault ? struck(base, fault) : base;
}
