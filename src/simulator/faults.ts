import type { DriftKind } from "./drift.ts";
import type { Endpoint, Route } from "./routes.ts";

/** Which requests a fault strikes; what is absent matches all. */
export interface FaultMatch {
  readonly endpoint?: Endpoint;
  readonly workspace?: string;
  readonly startDate?: string;
}

/** What goes wrong. */
export type Effect =
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

/** A fault: whom it strikes, how many times (absent: for ever), and what goes wrong. */
export type Fault = { readonly match?: FaultMatch; readonly times?: number } & Effect;

/** Faults in order of precedence: the first that matches and is not used up strikes. */
export type FaultScript = readonly Fault[];

/** A script being played. */
export interface FaultBook {
  /** Replaces the script; all counts begin anew. */
  set(script: FaultScript): void;
  /** The fault that strikes this request, if any; counts it. */
  take(route: Route | undefined, workspace: string | undefined, query: URLSearchParams): Fault | undefined;
}

interface Entry {
  readonly fault: Fault;
  left: number;
}

/** Starts to play a script. */
export function createFaultBook(script: FaultScript): FaultBook {
  let entries: readonly Entry[] = entriesOf(script);
  return {
    set: (next) => {
      entries = entriesOf(next);
    },
    take: (route, workspace, query) => {
      const entry = entries.find(({ fault, left }) => left > 0 && strikes(fault.match ?? {}, route, workspace, query));
      if (entry) entry.left--;
      return entry?.fault;
    },
  };
}

function entriesOf(script: FaultScript): readonly Entry[] {
  return script.map((fault) => ({ fault, left: fault.times ?? Infinity }));
}

function strikes(
  match: FaultMatch,
  route: Route | undefined,
  workspace: string | undefined,
  query: URLSearchParams,
): boolean {
  const pairs = [
    [match.endpoint, route?.endpoint],
    [match.workspace, workspace],
    [match.startDate, query.get("startDate")],
  ];
  return pairs.every(([wanted, given]) => wanted === undefined || wanted === given);
}
