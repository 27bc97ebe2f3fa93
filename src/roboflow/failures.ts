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
  407: { reason: "http", meaning: "a gateway before the API asks for a proxy's credentials; correct the API's URL" },
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
