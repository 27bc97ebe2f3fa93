import type { AnswerObserver } from "../answers/answer.ts";
import { calendarDay } from "../calendar/windows.ts";
import type { Clock } from "../clock.ts";
import { type SourceData, renderSourceData } from "../exposition/source-data.ts";
import type { Ask } from "../roboflow/client.ts";
import type { Collected, Settings, Source } from "../sources/source.ts";

/** Which source of which workspace is polled, by the workspace's name. */
export interface PollSubject {
  readonly source: Source;
  readonly name: string;
  readonly settings: Settings;
}

export interface PollDeps {
  readonly ask: Ask;
  readonly observer: AnswerObserver;
  readonly clock: Clock;
}

/** What a good poll brought: lines, and what they were made of. */
export interface Polled {
  readonly data: SourceData;
  readonly collected: Collected;
}

/**
 * One poll, from the first request to rendered lines. All windows end on one day, even across midnight.
 * @throws ApiError, and whatever a bug throws
 */
export async function poll(
  { source, name, settings }: PollSubject,
  { clock, ...deps }: PollDeps,
  signal: AbortSignal,
): Promise<Polled> {
  const today = calendarDay(clock.now(), settings.workspace.poll.timezone);
  const collected = await source.collect({ name, today }, settings, { ...deps, signal });
  return { data: await renderSourceData(collected, settings), collected };
}
