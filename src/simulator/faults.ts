import { isRecord } from "../untrusted.ts";
import { type DriftKind, DRIFT_KINDS, drifted } from "./deviations.ts";
import { type ApiRequest, type Reply, type Transmission, errorBody } from "./http.ts";
import { type Endpoint, ENDPOINTS } from "./routes.ts";

/** Which requests a fault strikes; what is absent matches all. */
export interface FaultMatch {
  readonly endpoint?: Endpoint;
  readonly workspace?: string;
  readonly startDate?: string;
}

/** What goes wrong. */
type Effect =
  | { readonly status: number; readonly body?: string; readonly retryAfter?: string }
  | { readonly delayMs: number }
  /** 200 with JSON cut in the middle. */
  | { readonly invalidJson: true }
  /** 200 with a web page. */
  | { readonly html: true }
  /** 200 with `{"error": …}`. */
  | { readonly errorBody: true }
  /** 200 with valid JSON of about this size. */
  | { readonly hugeBytes: number }
  /** Never answers, or stops in the middle of the body. */
  | { readonly hang: "headers" | "body" }
  /** Breaks the connection in the middle of the body. */
  | { readonly cut: true }
  | { readonly redirect: string }
  | { readonly drift: DriftKind };

/** A fault: which requests it strikes, how many times (absent: without limit), and what goes wrong. */
export type Fault = { readonly match?: FaultMatch; readonly times?: number } & Effect;

/** Faults in order of precedence: the first that matches and is not used up strikes. */
export type FaultScript = readonly Fault[];

type Fields = Readonly<Record<string, unknown>>;

const HANGS = ["headers", "body"] as const;
const MAX_MS = 3_600_000;
const MAX_BYTES = 2 ** 31;

function fail(key: string, expected: string, value: unknown): never {
  throw new Error(`"${key}" must be ${expected}, got ${JSON.stringify(value)}`);
}

function fieldsOf(value: unknown, key: string): Fields {
  return isRecord(value) ? value : fail(key, "an object", value);
}

function integer(fields: Fields, key: string, low: number, high: number): number {
  const value = fields[key];
  if (typeof value === "number" && Number.isInteger(value) && value >= low && value <= high) return value;
  return fail(key, `an integer from ${low} to ${high}`, value);
}

function text(fields: Fields, key: string): string {
  const value = fields[key];
  return typeof value === "string" ? value : fail(key, "a text", value);
}

function oneOf<T extends string>(fields: Fields, key: string, known: readonly T[]): T {
  return known.find((item) => item === fields[key]) ?? fail(key, `one of ${known.join(", ")}`, fields[key]);
}

function yes(fields: Fields, key: string): true {
  return fields[key] === true ? true : fail(key, "true", fields[key]);
}

/** A field as an object to spread, which is empty where the field is absent. */
function optional<T>(fields: Fields, key: string, read: () => T): Partial<T> {
  return key in fields ? read() : {};
}

/** Each effect by the key that names it. */
const EFFECTS: Readonly<Record<string, (fields: Fields) => Effect>> = {
  status: (fields) => ({
    status: integer(fields, "status", 200, 599),
    ...optional(fields, "body", () => ({ body: text(fields, "body") })),
    ...optional(fields, "retryAfter", () => ({ retryAfter: text(fields, "retryAfter") })),
  }),
  delayMs: (fields) => ({ delayMs: integer(fields, "delayMs", 0, MAX_MS) }),
  invalidJson: (fields) => ({ invalidJson: yes(fields, "invalidJson") }),
  html: (fields) => ({ html: yes(fields, "html") }),
  errorBody: (fields) => ({ errorBody: yes(fields, "errorBody") }),
  hugeBytes: (fields) => ({ hugeBytes: integer(fields, "hugeBytes", 1, MAX_BYTES) }),
  hang: (fields) => ({ hang: oneOf(fields, "hang", HANGS) }),
  cut: (fields) => ({ cut: yes(fields, "cut") }),
  redirect: (fields) => ({ redirect: text(fields, "redirect") }),
  drift: (fields) => ({ drift: oneOf(fields, "drift", DRIFT_KINDS) }),
};

const SCOPE_KEYS: readonly string[] = ["match", "times"];
const MATCH_KEYS = ["endpoint", "workspace", "startDate"] as const;
const STATUS_KEYS: readonly string[] = ["body", "retryAfter"];

function refuseUnknown(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`unknown key "${unknown}"; known are ${known.join(", ")}`);
}

function readMatch(fields: Fields): FaultMatch {
  const match = fieldsOf(fields["match"], "match");
  refuseUnknown(match, MATCH_KEYS);
  return {
    ...optional(match, "endpoint", () => ({ endpoint: oneOf(match, "endpoint", ENDPOINTS) })),
    ...optional(match, "workspace", () => ({ workspace: text(match, "workspace") })),
    ...optional(match, "startDate", () => ({ startDate: text(match, "startDate") })),
  };
}

function readEffect(fields: Fields): Effect {
  const named = Object.entries(EFFECTS).filter(([key]) => key in fields);
  const [first, second] = named;
  if (!first || second) throw new Error(`must name exactly one of ${Object.keys(EFFECTS).join(", ")}`);
  const [key, read] = first;
  refuseUnknown(fields, [...SCOPE_KEYS, key, ...(key === "status" ? STATUS_KEYS : [])]);
  return read(fields);
}

function readFault(value: unknown): Fault {
  const fields = fieldsOf(value, "fault");
  return {
    ...optional(fields, "match", () => ({ match: readMatch(fields) })),
    ...optional(fields, "times", () => ({ times: integer(fields, "times", 1, 1_000_000) })),
    ...readEffect(fields),
  };
}

function readNumbered(value: unknown, index: number): Fault {
  try {
    return readFault(value);
  } catch (error) {
    throw new Error(`fault ${index + 1}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error("the fault script is not JSON", { cause: error });
  }
}

/**
 * Reads a fault script: a JSON list of faults.
 * @throws Error that names the fault's number, the key, what is expected and what was given.
 */
export function parseFaultScript(json: string): FaultScript {
  const value = parseJson(json);
  if (!Array.isArray(value)) throw new Error("the fault script must be a JSON list of faults");
  return value.map(readNumbered);
}

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
