import { fetchProjects } from "../roboflow/workspaces.ts";
import { addDays, calendarDay } from "../calendar/windows.ts";
import type { PeopleConfig, WorkspaceConfig } from "../config/config.ts";
import { type Asker, type AskerDeps, createAsker, replyOf } from "./asker.ts";
import { judgeAll } from "./checks.ts";
import type { Finding } from "./finding.ts";
import type { Door, Observations, StatsAnswer } from "./observations.ts";
import { LATEST_REQUESTS, PAIR_REQUESTS, hasWork, observeLatest, observePair } from "./observe-days.ts";
import { doorRequests, observeDoors, openDoor } from "./observe-doors.ts";
import { FILTER_REQUESTS, observeFilter } from "./observe-filter.ts";
import { legacyRequests, observeLegacy } from "./observe-legacy.ts";
import { observePoll, pollRequests } from "./observe-poll.ts";

const RECENT_DAYS = 14;
const RECENT_REQUESTS = 1;

export interface ExamineDeps extends Omit<AskerDeps, "observer"> {
  /** Base URLs of all regions. */
  readonly regions: readonly string[];
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

/** Most requests that an examination makes, without the repetition of failed ones. */
export function mostRequests(config: WorkspaceConfig, regions: readonly string[]): number {
  const { open, closed } = doorRequests(config, regions);
  const questions = RECENT_REQUESTS + PAIR_REQUESTS + LATEST_REQUESTS + FILTER_REQUESTS;
  return Math.max(closed, open + questions + legacyRequests(config) + pollRequests(config));
}

const UNASKED = {
  recent: undefined,
  pair: undefined,
  latest: undefined,
  projects: undefined,
  filter: undefined,
  legacy: undefined,
  legacyPoll: undefined,
  poll: undefined,
  answers: [],
} as const;

type Questions = Omit<Observations, "config" | "nowMs" | "doors">;

/** Asks what needs days with work. */
async function askOfWork(asker: Asker, workspace: string, today: string, recent: StatsAnswer, stop: AbortSignal) {
  const pair = await observePair(asker, today);
  const projects = await replyOf(fetchProjects(asker.ask, workspace, stop));
  const filter = await observeFilter(asker, projects, recent.query, recent.stats);
  return { pair, projects, filter };
}

function unfiltered(answers: readonly StatsAnswer[]): readonly StatsAnswer[] {
  return answers.filter(({ query }) => query.project === undefined && query.userId === undefined);
}

async function askAll(
  workspace: string,
  door: Door,
  config: WorkspaceConfig,
  people: PeopleConfig,
  deps: AskerDeps,
): Promise<Questions> {
  const asker = createAsker(config, door, workspace, deps);
  const nowMs = deps.clock.now();
  const today = calendarDay(nowMs, config.poll.timezone);
  const recent = await asker.stats({ startDate: addDays(today, 1 - RECENT_DAYS), endDate: addDays(today, 1) });
  if ("error" in recent) return { ...UNASKED, recent };
  const work = hasWork(recent) ? await askOfWork(asker, workspace, today, recent.value, deps.stop) : UNASKED;
  const latest = await observeLatest(asker, nowMs, config.poll.timezone);
  const legacy = await observeLegacy(asker, workspace, config, people, deps);
  const poll = await observePoll(workspace, { workspace: config, people }, door, deps);
  const others = [...(work.pair?.alone ?? []), latest.work].flatMap((reply) => ("value" in reply ? reply.value : []));
  return { ...work, ...legacy, recent, latest, poll, answers: [recent.value, ...others, ...unfiltered(poll.answers)] };
}

/** The configured door, if somebody was behind it: a key of few scopes may be refused at `GET /` alone. */
function answeringDoor([configured]: readonly Door[]): Door | undefined {
  const isAnswered = configured && "error" in configured.root && configured.root.error.status !== undefined;
  return isAnswered ? configured : undefined;
}

/** Asks the API everything about one workspace, one request after the other, and judges the answers. */
export async function examine(config: WorkspaceConfig, people: PeopleConfig, deps: ExamineDeps): Promise<Examination> {
  const statuses: (number | undefined)[] = [];
  const observer = {
    onRequest: (_: string, status: number | undefined) => statuses.push(status),
    onRetry: () => undefined,
  };
  const asking = { ...deps, observer };
  const nowMs = deps.clock.now();
  const doors = await observeDoors(config, deps.regions, asking);
  const door = openDoor(doors) ?? answeringDoor(doors);
  const workspace = door && "value" in door.root ? door.root.value : config.name;
  const questions = door && workspace !== undefined ? await askAll(workspace, door, config, people, asking) : UNASKED;
  return {
    workspace: config.name ?? workspace,
    url: config.api.url,
    findings: judgeAll({ config, nowMs, doors, ...questions }),
    requests: statuses.length,
    isAnswered: statuses.some((status) => status !== undefined),
  };
}
