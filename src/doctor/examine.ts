import type { Config, PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import type { Redactor } from "../redact.ts";
import { withDispatcher } from "../roboflow/dispatcher.ts";
import { createLanes } from "../roboflow/lane.ts";
import type { CheckDeps, Finding } from "../sources/checks.ts";
import { discreet } from "../sources/hidden-people.ts";
import { type CheckedSource, type SeenSource, askSources, checkedSources } from "./ask-sources.ts";
import { type Noted, findingsOf } from "./findings.ts";
import {
  type ClientDeps,
  type KeyTests,
  acceptedTest,
  clientAt,
  maxKeyRequests,
  testKey,
  usableTest,
} from "./test-key.ts";

export interface ExamineDeps extends Omit<ClientDeps, "observer" | "dispatcher" | "lane"> {
  /** Base URLs of all regions. */
  readonly regions: readonly string[];
  /** For the proxy variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is known of a workspace after all questions. */
export interface Examination {
  /** As configured, or as the API names it; undefined when neither says. */
  readonly workspace: string | undefined;
  readonly url: string;
  readonly findings: readonly Finding[];
  /** Requests made, repeated ones included. */
  readonly requests: number;
  /** Whether the API answered at all, well or badly. */
  readonly isAnswered: boolean;
}

/** The maximum number of requests of an examination, without the repetition of failed ones. */
export function maxRequests(config: WorkspaceConfig, regions: readonly string[]): number {
  const { accepted, rejected } = maxKeyRequests(config, regions);
  const questions = checkedSources(config).reduce((sum, { checks }) => sum + checks.maxRequests(config), 0);
  return Math.max(rejected, accepted + questions);
}

/** An observer of responses that keeps what was not as it should be. */
function createListener() {
  const responses: Noted[] = [];
  const answered = (answer: Noted) => void responses.push(answer);
  return { responses, observer: { answered, filterIgnored: () => undefined } };
}

/** Asks the sources with the key, where it is usable and the workspace has a name. */
async function askWithKey(
  sources: readonly CheckedSource[],
  tests: KeyTests,
  settings: Pick<CheckDeps, "config" | "people" | "observer">,
  deps: ClientDeps,
): Promise<readonly SeenSource[]> {
  const { clock, stop: signal, lane } = deps;
  const idleMs = () => lane.idleMs();
  const [place, workspace] = [usableTest(tests), workspaceOf(tests, settings.config)];
  if (!place || workspace === undefined) return [];
  const ask = clientAt(settings.config, place, deps);
  return askSources(sources, { ...settings, workspace, ask, clock, signal, idleMs });
}

/** As the API names it; as configured where it does not. */
function workspaceOf(tests: KeyTests, { name }: WorkspaceConfig): string | undefined {
  const accepted = acceptedTest(tests);
  return accepted ? accepted.workspace : name;
}

/** Asks the API everything about one workspace, one request after the other, and judges the answers. */
async function examine(
  config: WorkspaceConfig,
  people: PeopleConfig,
  deps: ClientDeps & Pick<ExamineDeps, "regions">,
): Promise<Omit<Examination, "requests" | "isAnswered">> {
  const nowMs = deps.clock.now();
  const tests = await testKey(config, deps.regions, deps);
  const sources = checkedSources(config);
  const { responses, observer } = createListener();
  const asked = await askWithKey(sources, tests, { config, people, observer: discreet(observer, people) }, deps);
  const findings = findingsOf({ config, nowMs, tests, sources, asked, responses });
  return { workspace: config.name ?? workspaceOf(tests, config), url: config.api.url, findings };
}

/** The same, with the number of its requests. */
async function countedExamination(
  config: WorkspaceConfig,
  people: PeopleConfig,
  deps: Omit<Parameters<typeof examine>[2], "observer">,
): Promise<Examination> {
  const statuses: (number | undefined)[] = [];
  const onRequest = (_: string, status: number | undefined) => void statuses.push(status);
  const examination = await examine(config, people, { ...deps, observer: { onRequest, onRetry: () => undefined } });
  const isAnswered = statuses.some((status) => status !== undefined);
  return { ...examination, requests: statuses.length, isAnswered };
}

function redactedFinding(finding: Finding, redact: Redactor): Finding {
  const { seen, setting, details } = finding;
  return {
    ...finding,
    seen: redact(seen),
    ...(setting === undefined ? {} : { setting: redact(setting) }),
    ...(details ? { details: details.map(redact) } : {}),
  };
}

/** Without the key, in whatever the API may have put it. */
function redacted(examination: Examination, redact: Redactor): Examination {
  const { workspace, findings } = examination;
  return {
    ...examination,
    workspace: workspace === undefined ? undefined : redact(workspace),
    findings: findings.map((finding) => redactedFinding(finding, redact)),
  };
}

/**
 * Examines one workspace after the other, within the limits of all requests.
 * @throws ConfigError when a schedule or a proxy variable cannot be used
 */
export async function examineAll(
  workspaces: readonly WorkspaceConfig[],
  { people, requests }: Pick<Config, "people" | "requests">,
  deps: ExamineDeps,
): Promise<readonly Examination[]> {
  const laneFor = createLanes(() => requests, deps.clock);
  return withDispatcher(deps.env, async (dispatcher) => {
    const examinations: Examination[] = [];
    for (const workspace of workspaces) {
      const examination = await countedExamination(workspace, people, {
        ...deps,
        dispatcher,
        lane: laneFor(workspace),
      });
      examinations.push(redacted(examination, deps.redact));
    }
    return examinations;
  });
}
