import { setImmediate as nextTurn } from "node:timers/promises";

/** Work in short steps, which can be interrupted between them. */
export type Steps<T> = Generator<undefined, T>;

/** How long work may occupy the event loop, in milliseconds: a scrape or a health check waits no longer. */
const SLICE_MS = 5;

/**
 * Does the work, and frees the event loop every 5 ms, however many steps that takes.
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

/** Makes what lets other work go on if enough of this one has been done since the last time. */
export function createPauses(): () => Promise<void> | undefined {
  let endMs = performance.now() + SLICE_MS;
  return () => {
    if (performance.now() < endMs) return undefined;
    return nextTurn().then(() => {
      endMs = performance.now() + SLICE_MS;
    });
  };
}

/** Does the work without a break. */
export function inOneGo<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Creates a queue that does one piece of work at a time, in the order of the calls, so that memory is needed for one only. */
export function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
