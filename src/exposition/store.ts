import type { Clock, Moment } from "../clock.ts";
import { createQueue } from "../steps.ts";
import { type Body, composeBody, daysOf } from "./snapshot.ts";
import type { SourceState, WorkspaceState } from "./workspace-state.ts";

/** One workspace's place in the store. */
export interface Place {
  /**
   * Replaces what is known of the workspace, as far as it is given; the rest stays. Resolves once scrapes see it; where it
   * cannot be published, rejects and leaves what was known before.
   */
  readonly publish: (change: Partial<WorkspaceState>) => Promise<void>;
  /** The same for one of its sources. */
  readonly publishSource: (source: string, state: SourceState) => Promise<void>;
  /** What is known of it, published or about to be. */
  readonly state: () => WorkspaceState;
}

/** Holds what is published. A scrape takes the current body; a poll replaces it by one assignment. */
export interface SnapshotStore {
  /** A place for each of the states it was made with, in their order. */
  readonly places: readonly Place[];
  /** What to copy into a response; never holds data older than its source's `stale_after`, or of a day that is over. */
  readonly current: () => Promise<Body>;
  /** What the current body was made from, for people to read. */
  readonly states: () => readonly WorkspaceState[];
  /** Whether every source of every workspace was polled once, well or badly, and scrapes see it. */
  readonly isEverySourcePolled: () => boolean;
}

/** Whether a body holds data that is too old by now, or of a day that may be over. */
function isOutdated({ freshForMs, composedAt, days }: Body, states: readonly WorkspaceState[], now: Moment): boolean {
  const isStale = freshForMs !== undefined && now.ageOf(composedAt) >= freshForMs;
  return isStale || days !== daysOf(states, now.epochMs);
}

/** A workspace's state, which a change can be taken back of unless another one has come since. */
class Slot {
  state: WorkspaceState;

  constructor(state: WorkspaceState) {
    this.state = state;
  }

  /** Returns what takes the change back. */
  change(change: Partial<WorkspaceState>): () => void {
    const known = this.state;
    const changed = { ...known, ...change };
    this.state = changed;
    return () => {
      if (this.state === changed) this.state = known;
    };
  }
}

/** Composes bodies one after the other: a slower, older composition must not overwrite a newer one. */
class Composer {
  readonly #slots: readonly Slot[];
  readonly #clock: Clock;
  readonly #inTurn = createQueue();
  #waiting: Promise<void> | undefined;
  #withdrawal: Promise<void> | undefined;
  published: readonly WorkspaceState[];
  body: Body;

  constructor(slots: readonly Slot[], body: Body, clock: Clock) {
    this.#slots = slots;
    this.#clock = clock;
    this.body = body;
    this.published = slots.map(({ state }) => state);
  }

  /**
   * Resolves once scrapes see what is known now. Whoever comes while one composition is waiting for its turn shares it, so
   * that many workspaces polled together are not composed once for each.
   */
  recompose(): Promise<void> {
    if (this.#waiting) return this.#waiting;
    const composed = this.#inTurn(async () => {
      this.#waiting = undefined;
      // A copy: another workspace may be polled while this body is made, and then has its own turn.
      const composing = this.#slots.map(({ state }) => state);
      this.body = await composeBody(composing, this.#clock.moment());
      this.published = composing;
    });
    this.#waiting = composed;
    return composed;
  }

  /** The only work a scrape can cause: once per withdrawal, shared by all scrapes that come meanwhile. */
  async current(): Promise<Body> {
    if (isOutdated(this.body, this.published, this.#clock.moment())) {
      this.#withdrawal ??= this.recompose().finally(() => (this.#withdrawal = undefined));
      await this.#withdrawal;
    }
    return this.body;
  }
}

function placeOf(slot: Slot, composer: Composer): Place {
  const publish: Place["publish"] = async (change) => {
    const undo = slot.change(change);
    await composer.recompose().catch((error: unknown) => {
      // What cannot be published must not keep the other workspaces from it.
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

/** A store with the states from before the first poll. */
export async function createSnapshotStore(initial: readonly WorkspaceState[], clock: Clock): Promise<SnapshotStore> {
  const slots = initial.map((state) => new Slot(state));
  const composer = new Composer(slots, await composeBody(initial, clock.moment()), clock);
  const isPolled = ({ sources }: WorkspaceState) =>
    [...sources.values()].every(({ lastPoll }) => lastPoll !== undefined);
  return {
    places: slots.map((slot) => placeOf(slot, composer)),
    current: () => composer.current(),
    states: () => composer.published,
    isEverySourcePolled: () => composer.published.every(isPolled),
  };
}
