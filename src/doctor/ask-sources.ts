import type { WorkspaceConfig } from "../config/config.ts";
import type { SourceData } from "../exposition/source-data.ts";
import { attempt, pollTiming } from "../poller/loop.ts";
import { type PollSubject, poll } from "../poller/poller.ts";
import { createTimetable } from "../poller/timetable.ts";
import type { Ask } from "../roboflow/client.ts";
import type { Asked, CheckDeps, Exchange, Reply, SourceChecks, TrialPoll } from "../sources/checks.ts";
import type { PollPlan, Source } from "../sources/source.ts";
import { sharingLabelers } from "../sources/known-labelers.ts";
import { SOURCES } from "../sources/sources.ts";

/** What a poll of one source came to, and what it took. */
export interface MeasuredPoll extends TrialPoll {
  readonly result: Reply<SourceData>;
  readonly seconds: number;
  readonly deadlineSeconds: number;
}

type TrialDeps = Pick<CheckDeps, "ask" | "observer" | "clock" | "signal" | "idleMs">;

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
async function pollAsTrial(
  { source, ...subject }: PollSubject,
  plan: PollPlan,
  { ask, observer, clock, signal, idleMs = () => 0 }: TrialDeps,
): Promise<MeasuredPoll> {
  const { timezone } = subject.settings.workspace.poll;
  const { deadlineMs } = pollTiming(plan, createTimetable(plan.schedule, timezone, clock).spacingAt(clock.now()));
  const exchanges: Exchange[] = [];
  const deps = { ask: recording(ask, exchanges), observer, clock };
  const [start, beforeMs] = [clock.moment(), idleMs()];
  const waitedMs = () => idleMs() - beforeMs;
  const work = (untilLate: AbortSignal) => poll({ ...subject, source: asTrial(source) }, deps, untilLate);
  const polled = await attempt(work, signal, { deadlineMs, idleMs: waitedMs }, clock);
  return {
    exchanges,
    result: "error" in polled ? polled : { value: polled.data },
    seconds: (clock.moment().msSince(start) - waitedMs()) / 1000,
    deadlineSeconds: deadlineMs / 1000,
  };
}

/** A source that has questions, and when it is polled. */
export interface CheckedSource {
  readonly source: Source;
  readonly checks: SourceChecks;
  /** Undefined where the configuration does not ask for it. */
  readonly plan: PollPlan | undefined;
}

/** A source after its questions. */
export interface SeenSource extends CheckedSource {
  readonly asked: Asked;
  readonly poll: MeasuredPoll | undefined;
}

/** The sources that have questions, the most important first. */
export function checkedSources(config: WorkspaceConfig): readonly CheckedSource[] {
  return SOURCES.flatMap((source) => {
    const { checks } = source;
    return checks && checks.isFor?.(config) !== false ? [{ source, checks, plan: source.plan(config) }] : [];
  });
}

/** Asks a source its questions, and polls it if it can be read and the configuration asks for it. */
async function askSource({ source, checks, plan }: CheckedSource, deps: CheckDeps): Promise<SeenSource> {
  const { workspace: name, config, people } = deps;
  const asked = await checks.ask(deps);
  const subject = { source, name, settings: { workspace: config, people } };
  const poll = plan && !asked.failure ? await pollAsTrial(subject, plan, deps) : undefined;
  return { source, checks, plan, asked, poll };
}

/** Asks one source after the other. Where the first cannot be read the others are not asked: it is about the key then. */
export async function askSources(sources: readonly CheckedSource[], deps: CheckDeps): Promise<readonly SeenSource[]> {
  const seen: SeenSource[] = [];
  // Nothing waits for those that are not polled.
  const polled = sources.filter(({ plan }) => plan).map(({ source }) => source);
  const sharing = new Map(sharingLabelers(polled, deps.clock).map((source) => [source.name, source]));
  for (const one of sources) {
    if (seen[0]?.asked.failure) break;
    const asked = await askSource({ ...one, source: sharing.get(one.source.name) ?? one.source }, deps);
    seen.push({ ...asked, source: one.source });
  }
  return seen;
}
