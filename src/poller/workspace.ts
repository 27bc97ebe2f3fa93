import type { Clock, Moment } from "../clock.ts";
import type { ApiError } from "../errors.ts";
import { fittedOf } from "../exposition/published.ts";
import type { Place } from "../exposition/store.ts";
import type { SourceState } from "../exposition/workspace-state.ts";
import type { Logger } from "../logger/logger.ts";
import type { Redactor } from "../redact.ts";
import type { Ask } from "../roboflow/client.ts";
import type { Lane, LaneFor } from "../roboflow/lane.ts";
import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import type { WorkspaceRecorder } from "../self/workspace-series.ts";
import type { Collected, Source } from "../sources/source.ts";
import type { Poller } from "./loop.ts";
import { logFailure } from "./log.ts";
import type { PollJournal } from "./journal.ts";
import { createNameResolver } from "./name.ts";
import { PollNotes } from "./poll-notes.ts";
import { createPoller } from "./poller.ts";
import type { MakeTimetable, Planned, PreparedWorkspace } from "./prepare.ts";
import { firstDelayMs } from "./spread.ts";
import { initialSourceState, workspaceState } from "./state.ts";
import type { Timetable } from "./timetable.ts";

export interface WorkspacePollerDeps {
  readonly place: Place;
  readonly makeTimetable: MakeTimetable;
  readonly recorderFor: (workspace: string, sources: readonly Source[]) => WorkspaceRecorder;
  readonly journal: PollJournal;
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

/** An attempt to learn the workspace's name that failed. */
interface FailedName {
  readonly error: ApiError;
  readonly ended: Moment;
  readonly durationMs: number;
  readonly notes: PollNotes;
}

/** Everything that polls one workspace. */
export interface WorkspacePoller extends Poller {
  /** After the stop: the workspace as it is now, for pollers that take its place. */
  readonly handOver: () => PreparedWorkspace;
  /** After the stop: removes the workspace's series of the exporter's own metrics. */
  readonly forget: () => Promise<void>;
}

/** Without the data that the polls begin with: the store has it, and it would stay in memory when a poll has replaced it. */
function withoutData({ planned, state, ...prepared }: PreparedWorkspace): PreparedWorkspace {
  const bare = planned.map((one) => ({ ...one, known: { state: one.initial, collected: undefined } }));
  return { ...prepared, planned: bare, state: { ...state, sources: new Map() } };
}

class PollerOfWorkspace implements WorkspacePoller {
  #prepared: PreparedWorkspace;
  readonly #deps: WorkspacePollerDeps;
  /** What each source's data is of. */
  readonly #collected: Map<string, Collected | undefined>;
  #recorder: WorkspaceRecorder;
  #pollers: readonly Poller[] = [];
  #isStopped = false;

  constructor(prepared: PreparedWorkspace, deps: WorkspacePollerDeps) {
    this.#prepared = prepared;
    this.#deps = deps;
    this.#collected = new Map(prepared.planned.map(({ source, known }) => [source.name, known.collected]));
    this.#recorder = deps.recorderFor(prepared.state.workspace, this.#sources());
    this.#pollers = prepared.isNamed ? this.#sourcePollers() : this.#resolver();
  }

  start(): void {
    for (const poller of this.#pollers) poller.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    // What ends because of the stop is nothing to count.
    this.#recorder.retire();
    await Promise.all(this.#pollers.map((poller) => poller.stop()));
    await Promise.all(this.#prepared.planned.map(({ stored }) => stored.settled()));
  }

  handOver(): PreparedWorkspace {
    const state = this.#deps.place.state();
    const planned = this.#prepared.planned.map((one) => {
      const { name } = one.source;
      const known = { state: state.sources.get(name) ?? one.initial, collected: this.#collected.get(name) };
      return { ...one, known };
    });
    return { ...this.#prepared, planned, state };
  }

  forget(): Promise<void> {
    this.#deps.journal.forget(this.#deps.place.state().workspace);
    return this.#recorder.forget();
  }

  #sources(): readonly Source[] {
    return this.#prepared.planned.map(({ source }) => source);
  }

  /** The name is asked for on the schedule of the first source. */
  #resolver(): readonly Poller[] {
    const { planned, settings, namePause: pause } = this.#prepared;
    const { makeTimetable, askFor, laneFor, redact, clock } = this.#deps;
    const lane = laneFor(settings.workspace);
    const client = askFor(this.#recorder, lane);
    return planned.slice(0, 1).map(({ plan, source }) => {
      const timetable = makeTimetable(plan, settings, source.name);
      let notes = new PollNotes(settings, clock);
      return createNameResolver({
        ...{ ...this.#deps, plan, timetable, pause, lane },
        fetchName: (signal) => fetchWorkspaceName(notes.watch(client), redact, signal),
        onResolved: (name) => this.#begin(name),
        onFailed: (error, ended, durationMs) => {
          const failed = { error, ended, durationMs, notes };
          // An attempt during a pause makes no request.
          notes = new PollNotes(settings, clock);
          return this.#nameFailed(failed, timetable);
        },
      });
    });
  }

  /** Without a name no source can be polled: all of them have failed. */
  async #nameFailed({ error, ended, durationMs: exactMs, notes }: FailedName, timetable: Timetable): Promise<void> {
    const { place, logger, journal, redact } = this.#deps;
    const durationMs = Math.round(exactMs);
    const failed = { lastPoll: ended, failure: error.reason, nextPollMs: timetable.nextRunMs() };
    const { workspace, sources } = place.state();
    await place.publish({ sources: new Map([...sources].map(([name, state]) => [name, { ...state, ...failed }])) });
    const end = { result: { error }, durationMs, fitted: undefined, isGone: false };
    const entry = notes.entry(ended.epochMs - durationMs, end, redact);
    for (const { name } of this.#sources()) {
      this.#recorder.forSource(name).pollEnded(exactMs / 1000, error.reason);
      journal.add(workspace, name, entry);
    }
    logFailure(logger, { workspace, durationMs }, error);
  }

  /** Begins to poll under the name that the API has given. Data that was shown under another name is withdrawn. */
  async #begin(name: string): Promise<void> {
    const { place, recorderFor, journal } = this.#deps;
    const { state, planned, settings } = this.#prepared;
    if (name !== state.workspace) {
      await this.#recorder.forget();
      journal.rename(state.workspace, name);
      const own = planned.map(({ source, known, initial }): [string, SourceState] => {
        return [source.name, known.state.data?.workspace === name ? known.state : initial];
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
    this.#prepared = { ...withoutData(this.#prepared), isNamed: true };
    return this.#prepared.planned.map((planned) => this.#sourcePoller(planned));
  }

  #sourcePoller({ source, plan, stored, pause }: Planned): Poller {
    const { place, makeTimetable, clock, onGoodPoll, journal, askFor, laneFor } = this.#deps;
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
        ...{ ...this.#deps, plan, state, pause, ask, lane, recorder, timetable },
        firstDelayMs: firstDelayMs(settings.workspace, source.name),
        keep: (entry) => {
          journal.add(workspace, source.name, entry);
        },
        publish: (changed) => place.publishSource(source.name, changed),
        fitted: () => fittedOf(place.state(), clock.moment()).get(source.name),
        onGoodPoll: (value, saved) => {
          this.#collected.set(source.name, value);
          stored.save({ value, saved }, recorder.storageFailed);
          onGoodPoll();
        },
        onGone: () => {
          this.#collected.delete(source.name);
          stored.discard(recorder.storageFailed);
        },
      },
    );
  }
}

/** Creates the poller of one workspace: first it asks for its name, if the configuration has none, then it polls every source. */
export function createWorkspacePoller(prepared: PreparedWorkspace, deps: WorkspacePollerDeps): WorkspacePoller {
  return new PollerOfWorkspace(prepared, deps);
}
