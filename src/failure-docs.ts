import { FAILURES, FAILURE_REASONS, type FailureGroup, type FailureReason, meaningOf, reasonsOf } from "./failures.ts";
import { code, markdownTable } from "./markdown.ts";

/** Settings, variables and scopes stand in a sentence; Markdown shows them as code. */
function marked(text: string): string {
  return text.replaceAll(/\b(?:(?:api|limits)\.[a-z_]{1,40}|[A-Z]{1,20}_[A-Z_]{1,40}|workspace-stats:read)\b/g, code);
}

function statusesOf(reason: FailureReason): string | undefined {
  const statuses = Object.keys(FAILURES[reason].statuses ?? {});
  if (statuses.length === 0) return undefined;
  return FAILURES[reason].meaning === undefined ? statuses.join(", ") : "any other";
}

const REPEATED = { always: "yes", "5xx": "5xx only", never: "no" } as const;

/** The table of reasons for the docs. */
export function failureTable(): string {
  const columns = {
    Reason: (reason: FailureReason) => code(reason),
    Statuses: statusesOf,
    Repeated: (reason: FailureReason) => REPEATED[FAILURES[reason].retried],
    Meaning: (reason: FailureReason) => marked(meaningOf(reason)),
    Remedy: (reason: FailureReason) => marked(FAILURES[reason].remedy),
  };
  // Columns of equal width would make every line as long as the longest remedy.
  return `<!-- prettier-ignore -->\n${markdownTable(columns, FAILURE_REASONS)}`;
}

/** The reasons of a group as a list, each with its remedy, for the runbook of the group's alert. */
export function failureList(group: FailureGroup): string {
  const lineOf = (reason: FailureReason) =>
    `- ${code(reason)}: ${marked(meaningOf(reason))}. Remedy: ${marked(FAILURES[reason].remedy)}.`;
  return reasonsOf(group).map(lineOf).join("\n");
}
