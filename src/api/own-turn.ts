import { setImmediate as nextTurn } from "node:timers/promises";

async function inTurns<T>(work: Generator<undefined, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    await nextTurn();
    signal.throwIfAborted();
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Runs work that would hold up the event loop one piece at a time, each step in a turn of its own: answers that arrive
 * together are not parsed together, so whatever waits in the loop waits for one step at most. Once the signal fires no
 * further step is taken, and the work fails with the signal's reason.
 */
export function createOwnTurn(): <T>(work: Generator<undefined, T>, signal: AbortSignal) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work, signal) => {
    const result = last.then(() => inTurns(work, signal));
    last = result.catch(() => undefined);
    return result;
  };
}
