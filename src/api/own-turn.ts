import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Runs pieces of work that hold up the event loop one at a time, each in a turn of its own: answers that arrive together
 * are not parsed together, so what waits in the loop waits for one of them at most.
 */
export function createOwnTurn(): <T>(work: () => T) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(() => nextTurn()).then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
