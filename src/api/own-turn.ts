import { setImmediate as nextTurn } from "node:timers/promises";

async function inTurns<T>(work: Generator<undefined, T>): Promise<T> {
  for (;;) {
    await nextTurn();
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Runs work that would hold up the event loop one piece at a time, each step in a turn of its own: answers that arrive
 * together are not parsed together, so whatever waits in the loop waits for one step at most.
 */
export function createOwnTurn(): <T>(work: Generator<undefined, T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(() => inTurns(work));
    last = result.catch(() => undefined);
    return result;
  };
}
