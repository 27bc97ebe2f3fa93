import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createPause } from "../../../src/poller/loop.ts";
import { createNameResolver } from "../../../src/poller/name.ts";
import { createLane } from "../../../src/roboflow/lane.ts";
import { createTimetable } from "../../../src/poller/timetable.ts";
import { createLogCapture, workspaceFrom } from "../../support/exporter-harness.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const QUARTER_MS = 900_000;

test("a name that could not be taken over is asked for again at the next run, and no more once it was", async () => {
  const clock = new ManualClock("2026-11-18T12:00:00Z");
  const plan = workspaceFrom().poll;
  const resolved: string[] = [];
  let asked = 0;
  const { lines, logger } = createLogCapture();
  const resolver = createNameResolver({
    ...{ plan, clock, logger, random: () => 0, timetable: createTimetable(plan.schedule, "UTC", clock) },
    pause: createPause(clock),
    lane: createLane(() => Promise.resolve(() => undefined), clock),
    fetchName: () => Promise.resolve(`name-${++asked}`),
    onResolved: (name) => {
      if (asked === 1) return Promise.reject(new TypeError("cannot be published"));
      resolved.push(name);
      return Promise.resolve();
    },
    onFailed: () => expect.unreachable(),
  });
  const goOn = async () => {
    for (let turn = 0; turn < 10; turn++) await nextTurn();
  };
  resolver.start();
  await goOn();
  expect([asked, resolved, lines.map(({ level }) => level)]).toEqual([1, [], ["error"]]);
  for (let run = 0; run < 3; run++) {
    clock.advance(QUARTER_MS);
    await goOn();
  }
  expect([asked, resolved]).toEqual([2, ["name-2"]]);
  await resolver.stop();
});
