import { isRecord } from "../untrusted.ts";
import { DRIFT_KINDS, type DriftKind } from "./deviations.ts";
import { ENDPOINTS, type Endpoint } from "./routes.ts";

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
const MATCH_KEYS: readonly string[] = ["endpoint", "workspace", "startDate"];
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
