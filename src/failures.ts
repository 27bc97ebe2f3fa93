import { code, markdownTable } from "./markdown.ts";

/** What a person looks at when a poll fails; one alert for each group, where there is one. */
export type FailureGroup = "connection" | "limit" | "key" | "plan" | "name" | "answer" | "bug";

interface Failure {
  readonly group: FailureGroup;
  /** Whether the same request may succeed a moment later. What only a person can mend is never repeated. */
  readonly retried: "always" | "5xx" | "never";
  /** The HTTP statuses that have this reason, and what each means. `3xx` stands for all that begin with 3. */
  readonly statuses?: Readonly<Record<string, string>>;
  /** What happened, if the meanings of the statuses do not say it. */
  readonly meaning?: string;
  /** What to do about it, without a capital or a full stop. */
  readonly remedy: string;
}

const PRIVATE_KEY = "use a private key of this workspace; a scoped key needs the scope workspace-stats:read";

/**
 * Why a poll fails, once for the client, doctor, the docs and the alerts. A closed set: every reason is a label value
 * that exists from the start. Source of the statuses: Roboflow's REST status table.
 */
const TABLE = {
  timeout: {
    group: "connection",
    retried: "always",
    meaning: "no complete answer came within api.timeout, or the poll did not end within its interval, or 15 minutes",
    remedy: "raise api.timeout; for a poll that does not end, poll less often, or ask for fewer windows or totals",
  },
  network: {
    group: "connection",
    retried: "always",
    meaning: "the API cannot be reached, or the connection broke; the message names the host and the cause",
    remedy:
      "check api.url, DNS, the firewall and the proxy (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY are read); for a " +
      "certificate of your own authority set NODE_EXTRA_CA_CERTS to its file",
  },
  http: {
    group: "connection",
    retried: "5xx",
    statuses: {
      "3xx": "redirects are refused; set the API's URL to where it leads",
      "407": "a gateway before the API asks for a proxy's credentials; correct the API's URL",
    },
    meaning: "the API answered with another status, or said that it failed",
    remedy: "read what the answer says; for 5xx look at Roboflow's status page",
  },
  rate_limited: {
    group: "limit",
    retried: "always",
    statuses: { "429": "too many requests" },
    remedy: "poll less often, or ask for fewer windows or totals",
  },
  unauthorized: {
    group: "key",
    retried: "never",
    statuses: { "401": "the API key was rejected" },
    remedy: PRIVATE_KEY,
  },
  forbidden: {
    group: "key",
    retried: "never",
    statuses: { "403": "the API key may not read this workspace" },
    remedy: PRIVATE_KEY,
  },
  plan: {
    group: "plan",
    retried: "never",
    statuses: { "402": "the plan does not include Annotation Insights", "423": "usage is paused" },
    remedy: "look at the workspace's plan and billing, or ask its owner",
  },
  not_found: {
    group: "name",
    retried: "never",
    statuses: { "404": "not found, or not visible to this API key" },
    remedy: "compare the workspace's name and the slugs of its projects with the address in the browser",
  },
  invalid_json: {
    group: "answer",
    retried: "never",
    meaning: "something other than the API answered, often a proxy's login page",
    remedy: "check api.url and the proxy",
  },
  invalid_schema: {
    group: "answer",
    retried: "never",
    meaning: "the API's answers have changed, contradict themselves, or ignore a filter",
    remedy: "look for a newer version of the exporter; if there is none, report the message",
  },
  too_large: {
    group: "answer",
    retried: "never",
    meaning: "an answer is larger than api.max_response_bytes, or holds more values than limits.series allows for",
    remedy: "raise the setting it names, or filter by project",
  },
  internal: {
    group: "bug",
    retried: "never",
    meaning: "a bug in the exporter; other polls and workspaces go on",
    remedy: "please report it with its stack",
  },
} as const satisfies Readonly<Record<string, Failure>>;

export type FailureReason = keyof typeof TABLE;

/** All that is known of each reason. */
export const FAILURES: Readonly<Record<FailureReason, Failure>> = TABLE;

function isReason(name: string): name is FailureReason {
  return name in FAILURES;
}

/** The reasons in the order of the table, which is that of the metrics. */
export const FAILURE_REASONS: readonly FailureReason[] = Object.keys(FAILURES).filter(isReason);

/** The reasons of a group, in the same order. */
export function reasonsOf(group: FailureGroup): FailureReason[] {
  return FAILURE_REASONS.filter((reason) => FAILURES[reason].group === group);
}

/** What happened, in words that follow a colon. */
export function meaningOf(reason: FailureReason): string {
  const { meaning, statuses = {} } = FAILURES[reason];
  return meaning ?? Object.values(statuses).join(", or ");
}

/** The reason of an HTTP status that is not 200, and what the status means where that is known. */
export function failureOfStatus(status: number): { readonly reason: FailureReason; readonly meaning?: string } {
  const names = [String(status), `${Math.floor(status / 100)}xx`];
  for (const reason of FAILURE_REASONS) {
    const { statuses = {} } = FAILURES[reason];
    const meaning = names.map((name) => statuses[name]).find((text) => text !== undefined);
    if (meaning !== undefined) return { reason, meaning };
  }
  return { reason: "http" };
}

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
