import { type Judgement, oneLine } from "./finding.ts";
import { NOT_ASKED, failed } from "./judge-access.ts";
import type { Observations } from "./observations.ts";

const DAY_SECONDS = 86_400;

/** That it is gone is a problem only for who asks for it. */
function judgeGone(isAskedFor: boolean, status: number): Judgement {
  const seen = `gone (${status})`;
  return isAskedFor ? { verdict: "problem", seen, setting: "legacy: false" } : { verdict: "info", seen };
}

/** Is the legacy endpoint alive? */
export function judgeLegacy({ config, legacy, legacyPoll }: Observations): Judgement {
  if (!legacy) return NOT_ASKED;
  if (legacyPoll && "error" in legacyPoll) return failed(legacyPoll.error);
  if ("value" in legacy) return { verdict: "info", seen: "alive" };
  const { status, reason, message } = legacy.error;
  if (status === 404 || status === 410) return judgeGone(config.legacy, status);
  if (config.legacy) return failed(legacy.error);
  const isOtherForm = reason === "invalid_schema";
  return isOtherForm
    ? { verdict: "info", seen: `alive, in another form: ${oneLine(message)}` }
    : { verdict: "unknown", seen: oneLine(message) };
}

/** Requests a day to the legacy endpoint: each poll one for each window; while it is gone or fails, one. */
export function legacyRequestsPerDay({ config, legacyPoll }: Observations): number {
  if (!config.legacy) return 0;
  const perPoll = legacyPoll && "value" in legacyPoll ? config.windows.length : 1;
  return (perPoll * DAY_SECONDS) / config.poll.legacyIntervalSeconds;
}
