import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { RequestLimits } from "../../../src/config/config.ts";
import { createLimiter, type Release } from "../../../src/roboflow/limiter.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const [SECOND, HOUR] = [1000, 3_600_000];
const ENOUGH: RequestLimits = { concurrency: 1000, share: 1000, perSecond: 1000 };

/** A limiter whose turns are noted by workspace, in their order, and end when the test says so. */
function limiterOf(limits: Partial<RequestLimits>) {
  const clock = new ManualClock();
  const current = { ...ENOUGH, ...limits };
  const limiter = createLimiter(() => current, clock);
  const granted: string[] = [];
  const running: { readonly workspace: string; readonly release: Release }[] = [];
  const failures: unknown[] = [];
  const enter = (workspace: string, signal = new AbortController().signal) => {
    limiter.enter(workspace, signal).then(
      (release) => {
        granted.push(workspace);
        running.push({ workspace, release });
      },
      (error: unknown) => failures.push(error),
    );
  };
  /** Ends the oldest turn, of a workspace if one is given. */
  const end = async (of?: string) => {
    const index = running.findIndex(({ workspace }) => workspace === (of ?? workspace));
    running.splice(index, 1)[0]?.release();
    await nextTurn();
  };
  const enterAll = async (workspaces: readonly string[]) => {
    for (const workspace of workspaces) enter(workspace);
    await nextTurn();
  };
  return { clock, current, granted, running, failures, enter, enterAll, end };
}

describe("requests at once", () => {
  test("are as many as allowed; the next begins when one ends", async () => {
    const { granted, running, enterAll, end } = limiterOf({ concurrency: 2 });
    await enterAll(["a", "b", "c", "d"]);
    expect(granted).toEqual(["a", "b"]);
    await end();
    expect(granted).toEqual(["a", "b", "c"]);
    await end();
    expect(granted).toEqual(["a", "b", "c", "d"]);
    await end();
    await end();
    expect(running).toEqual([]);
  });

  test("of one workspace are no more than its share, even while others want none", async () => {
    const { granted, enterAll, end } = limiterOf({ concurrency: 4, share: 2 });
    await enterAll(["a", "a", "a", "a", "a"]);
    expect(granted).toEqual(["a", "a"]);
    await enterAll(["b", "c", "d"]);
    expect(granted).toEqual(["a", "a", "b", "c"]);
    await end("b");
    expect(granted).toEqual(["a", "a", "b", "c", "d"]);
    await end("a");
    expect(granted).toEqual(["a", "a", "b", "c", "d", "a"]);
  });

  test("take turns by workspace, however many each has waiting", async () => {
    const { granted, enterAll, end } = limiterOf({ concurrency: 1, share: 1 });
    await enterAll(["a", "a", "a", "a", "b", "b", "c"]);
    for (let left = 7; left > 0; left--) await end();
    expect(granted).toEqual(["a", "a", "b", "c", "a", "b", "a"]);
  });

  test("of a workspace that hangs leave the others at their pace", async () => {
    const { granted, enterAll, end } = limiterOf({ concurrency: 4, share: 2 });
    await enterAll(["hanging", "hanging", "hanging", "hanging"]);
    for (let poll = 0; poll < 20; poll++) {
      await enterAll(["good", "good"]);
      await end("good");
      await end("good");
    }
    expect(granted.filter((workspace) => workspace === "good")).toHaveLength(40);
    expect(granted.filter((workspace) => workspace === "hanging")).toHaveLength(2);
  });

  test("follow limits that change", async () => {
    const { current, granted, enterAll, end } = limiterOf({ concurrency: 1 });
    await enterAll(["a", "b", "c", "d"]);
    current.concurrency = 3;
    await end();
    expect(granted).toEqual(["a", "b", "c", "d"]);
  });
});

describe("requests per second", () => {
  test("begin in bursts of a fifth of the number, each after a fifth of a second", async () => {
    const { clock, granted, enterAll } = limiterOf({ perSecond: 15 });
    await enterAll(["a", "a"]);
    clock.advance(150);
    await enterAll(["a", "a", "a"]);
    expect(granted).toHaveLength(3);
    clock.advance(49);
    await nextTurn();
    expect(granted).toHaveLength(3);
    clock.advance(1);
    await nextTurn();
    expect(granted).toHaveLength(5);
    expect(clock.sleeping).toBe(0);
  });

  test("are never more than the number, where a fifth of it is not whole", async () => {
    const { clock, granted, enterAll } = limiterOf({ perSecond: 11 });
    await enterAll(Array.from({ length: 20 }, () => "a"));
    for (let ms = 0; ms < 999; ms++) {
      clock.advance(1);
      await nextTurn();
    }
    expect(granted).toHaveLength(11);
    clock.advance(1);
    await nextTurn();
    expect(granted).toHaveLength(12);
  });

  test.each([
    { perSecond: 1, pauseMs: 1000 },
    { perSecond: 0.5, pauseMs: 2000 },
    { perSecond: 0.01, pauseMs: 100_000 },
  ])("of $perSecond begin $pauseMs ms apart", async ({ perSecond, pauseMs }) => {
    const { clock, granted, enterAll } = limiterOf({ perSecond });
    await enterAll(["a", "b"]);
    clock.advance(pauseMs - 1);
    await nextTurn();
    expect(granted).toEqual(["a"]);
    clock.advance(1);
    await nextTurn();
    expect(granted).toEqual(["a", "b"]);
  });

  test.each([-HOUR, HOUR])("go by elapsed time when the clock is set by %i ms", async (jumpMs) => {
    const { clock, granted, enterAll } = limiterOf({ perSecond: 1 });
    await enterAll(["a", "b"]);
    clock.jump(jumpMs);
    clock.advance(SECOND - 1);
    await nextTurn();
    expect(granted).toEqual(["a"]);
    clock.advance(1);
    await nextTurn();
    expect(granted).toEqual(["a", "b"]);
  });
});

describe("an abort", () => {
  test("ends the wait with its reason, and the request takes no turn", async () => {
    const { granted, failures, running, enter, end } = limiterOf({ concurrency: 1 });
    const stop = new AbortController();
    enter("a");
    enter("b", stop.signal);
    enter("c");
    const reason = new Error("stopping");
    stop.abort(reason);
    await nextTurn();
    expect(failures).toEqual([reason]);
    await end();
    expect(granted).toEqual(["a", "c"]);
    expect(running.map(({ workspace }) => workspace)).toEqual(["c"]);
  });

  test("before the call takes no turn either", async () => {
    const { granted, failures, enter } = limiterOf({});
    enter("a", AbortSignal.abort("an unusual reason"));
    await nextTurn();
    expect([granted, failures]).toEqual([[], [new Error("aborted")]]);
  });

  test("of the last that waits for its second ends the sleep, which would hold the process", async () => {
    const { clock, granted, enter } = limiterOf({ perSecond: 0.01 });
    const stop = new AbortController();
    enter("a");
    enter("b", stop.signal);
    await clock.whenAsleep();
    stop.abort(new Error("stopping"));
    await nextTurn();
    expect([granted, clock.sleeping]).toEqual([["a"], 0]);
    enter("c");
    clock.advance(100_000);
    await nextTurn();
    expect(granted).toEqual(["a", "c"]);
  });

  test("of a request that has its turn changes nothing", async () => {
    const { running, failures, enter } = limiterOf({});
    const stop = new AbortController();
    enter("a", stop.signal);
    await nextTurn();
    stop.abort(new Error("stopping"));
    await nextTurn();
    expect([running.length, failures]).toEqual([1, []]);
  });
});
