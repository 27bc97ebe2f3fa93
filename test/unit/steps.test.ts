import { expect, test } from "vitest";
import { type Steps, createQueue, inSlices } from "../../src/steps.ts";

/** Longer than a slice, so that each step is in one of its own. */
function spin(): void {
  const end = performance.now() + 20;
  while (performance.now() < end);
}

/** Work of three steps that notes each, and what happens in the first. */
function* steps(taken: number[], inFirst: () => void): Steps<string> {
  for (const step of [1, 2, 3]) {
    taken.push(step);
    if (step === 1) inFirst();
    spin();
    yield undefined;
  }
  return "done";
}

test("work that is aborted takes no further step, and what waits behind it goes on", async () => {
  const queue = createQueue();
  const stopping = new AbortController();
  const [taken, others]: [number[], number[]] = [[], []];
  const reason = new Error("stopping");
  const abort = () => {
    stopping.abort(reason);
  };
  const work = queue(() => inSlices(steps(taken, abort), stopping.signal));
  const other = queue(() => inSlices(steps(others, () => undefined)));
  await expect(work).rejects.toBe(reason);
  expect(await other).toBe("done");
  expect({ taken, others }).toEqual({ taken: [1], others: [1, 2, 3] });
});

test("work whose signal has fired takes no step", async () => {
  const taken: number[] = [];
  const work = inSlices(
    steps(taken, () => undefined),
    AbortSignal.abort(new Error("stopping")),
  );
  await expect(work).rejects.toThrow("stopping");
  expect(taken).toEqual([]);
});
