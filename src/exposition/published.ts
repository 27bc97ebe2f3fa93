import { calendarDay, isWindowOver } from "../calendar/windows.ts";
import type { Moment } from "../clock.ts";
import { type Fitted, fittedOf } from "./limit.ts";
import type { WindowLines } from "./source-data.ts";
import type { WorkspaceState } from "./workspace-state.ts";

type Lines = ReadonlyMap<string, readonly WindowLines[]>;

/** What of a source is published at a moment. */
export interface PublishedSource {
  readonly series: number;
  readonly droppedSeries: number;
}

/** What of a workspace is published at a moment. */
export interface Published {
  readonly state: WorkspaceState;
  /** Sample lines by metric name. */
  readonly lines: Lines;
  readonly sources: ReadonlyMap<string, PublishedSource>;
}

/**
 * The windows of a workspace that are over by now, by name. After midnight yesterday's number is not today's, and must
 * not be published as if it were until the next poll.
 */
function windowsOver({ windows, timezone }: WorkspaceState, day: string, nowMs: number): ReadonlySet<string> {
  const today = calendarDay(nowMs, timezone);
  return new Set(windows.filter((window) => isWindowOver(window, day, today)).map(({ name }) => name));
}

/** The lines of one source, by metric name, without windows that are over. */
async function linesOf({ parts, day }: Fitted, state: WorkspaceState, nowMs: number): Promise<Lines> {
  const over = windowsOver(state, day, nowMs);
  const lines = new Map<string, readonly WindowLines[]>();
  for (const part of parts)
    lines.set(
      part.definition.name,
      (await part.lines()).filter(({ window }) => !over.has(window)),
    );
  return lines;
}

const seriesOf = (all: readonly { readonly series: number }[]) => all.reduce((sum, { series }) => sum + series, 0);

/** Finds what of a workspace may be published at the given moment: nothing stale, nothing over. */
export async function publishedOf(state: WorkspaceState, now: Moment): Promise<Published> {
  const fitted = fittedOf(state, now);
  const lines = new Map<string, readonly WindowLines[]>();
  const sources = new Map<string, PublishedSource>();
  for (const [name, { data }] of state.sources) {
    const one = fitted.get(name);
    const own = one ? await linesOf(one, state, now.epochMs) : new Map<string, readonly WindowLines[]>();
    for (const [metric, added] of own) lines.set(metric, [...(lines.get(metric) ?? []), ...added]);
    sources.set(name, {
      series: seriesOf([...own.values()].flat()),
      droppedSeries: one?.droppedSeries ?? seriesOf(data?.dropped ?? []),
    });
  }
  return { state, lines, sources };
}
