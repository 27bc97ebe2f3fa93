import type { Clock, Moment } from "../clock.ts";
import { createQueue } from "../steps.ts";
import { type Snapshot, composeSnapshot, daysOf } from "./snapshot.ts";
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
  /** One place per workspace, in the order of the initial states. */
  readonly places: readonly Place[];
  /** The snapshot to copy. It never holds data older than its source's `stale_after`, nor windows that are over. */
  readonly current: () => Promise<Snapshot>;
  /** The states that the current snapshot shows. */
  readonly states: () => readonly WorkspaceState[];
  /** Whether every source of every workspace was polled once, successfully or not, and scrapes see it. */
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

/** A workspace's state. A change can be undone unless another one followed. */
class Slot {
  state: WorkspaceState;

  constructor(state: WorkspaceState) {
    this.state = state;
  }

  /** @returns undoes the change */
  change(change: Partial<WorkspaceState>): () => void {
    const known = this.state;
    const changed = { ...known, ...change };
    this.state = changed;
    return () => {
      if (this.state === changed) this.state = known;
    };
  }
}

/** Composes snapshots one after the other: a slow, older composition must not overwrite a newer one. */
class Composer {
  readonly #slots: readonly Slot[];
  readonly #clock: Clock;
  readonly #inTurn = createQueue();
  readonly #areDaysOver = createDaysCheck();
  #waiting: Promise<void> | undefined;
  #withdrawal: Promise<void> | undefined;
  published: readonly WorkspaceState[];
  snapshot: Snapshot;

  constructor(slots: readonly Slot[], snapshot: Snapshot, clock: Clock) {
    this.#slots = slots;
    this.#clock = clock;
    this.snapshot = snapshot;
    this.published = slots.map(({ state }) => state);
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
      const composing = this.#slots.map(({ state }) => state);
      this.snapshot = await composeSnapshot(composing, this.#clock.moment());
      this.published = composing;
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
}

function placeOf(slot: Slot, composer: Composer): Place {
  const publish: Place["publish"] = async (change) => {
    const undo = slot.change(change);
    await composer.recompose().catch((error: unknown) => {
      // A state that cannot be published must not block those of other workspaces.
      undo();
      throw error;
    });
  };
  return {
    publish,
    publishSource: (source, state) => publish({ sources: new Map(slot.state.sources).set(source, state) }),
    state: () => slot.state,
  };
}

/** Creates a store that shows the states from before the first poll. */
export async function createSnapshotStore(initial: readonly WorkspaceState[], clock: Clock): Promise<SnapshotStore> {
  const slots = initial.map((state) => new Slot(state));
  const composer = new Composer(slots, await composeSnapshot(initial, clock.moment()), clock);
  const isPolled = ({ sources }: WorkspaceState) =>
    [...sources.values()].every(({ lastPoll }) => lastPoll !== undefined);
  return {
    places: slots.map((slot) => placeOf(slot, composer)),
    current: () => composer.current(),
    states: () => composer.published,
    isEverySourcePolled: () => composer.published.every(isPolled),
  };
}
