import type { Clock, Moment } from "../clock.ts";
import { type Body, composeBody, daysOf } from "./snapshot.ts";
import type { WorkspaceState } from "./workspace-state.ts";

/** Holds what is published. A scrape takes the current body; a poll replaces it by one assignment. */
export interface SnapshotStore {
  /**
   * Replaces what is known of one workspace, as far as it is given; the rest stays. Resolves once scrapes see it; where
   * it cannot be published, rejects and leaves what was known before.
   */
  readonly publish: (key: number, change: Partial<WorkspaceState>) => Promise<void>;
  /** What to copy into a response; never holds data older than its workspace's `stale_after`, or of a day that is over. */
  readonly current: () => Promise<Body>;
  /** What the current body was made from, for people to read. */
  readonly states: () => readonly WorkspaceState[];
  /** Whether every workspace was polled once, well or badly, and scrapes see it. */
  readonly isEveryWorkspacePolled: () => boolean;
}

/** Whether a body holds data that is too old by now, or of a day that may be over. */
function isOutdated({ freshForMs, composedAt, days }: Body, states: readonly WorkspaceState[], now: Moment): boolean {
  const isStale = freshForMs !== undefined && now.ageOf(composedAt) >= freshForMs;
  return isStale || days !== daysOf(states, now.epochMs);
}

/** Returns what takes the change back, unless another one has come since. */
function changeOne(states: WorkspaceState[], key: number, change: Partial<WorkspaceState>): () => void {
  const known = states[key];
  if (!known) return () => undefined;
  const changed = { ...known, ...change };
  states[key] = changed;
  return () => {
    if (states[key] === changed) states[key] = known;
  };
}

/** A store with the states from before the first poll. */
export async function createSnapshotStore(initial: readonly WorkspaceState[], clock: Clock): Promise<SnapshotStore> {
  const states = [...initial];
  let published: readonly WorkspaceState[] = [...initial];
  let body = await composeBody(published, clock.moment());
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  // Composed one after the other: a slower, older composition must not overwrite a newer one. Whoever comes while one
  // is waiting for its turn shares it, so that many workspaces polled together are not composed once for each.
  const recompose = () => {
    if (waiting) return waiting;
    const composed = last.then(async () => {
      waiting = undefined;
      // A copy: another workspace may be polled while this body is made, and then has its own turn.
      const composing = [...states];
      body = await composeBody(composing, clock.moment());
      published = composing;
    });
    waiting = composed;
    last = composed.catch(() => undefined);
    return composed;
  };
  let withdrawal: Promise<void> | undefined;
  return {
    publish: async (key, change) => {
      const undo = changeOne(states, key, change);
      await recompose().catch((error: unknown) => {
        // What cannot be published must not keep the other workspaces from it.
        undo();
        throw error;
      });
    },
    current: async () => {
      // The only work a scrape can cause: once per withdrawal, shared by all scrapes that come meanwhile.
      if (isOutdated(body, published, clock.moment())) {
        withdrawal ??= recompose().finally(() => (withdrawal = undefined));
        await withdrawal;
      }
      return body;
    },
    states: () => published,
    isEveryWorkspacePolled: () => published.every(({ lastPoll }) => lastPoll !== undefined),
  };
}
