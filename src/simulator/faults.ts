import { type DriftKind, drifted } from "./deviations.ts";
import type { Fault, FaultMatch, FaultScript } from "./fault-script.ts";
import { type ApiRequest, errorBody, type Reply, type Transmission } from "./http.ts";

/** What a request is matched by. */
export type Matched = { readonly [K in keyof FaultMatch]-?: string | undefined };

/** A script being played. */
export interface FaultPlayer {
  /** Replaces the script; all counts start again. */
  readonly set: (script: FaultScript) => void;
  /** The fault that strikes this request, if any; counts it. */
  readonly take: (request: Matched) => Fault | undefined;
}

interface Entry {
  readonly fault: Fault;
  left: number;
}

const MATCH_KEYS = ["endpoint", "workspace", "startDate"] as const;

function entriesOf(script: FaultScript): readonly Entry[] {
  return script.map((fault) => ({ fault, left: fault.times ?? Infinity }));
}

function strikes({ match = {} }: Fault, request: Matched): boolean {
  return MATCH_KEYS.every((key) => match[key] === undefined || match[key] === request[key]);
}

/** Starts to play a script: the first fault that matches and is not used up strikes. */
export function createFaultPlayer(script: FaultScript): FaultPlayer {
  let entries: readonly Entry[] = entriesOf(script);
  return {
    set: (next) => {
      entries = entriesOf(next);
    },
    take: (request) => {
      const entry = entries.find(({ fault, left }) => left > 0 && strikes(fault, request));
      if (entry) entry.left--;
      return entry?.fault;
    },
  };
}

/** The request that is answered when a fault strikes: an ignored filter is taken out of it. */
export function requestUnder(fault: Fault | undefined, request: ApiRequest): ApiRequest {
  if (!fault || !("drift" in fault) || fault.drift !== "ignored_filter") return request;
  const query = new URLSearchParams(request.query);
  query.delete("project");
  query.delete("userId");
  return { ...request, query };
}

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
const HTML_TYPE = { "content-type": "text/html; charset=utf-8" };
const HTML =
  "<!doctype html><html><head><title>Simulated</title></head><body><h1>A web page, not the API</h1></body></html>";

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

/** Turns a reply into what is sent: with the drifts that all answers have, and changed by the fault that strikes it. */
export function transmissionOf(
  reply: Reply,
  fault: Fault | undefined,
  drifts: readonly DriftKind[] = [],
): Transmission {
  const base = plain(reply, drifts);
  return fault ? struck(base, fault) : base;
}
