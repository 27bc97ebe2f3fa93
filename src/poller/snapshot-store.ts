import type { Clock } from "../clock.ts";
import { type Body, composeBody, daysOf } from "../metrics/body.ts";
import type { WorkspaceState } from "../metrics/workspace-state.ts";

/** Holds what is published. A scrape takes the current body; a poll replaces it by one assignment. */
export interface SnapshotStore {
  /** Replaces what is known of one workspace, as far as it is given; the rest stays. Resolves once scrapes see it. */
  readonly publish: (key: number, change: Partial<WorkspaceState>) => Promise<void>;
  /** What to copy into a response; never holds data older than its workspace's `stale_after`, or of a day that is over. */
  readonly current: () => Promise<Body>;
  /** What the current body was made from, for people to read. */
  readonly states: () => readonly WorkspaceState[];
  /** Whether every workspace was polled once, well or badly, and scrapes see it. */
  readonly isEveryWorkspacePolled: () => boolean;
}

/** A store with the states from before the first poll. */
export async function createSnapshotStore(initial: readonly WorkspaceState[], clock: Clock): Promise<SnapshotStore> {
  const states = [...initial];
  let published: readonly WorkspaceState[] = [...initial];
  let body = await composeBody(published, clock.now());
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
      body = await composeBody(composing, clock.now());
      published = composing;
    });
    waiting = composed;
    last = composed.catch(() => undefined);
    return composed;
  };
  const isOutdated = () => {
    const nowMs = clock.now();
    return (body.freshUntilMs !== undefined && nowMs >= body.freshUntilMs) || body.days !== daysOf(published, nowMs);
  };
  let withdrawal: Promise<void> | undefined;
  return {
    publish: (key, change) => {
      const known = states[key];
      if (known) states[key] = { ...known, ...change };
      return recompose();
    },
    current: async () => {
      // The only work a scrape can cause: once per withdrawal, shared by all scrapes that come meanwhile.
      if (isOutdated()) {
        withdrawal ??= recompose().finally(() => (withdrawal = undefined));
        await withdrawal;
      }
      return body;
    },
    states: () => published,
    isEveryWorkspacePolled: () => published.every(({ lastPollMs }) => lastPollMs !== undefined),
  };
}
