import { setImmediate as nextTurn } from "node:timers/promises";

/** Work that can stop between two steps, each of them short. */
export type Steps<T> = Generator<undefined, T>;

/** How long work may hold the event loop, in milliseconds: so long a scrape or a health check waits at most. */
const SLICE_MS = 5;

/**
 * Does the work, and lets others have the event loop whenever 5 ms are over, however many steps that takes.
 * @throws the signal's reason when it is aborted before the work is done
 */
export async function inSlices<T>(work: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    await nextTurn();
    signal?.throwIfAborted();
    const end = performance.now() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done === true) return step.value;
    } while (performance.now() < end);
  }
}

/** Does the work in one go. */
export function inOneGo<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Does one piece of work at a time, in the order of asking: what each needs in memory is needed once. */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
