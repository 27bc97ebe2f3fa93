import type { Clock, Moment } from "../clock.ts";
import type { ApiError } from "../errors.ts";
import { fittedOf } from "../exposition/published.ts";
import { renderSourceData } from "../exposition/source-data.ts";
import type { Place } from "../exposition/store.ts";
import type { SourceState, WorkspaceState } from "../exposition/workspace-state.ts";
import type { Logger } from "../logger/logger.ts";
import type { Redactor } from "../redact.ts";
import type { Ask } from "../roboflow/client.ts";
import type { Lane, LaneFor } from "../roboflow/lane.ts";
import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import type { WorkspaceRecorder } from "../self/recorder.ts";
import type { Collected, PollPlan, Settings, Source } from "../sources/source.ts";
import { SOURCES } from "../sources/sources.ts";
import type { RestartCache } from "../storage/restart-cache.ts";
import type { StoredFile } from "../storage/stored-file.ts";
import { type Poller, pollTiming } from "./loop.ts";
import { logFailure } from "./log.ts";
import { createNameResolver } from "./name.ts";
import { createPoller } from "./poller.ts";
import { firstDelayMs } from "./spread.ts";
import { UNRESOLVED, initialSourceState, workspaceState } from "./state.ts";
import type { Timetable } from "./timetable.ts";

/** A source that a workspace's configuration asks for, before its first poll. */
export interface Planned {
  readonly source: Source;
  readonly plan: PollPlan;
  readonly stored: StoredFile<Collected>;
  readonly initial: SourceState;
  /** The state that a former process stored; the initial state if there is none. */
  readonly restored: SourceState;
}

/** A workspace before its first poll. */
export interface PreparedWorkspace {
  readonly settings: Settings;
  readonly planned: readonly Planned[];
  /** The state that is published until then. */
  readonly state: WorkspaceState;
}

/** Makes the timetable of a source's plan. Throws ConfigError when it never fires. */
export type MakeTimetable = (plan: PollPlan, settings: Settings, source: string) => Timetable;

export interface PrepareDeps {
  readonly cache: RestartCache;
  readonly makeTimetable: MakeTimetable;
  readonly clock: Clock;
}

/** The source still counts as not polled: how the former process went on after its last good poll is unknown. */
async function restoredState(
  { plan, stored, initial }: Omit<Planned, "restored">,
  settings: Settings,
  timetable: Timetable,
): Promise<SourceState> {
  const staleAfterMs = (savedMs: number) => pollTiming(plan, timetable.spacingAt(savedMs)).staleAfterMs;
  const found = await stored.load(staleAfterMs);
  if (!found) return initial;
  const data = await renderSourceData(found.value, settings);
  return { ...initial, staleAfterMs: staleAfterMs(found.saved.epochMs), lastSuccess: found.saved, data };
}

async function planSource(source: Source, settings: Settings, deps: PrepareDeps): Promise<Planned[]> {
  const plan = source.plan(settings.workspace);
  if (!plan) return [];
  const timetable = deps.makeTimetable(plan, settings, source.name);
  const initial = initialSourceState(plan, timetable, deps.clock.now());
  const planned = { source, plan, initial, stored: deps.cache(source, settings.workspace) };
  return [{ ...planned, restored: await restoredState(planned, settings, timetable) }];
}

/** The name that is shown until the API has given it: the one of the stored data, if there is any. */
function shownName(planned: readonly Planned[]): string {
  return planned.flatMap(({ restored }) => restored.data?.workspace ?? [])[0] ?? UNRESOLVED;
}

/**
 * Prepares a workspace for its first poll, with the data that a former process stored.
 * @throws ConfigError when a schedule cannot be used
 */
export async function prepareWorkspace(settings: Settings, deps: PrepareDeps): Promise<PreparedWorkspace> {
  const planned: Planned[] = [];
  // One after the other: each may hold megabytes while it is read.
  for (const source of SOURCES) planned.push(...(await planSource(source, settings, deps)));
  const sources = new Map(planned.map(({ source, restored }) => [source.name, restored]));
  const name = settings.workspace.name ?? shownName(planned);
  return { settings, planned, state: workspaceState(settings, name, sources) };
}

export interface WorkspacePollerDeps {
  readonly place: Place;
  readonly makeTimetable: MakeTimetable;
  readonly recorderFor: (workspace: string, sources: readonly Source[]) => WorkspaceRecorder;
  /** Creates the lane of a source, in which its requests wait for their turns. */
  readonly laneFor: LaneFor;
  /** Creates a client that reports its requests to a recorder. */
  readonly askFor: (recorder: WorkspaceRecorder, lane: Lane) => Ask;
  /** Called after each good poll. */
  readonly onGoodPoll: () => void;
  readonly redact: Redactor;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** Everything that polls one workspace. */
class WorkspacePoller implements Poller {
  readonly #prepared: PreparedWorkspace;
  readonly #deps: WorkspacePollerDeps;
  #recorder: WorkspaceRecorder;
  #pollers: readonly Poller[] = [];
  #isStopped = false;

  constructor(prepared: PreparedWorkspace, deps: WorkspacePollerDeps) {
    this.#prepared = prepared;
    this.#deps = deps;
    this.#recorder = deps.recorderFor(prepared.state.workspace, this.#sources());
    this.#pollers = prepared.settings.workspace.name === undefined ? this.#resolver() : this.#sourcePollers();
  }

  start(): void {
    for (const poller of this.#pollers) poller.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#pollers.map((poller) => poller.stop()));
    await Promise.all(this.#prepared.planned.map(({ stored }) => stored.settled()));
  }

  #sources(): readonly Source[] {
    return this.#prepared.planned.map(({ source }) => source);
  }

  /** The name is asked for on the schedule of the first source. */
  #resolver(): readonly Poller[] {
    const { planned, settings } = this.#prepared;
    const { makeTimetable, askFor, laneFor, redact } = this.#deps;
    const lane = laneFor(settings.workspace);
    const ask = askFor(this.#recorder, lane);
    return planned.slice(0, 1).map(({ plan, source }) => {
      const timetable = makeTimetable(plan, settings, source.name);
      return createNameResolver({
        ...{ ...this.#deps, plan, timetable, lane },
        fetchName: (signal) => fetchWorkspaceName(ask, redact, signal),
        onResolved: (name) => this.#begin(name),
        onFailed: (error, ended, durationMs) => this.#nameFailed({ error, ended, durationMs }, timetable),
      });
    });
  }

  /** Without a name no source can be polled: all of them have failed. */
  async #nameFailed(
    { error, ended, durationMs }: { readonly error: ApiError; readonly ended: Moment; readonly durationMs: number },
    timetable: Timetable,
  ): Promise<void> {
    const { place, logger } = this.#deps;
    const failed = { lastPoll: ended, failure: error.reason, nextPollMs: timetable.nextRunMs() };
    const { workspace, sources } = place.state();
    await place.publish({ sources: new Map([...sources].map(([name, state]) => [name, { ...state, ...failed }])) });
    for (const { name } of this.#sources()) this.#recorder.forSource(name).pollEnded(durationMs / 1000, error.reason);
    logFailure(logger, { workspace, durationMs: Math.round(durationMs) }, error);
  }

  /** Begins to poll under the name that the API has given. Data that was shown under another name is withdrawn. */
  async #begin(name: string): Promise<void> {
    const { place, recorderFor } = this.#deps;
    const { state, planned, settings } = this.#prepared;
    if (name !== state.workspace) {
      await this.#recorder.forget();
      const own = planned.map(({ source, restored, initial }): [string, SourceState] => {
        return [source.name, restored.data?.workspace === name ? restored : initial];
      });
      await place.publish(workspaceState(settings, name, new Map(own)));
      this.#recorder = recorderFor(name, this.#sources());
    }
    // The stop may have come meanwhile. Nothing begins after it.
    if (this.#isStopped) return;
    this.#pollers = this.#sourcePollers();
    this.start();
  }

  #sourcePollers(): readonly Poller[] {
    return this.#prepared.planned.map((planned) => this.#sourcePoller(planned));
  }

  #sourcePoller({ source, plan, stored }: Planned): Poller {
    const { place, makeTimetable, clock, onGoodPoll, askFor, laneFor } = this.#deps;
    const { settings } = this.#prepared;
    const lane = laneFor(settings.workspace);
    const ask = askFor(this.#recorder, lane);
    const { workspace, sources } = place.state();
    const recorder = this.#recorder.forSource(source.name);
    const timetable = makeTimetable(plan, settings, source.name);
    const state = sources.get(source.name) ?? initialSourceState(plan, timetable, clock.now());
    return createPoller(
      { source, name: workspace, settings },
      {
        ...{ ...this.#deps, plan, state, ask, lane, recorder, timetable },
        firstDelayMs: firstDelayMs(settings.workspace, source.name),
        publish: (changed) => place.publishSource(source.name, changed),
        fitted: () => fittedOf(place.state(), clock.moment()).get(source.name),
        onGoodPoll: (value, saved) => {
          stored.save({ value, saved }, recorder.storageFailed);
          onGoodPoll();
        },
        onGone: () => {
          stored.discard(recorder.storageFailed);
        },
      },
    );
  }
}

/** Creates the poller of one workspace: first it asks for its name, if the configuration has none, then it polls every source. */
export function createWorkspacePoller(prepared: PreparedWorkspace, deps: WorkspacePollerDeps): Poller {
  return new WorkspacePoller(prepared, deps);
}
