import type { Clock, Moment } from "../clock.ts";
import { createQueue } from "../steps.ts";
import type { Chunk } from "./chunk.ts";
import { type Snapshot, composeSnapshot, composeWorkspace, daysOf } from "./snapshot.ts";
import type { SourceState, WorkspaceState } from "./workspace-state.ts";

const MINUTE_MS = 60_000;

/** One workspace's place in the store. */
export interface Place {
  /**
   * Changes the workspace's state; what is not given stays. Resolves once scrapes see the change. Rejects, and restores the
   * state before, when it cannot be published.
   */
  readonly publish: (change: Partial<WorkspaceState>) => Promise<void>;
  /** Replaces the state of one of its sources, in the same way. */
  readonly publishSource: (source: string, state: SourceState) => Promise<void>;
  /** Its state, published or about to be. */
  readonly state: () => WorkspaceState;
}

/** Holds the current snapshot. A scrape copies it; a poll replaces it by one assignment. */
export interface SnapshotStore {
  /** One place per workspace, in the order of their configuration. */
  readonly places: readonly Place[];
  /**
   * Replaces all workspaces at once: a place stays as it is, a state gets a place of its own. Resolves once scrapes see the change.
   * Rejects, and changes nothing, when it cannot be published. What is published in a place that has gone is not seen.
   */
  readonly arrange: (workspaces: readonly (Place | WorkspaceState)[]) => Promise<readonly Place[]>;
  /** The snapshot to copy. It never holds data older than its source's `stale_after`, nor windows that are over. */
  readonly current: () => Promise<Snapshot>;
  /** The part of it that is of one workspace; undefined when there is none of that name. */
  readonly ofWorkspace: (workspace: string) => Promise<Chunk | undefined>;
  /** The states that the current snapshot shows. */
  readonly states: () => readonly WorkspaceState[];
  /**
   * Whether every source of every workspace was polled once, successfully or not, and scrapes see it. Once true it stays so:
   * a workspace that is added later does not take away what there is to scrape.
   */
  readonly isEverySourcePolled: () => boolean;
}

/** Whether a snapshot holds data that is too old by now. */
function isStale({ freshForMs, composedAt }: Snapshot, now: Moment): boolean {
  return freshForMs !== undefined && now.ageOf(composedAt) >= freshForMs;
}

/**
 * Makes what finds out whether the days of a snapshot are over, or its working time. Both change at the turn of a minute:
 * to find out more often would cost each scrape more than all else that is done for it.
 */
function createDaysCheck(): (snapshot: Snapshot, states: readonly WorkspaceState[], now: Moment) => boolean {
  let current: Snapshot | undefined;
  let minute = NaN;
  return (snapshot, states, { epochMs }) => {
    const thisMinute = Math.floor(epochMs / MINUTE_MS);
    if (snapshot === current && thisMinute === minute) return false;
    const areOver = snapshot.days !== daysOf(states, epochMs);
    if (!areOver) [current, minute] = [snapshot, thisMinute];
    return areOver;
  };
}

/** Composes snapshots one after the other: a slow, older composition must not overwrite a newer one. */
class Composer {
  #places: readonly Place[] = [];
  readonly #clock: Clock;
  readonly #inTurn = createQueue();
  readonly #areDaysOver = createDaysCheck();
  #waiting: Promise<void> | undefined;
  #withdrawal: Promise<void> | undefined;
  #published: readonly WorkspaceState[];
  #wasPolled = false;
  snapshot: Snapshot;

  constructor(states: readonly WorkspaceState[], snapshot: Snapshot, clock: Clock) {
    this.#clock = clock;
    this.#places = states.map((state) => new Slot(state, this));
    this.snapshot = snapshot;
    this.#published = states;
    this.#wasPolled = states.every(isPolled);
  }

  get places(): readonly Place[] {
    return this.#places;
  }

  get published(): readonly WorkspaceState[] {
    return this.#published;
  }

  get wasPolled(): boolean {
    return this.#wasPolled;
  }

  /** Shows the workspaces of these places from now on, or those before if that is not possible. */
  async arrange(places: readonly Place[]): Promise<void> {
    const before = this.#places;
    this.#places = places;
    await this.recompose().catch((error: unknown) => {
      this.#places = before;
      throw error;
    });
  }

  /**
   * Resolves once scrapes see the current states. Calls that come while a composition waits for its turn share it, so that
   * many polls that end together cost one composition.
   */
  recompose(): Promise<void> {
    if (this.#waiting) return this.#waiting;
    const composed = this.#inTurn(async () => {
      this.#waiting = undefined;
      // A copy: a state that changes during the composition has a composition of its own.
      const composing = this.#places.map((place) => place.state());
      this.snapshot = await composeSnapshot(composing, this.#clock.moment());
      this.#published = composing;
      this.#wasPolled ||= composing.every(isPolled);
    });
    this.#waiting = composed;
    return composed;
  }

  /** Composes a new snapshot when this one is outdated; scrapes that come meanwhile share that work, the only one they cause. */
  async current(): Promise<Snapshot> {
    const now = this.#clock.moment();
    if (isStale(this.snapshot, now) || this.#areDaysOver(this.snapshot, this.published, now)) {
      this.#withdrawal ??= this.recompose().finally(() => (this.#withdrawal = undefined));
      await this.#withdrawal;
    }
    return this.snapshot;
  }

  async ofWorkspace(name: string): Promise<Chunk | undefined> {
    const { composedAt: now } = await this.current();
    const state = this.published.find(({ workspace }) => workspace === name);
    return state && composeWorkspace(state, { states: this.published, now });
  }
}

/** A workspace's state. A change is undone if it cannot be published, unless another one followed. */
class Slot implements Place {
  readonly #composer: Composer;
  #state: WorkspaceState;

  constructor(state: WorkspaceState, composer: Composer) {
    this.#state = state;
    this.#composer = composer;
  }

  readonly state = (): WorkspaceState => this.#state;

  readonly publish = async (change: Partial<WorkspaceState>): Promise<void> => {
    const known = this.#state;
    const changed = { ...known, ...change };
    this.#state = changed;
    await this.#composer.recompose().catch((error: unknown) => {
      // A state that cannot be published must not block those of other workspaces.
      if (this.#state === changed) this.#state = known;
      throw error;
    });
  };

  readonly publishSource = (source: string, state: SourceState): Promise<void> =>
    this.publish({ sources: new Map(this.#state.sources).set(source, state) });
}

function isPolled({ sources }: WorkspaceState): boolean {
  return [...sources.values()].every(({ lastPoll }) => lastPoll !== undefined);
}

/** Creates a store that shows the states from before the first poll. */
export async function createSnapshotStore(initial: readonly WorkspaceState[], clock: Clock): Promise<SnapshotStore> {
  const composer = new Composer(initial, await composeSnapshot(initial, clock.moment()), clock);
  return {
    get places() {
      return composer.places;
    },
    arrange: async (workspaces) => {
      const places = workspaces.map((one) => ("sources" in one ? new Slot(one, composer) : one));
      await composer.arrange(places);
      return places;
    },
    current: () => composer.current(),
    ofWorkspace: (workspace) => composer.ofWorkspace(workspace),
    states: () => composer.published,
    isEverySourcePolled: () => composer.wasPolled,
  };
}
