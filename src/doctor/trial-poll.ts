import type { AnswerObserver } from "../answers/anomalies.ts";
import { type PollSubject, poll } from "../poller/poller.ts";
import { attempt, pollTiming } from "../poller/loop.ts";
import type { Clock } from "../clock.ts";
import type { SourceData } from "../exposition/source-data.ts";
import { createTimetable } from "../poller/timetable.ts";
import type { Ask } from "../roboflow/client.ts";
import type { Exchange, Reply, TrialPoll } from "../sources/checks.ts";
import type { PollPlan, Source } from "../sources/source.ts";

/** What a poll of one source came to, and what it took. */
export interface MeasuredPoll extends TrialPoll {
  readonly result: Reply<SourceData>;
  readonly seconds: number;
  readonly deadlineSeconds: number;
}

export interface TrialDeps {
  readonly ask: Ask;
  readonly observer: AnswerObserver;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A client that keeps what is sent and what comes back. */
function recording(ask: Ask, exchanges: Exchange[]): Ask {
  return async (request, signal) => {
    const answer = await ask(request, signal);
    exchanges.push({ request, answer });
    return answer;
  };
}

/** The source as doctor polls it. */
function asTrial(source: Source): Source {
  return source.trial ? { ...source, collect: source.trial } : source;
}

/** Polls a source once, as the exporter would. */
export async function pollAsTrial(
  { source, ...subject }: PollSubject,
  plan: PollPlan,
  { ask, observer, clock, signal }: TrialDeps,
): Promise<MeasuredPoll> {
  const { timezone } = subject.settings.workspace.poll;
  const { deadlineMs } = pollTiming(plan, createTimetable(plan.schedule, timezone, clock).spacingAt(clock.now()));
  const exchanges: Exchange[] = [];
  const deps = { ask: recording(ask, exchanges), observer, clock };
  const start = clock.moment();
  const work = (untilLate: AbortSignal) => poll({ ...subject, source: asTrial(source) }, deps, untilLate);
  const polled = await attempt(work, signal, deadlineMs, clock);
  return {
    exchanges,
    result: "error" in polled ? polled : { value: polled.data },
    seconds: clock.moment().msSince(start) / 1000,
    deadlineSeconds: deadlineMs / 1000,
  };
}
