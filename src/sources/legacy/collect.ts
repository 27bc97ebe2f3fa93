import { mergeLabelers, mergeProjects } from "../../answers/names.ts";
import { daysRange } from "../../calendar/zones.ts";
import type { WorkspaceConfig } from "../../config/config.ts";
import type { ApiError } from "../../errors.ts";
import { type ApiRequest, type Ask, readAnswer } from "../../roboflow/client.ts";
import type { CollectDeps, Subject } from "../source.ts";
import type { LegacyStats, LegacyWorkspaceStats, TimeRange } from "./fields.ts";
import { parseLegacyInSteps } from "./parse.ts";

/** The endpoint, by its name in metrics. */
export const LEGACY_ENDPOINT = "legacy";

function legacyRequest({ startMs, endMs }: TimeRange): ApiRequest {
  const parameters = { start: startMs, end: endMs, includeTicks: true };
  return { endpoint: LEGACY_ENDPOINT, path: ["workspace-stats"], parameters };
}

/**
 * `GET /workspace-stats` with ticks, for the workspace the key belongs to.
 * @throws ApiError
 */
export async function fetchLegacy(ask: Ask, range: TimeRange, signal: AbortSignal): Promise<LegacyStats> {
  const answer = await ask(legacyRequest(range), signal);
  return readAnswer(answer, (json) => parseLegacyInSteps(json, range), signal);
}

/** Its removal has been announced: that it is not there is a state, not a failure. */
export function isGone({ status }: ApiError): boolean {
  return status === 404 || status === 410;
}

type CollectLegacyConfig = Pick<WorkspaceConfig, "windows"> & {
  readonly poll: Pick<WorkspaceConfig["poll"], "timezone">;
};

/** Everyone with work in the ticks is a labeler, with or without metadata. */
function labelersOf({ ticks, labelers }: LegacyStats) {
  return { present: ticks?.keys() ?? [], labelers };
}

/**
 * Asks the legacy endpoint for everything one poll of a workspace needs, one request at a time. All or nothing.
 * @throws ApiError
 */
export async function collectLegacy(
  { name, today }: Subject,
  { windows, poll }: CollectLegacyConfig,
  { ask, observer, signal }: CollectDeps,
): Promise<LegacyWorkspaceStats> {
  const answers: { readonly window: string; readonly stats: LegacyStats }[] = [];
  for (const window of windows) {
    // Not cut at the first day of the other endpoint: days before it are what this one is for.
    const stats = await fetchLegacy(ask, daysRange(window.startOn(today), today, poll.timezone), signal);
    observer.answered(stats);
    answers.push({ window: window.name, stats });
  }
  const all = answers.map(({ stats }) => stats);
  const updates = all.flatMap(({ lastUpdatedMs }) => lastUpdatedMs ?? []);
  return {
    ...{ workspace: name, day: today },
    lastUpdatedMs: updates.length === 0 ? undefined : Math.min(...updates),
    projects: mergeProjects(all),
    labelers: mergeLabelers(all.map(labelersOf)),
    windows: answers.map(({ window, stats: { rows, ticks } }) => ({ window, rows, ticks })),
  };
}
