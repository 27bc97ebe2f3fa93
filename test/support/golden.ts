import { readFileSync } from "node:fs";
import type { LegacyQuery, StatsQuery } from "../../src/api/client.ts";
import { parseLegacy } from "./parse-legacy.ts";
import { parseStats } from "../../src/api/parse-stats.ts";
import type { LabelersConfig, WorkspaceConfig } from "../../src/config/config.ts";
import { ApiError, type FailureReason } from "../../src/errors.ts";
import { composeBody } from "../../src/metrics/body.ts";
import { type LegacyState, renderLegacyData } from "../../src/metrics/legacy-data.ts";
import { renderWorkspaceData } from "../../src/metrics/workspace-data.ts";
import type { WorkspaceState } from "../../src/metrics/workspace-state.ts";
import type { PollClient } from "../../src/poller/poller.ts";
import { collectLegacy } from "../../src/poller/collect-legacy.ts";
import { collectWorkspace } from "../../src/poller/collect.ts";
import { initialLegacyState, nextLegacyState } from "../../src/poller/legacy-poll-state.ts";
import { initialState, nextState } from "../../src/poller/poll-state.ts";
import { HandTimetable } from "./exporter-harness.ts";
import { momentAt } from "./manual-clock.ts";

const TODAY = "2026-11-18";
const POLLED_MS = Date.parse("2026-11-18T12:00:00Z");
const MINUTE_MS = 60_000;
const TIMES = { intervalSeconds: 900, staleAfterMs: 3_600_000 };

/** The body of an answer, as it stands in test/fixtures/poller. */
export function fixture(name: string): unknown {
  const url = new URL(`../fixtures/poller/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

/** A client without a network. `answer` gives the JSON for a query, or throws. */
export function clientOf(
  answer: (query: StatsQuery, workspace: string) => unknown,
  others: Partial<PollClient> = {},
): PollClient {
  return {
    fetchStats: async (workspace, query) => parseStats(await answer(query, workspace)),
    fetchWorkspaceName: () => Promise.resolve("acme"),
    fetchProjectSlugs: () => Promise.resolve([]),
    ...others,
  };
}

/** The state after one good poll at 2026-11-18 12:00 UTC. */
export async function stateAfterPoll(
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  client: PollClient,
): Promise<WorkspaceState> {
  const timetable = new HandTimetable();
  const state = initialState(config, timetable, POLLED_MS);
  const observer = { answered: () => undefined, filterIgnored: () => undefined };
  const signal = new AbortController().signal;
  const stats = await collectWorkspace(state.workspace, TODAY, config, { client, observer, signal });
  const data = await renderWorkspaceData(stats, { ...config, labelers });
  const { staleAfterMs } = state;
  const coming = { ...TIMES, staleAfterMs, nextPollMs: POLLED_MS + 15 * MINUTE_MS };
  return nextState(state, { data, stats }, momentAt(POLLED_MS), coming);
}

/** The state of the legacy endpoint after one good poll at the same time, every window answered with the same JSON. */
export async function legacyAfterPoll(
  config: WorkspaceConfig,
  labelers: LabelersConfig,
  json: unknown,
): Promise<LegacyState> {
  const client = { fetchLegacy: (range: LegacyQuery) => Promise.resolve(parseLegacy(json, range)) };
  const deps = { client, observer: { answered: () => undefined }, signal: new AbortController().signal };
  const stats = await collectLegacy(config.name ?? "", TODAY, config, deps);
  const data = await renderLegacyData(stats, { ...config, labelers });
  return nextLegacyState(initialLegacyState(config.poll), { data, stats }, momentAt(POLLED_MS));
}

/** The state after one more poll, a quarter of an hour later, that failed. */
export function afterFailure(state: WorkspaceState, reason: FailureReason): WorkspaceState {
  const error = new ApiError("failed", { reason });
  const coming = { ...TIMES, nextPollMs: POLLED_MS + 30 * MINUTE_MS };
  return nextState(state, { error }, momentAt(POLLED_MS + 15 * MINUTE_MS), coming);
}

/** What is published of the states a minute after the first poll. */
export async function publishedText(states: readonly WorkspaceState[]): Promise<string> {
  const body = await composeBody(states, momentAt(POLLED_MS + MINUTE_MS));
  return Buffer.concat(body.identity).toString();
}
