import { ApiError, type FailureReason } from "../errors.ts";

interface StatusMeaning {
  readonly reason: FailureReason;
  readonly meaning: string;
}

/** What the platform's statuses mean to us. Source: Roboflow's REST status table. */
const STATUSES: Readonly<Record<number, StatusMeaning>> = {
  401: { reason: "unauthorized", meaning: "the API key was rejected; check it and its scope workspace-stats:read" },
  402: { reason: "plan", meaning: "the plan does not include this; Annotation Insights is a premium feature" },
  403: { reason: "forbidden", meaning: "the API key may not read this workspace" },
  404: {
    reason: "not_found",
    meaning: "not found, or not visible to this API key; check the workspace's and project's slug",
  },
  423: { reason: "plan", meaning: "usage is paused; check the workspace's billing" },
  429: { reason: "rate_limited", meaning: "too many requests" },
};

/** An answer whose status is not 200. `detail` is the redacted text of its body. */
export function statusError(status: number, detail: string, retryAfterMs: number | undefined): ApiError {
  const known = STATUSES[status];
  const isRedirect = status >= 300 && status < 400;
  const meaning = isRedirect ? "redirects are refused; set the API's URL to where it leads" : known?.meaning;
  const message = [`the API answered ${status}`, meaning, detail].filter(Boolean).join(": ");
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new ApiError(message, { reason: known?.reason ?? "http", status, ...wait });
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : codeOf(Reflect.get(error, "cause"));
}

const TIMEOUT_CODES = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ETIMEDOUT",
]);

/**
 * Whatever was thrown while a request ran, as an {@link ApiError}. Foreign messages are not passed on, since they may
 * hold the URL and with it the key; their code is.
 */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const code = codeOf(error) ?? "no code";
  if (TIMEOUT_CODES.has(code)) return new ApiError(`the connection timed out (${code})`, { reason: "timeout" });
  return new ApiError(`the connection failed (${code})`, { reason: "network" });
}
