import { expect, test } from "vitest";
import { createOwnTurn } from "../../../src/api/own-turn.ts";

/** Work of three steps that notes each, and what happens after the first. */
function* steps(taken: number[], afterFirst: () => void): Generator<undefined, string> {
  for (const step of [1, 2, 3]) {
    taken.push(step);
    if (step === 1) afterFirst();
    yield undefined;
  }
  return "done";
}

test("work that is aborted takes no further step, and what waits behind it goes on", async () => {
  const inOwnTurn = createOwnTurn();
  const stopping = new AbortController();
  const taken: number[] = [];
  const others: number[] = [];
  const reason = new Error("stopping");
  const work = inOwnTurn(
    steps(taken, () => {
      stopping.abort(reason);
    }),
    stopping.signal,
  );
  const other = inOwnTurn(
    steps(others, () => undefined),
    new AbortController().signal,
  );
  await expect(work).rejects.toBe(reason);
  expect(await other).toBe("done");
  expect({ taken, others }).toEqual({ taken: [1], others: [1, 2, 3] });
});

test("work whose signal has fired takes no step", async () => {
  const taken: number[] = [];
  const work = createOwnTurn()(
    steps(taken, () => undefined),
    AbortSignal.abort(new Error("stopping")),
  );
  await expect(work).rejects.toThrow("stopping");
  expect(taken).toEqual([]);
});
