import { calendarDay, isWindowOver } from "../calendar/windows.ts";
import type { Moment } from "../clock.ts";
import { freshData } from "./freshness.ts";
import { type LegacyBeside, legacyBeside } from "./limit.ts";
import { renderSamples } from "../metrics/render-family.ts";
import type { WindowLines } from "./source-data.ts";
import type { WorkspaceState } from "./workspace-state.ts";

type Lines = ReadonlyMap<string, readonly WindowLines[]>;

/** What of a workspace is published at a moment. */
export interface Published {
  readonly state: WorkspaceState;
  /** Sample lines by metric name. */
  readonly lines: Lines;
  readonly series: number;
  readonly droppedSeries: number;
}

/**
 * The windows of a workspace that are over by now, by name. After midnight yesterday's number is not today's, and must
 * not be published as if it were until the next poll.
 */
function windowsOver({ windows, timezone }: WorkspaceState, day: string, nowMs: number): ReadonlySet<string> {
  const today = calendarDay(nowMs, timezone);
  return new Set(windows.filter((window) => isWindowOver(window, day, today)).map(({ name }) => name));
}

function withoutOver(data: { readonly day: string; readonly lines: Lines }, state: WorkspaceState, nowMs: number) {
  const over = windowsOver(state, data.day, nowMs);
  return [...data.lines].map(([name, lines]) => [name, lines.filter(({ window }) => !over.has(window))] as const);
}

async function nameLines({ names }: LegacyBeside): Promise<[string, WindowLines[]][]> {
  const found = names.filter(({ samples }) => samples.length > 0);
  return Promise.all(
    found.map(async ({ definition, samples }): Promise<[string, WindowLines[]]> => {
      const bytes = await renderSamples(definition, samples);
      return [definition.name, [{ window: "", series: samples.length, bytes }]];
    }),
  );
}

/** Finds what of a workspace may be published at the given moment: nothing stale, nothing over. */
export async function publishedOf(state: WorkspaceState, now: Moment): Promise<Published> {
  const data = freshData(state, now);
  const legacy = legacyBeside(state, now);
  const all = [
    ...(data ? withoutOver(data, state, now.epochMs) : []),
    ...(legacy ? [...withoutOver(legacy, state, now.epochMs), ...(await nameLines(legacy))] : []),
  ];
  const lines = new Map<string, readonly WindowLines[]>();
  for (const [name, added] of all) lines.set(name, [...(lines.get(name) ?? []), ...added]);
  return {
    state,
    lines,
    series: [...lines.values()].flat().reduce((sum, { series }) => sum + series, 0),
    droppedSeries: (state.data?.droppedSeries ?? 0) + (legacy?.droppedSeries ?? 0),
  };
}
