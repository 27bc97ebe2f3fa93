import {
  type CheckDeps,
  type Judgement,
  type Question,
  type Reply,
  type SourceChecks,
  failed,
  oneLine,
  replyOf,
} from "../checks.ts";
import { fetchLegacy, isGone } from "./collect.ts";
import type { LegacyStats } from "./fields.ts";

const DAY_MS = 86_400_000;
const QUESTION: Question = { topic: "legacy", question: "Does the legacy endpoint respond?" };

/** Its removal is a problem only where the configuration asks for it. */
function judgeGone(isAskedFor: boolean, status: number | undefined): Judgement {
  const seen = `removed (${String(status)})`;
  return isAskedFor ? { verdict: "problem", seen, setting: "legacy: false" } : { verdict: "info", seen };
}

/** Does the legacy endpoint respond? */
export function judgeLegacy(reply: Reply<unknown>, isAskedFor: boolean): Judgement {
  if ("value" in reply) return { verdict: "info", seen: "it does" };
  const { error } = reply;
  if (isGone(error)) return judgeGone(isAskedFor, error.status);
  if (isAskedFor) return failed(error);
  return error.reason === "invalid_schema"
    ? { verdict: "info", seen: `it does, in another form: ${oneLine(error.message)}` }
    : { verdict: "unknown", seen: oneLine(error.message) };
}

async function askForDay({ ask, observer, clock, signal }: CheckDeps): Promise<LegacyStats> {
  const endMs = clock.now();
  const stats = await fetchLegacy(ask, { startMs: endMs - DAY_MS, endMs }, signal);
  observer.answered(stats);
  return stats;
}

/** Whether the endpoint is still there. */
export const legacyChecks: SourceChecks = {
  questions: [QUESTION],
  maxRequests: ({ legacy, windows }) => 1 + (legacy ? windows.length : 0),
  ask: async (deps) => {
    const reply = await replyOf(askForDay(deps));
    return {
      ...("error" in reply ? { failure: reply.error } : {}),
      findings: () => [{ ...QUESTION, ...judgeLegacy(reply, deps.config.legacy) }],
    };
  },
};
