import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Place } from "../../../src/exposition/store.ts";
import type { StatsQuery } from "../../../src/sources/insights/requests.ts";
import { createRig, workspaceFrom } from "../../support/exporter-harness.ts";
import { clientOf } from "../../support/golden.ts";
import { ManualClock } from "../../support/manual-clock.ts";

/** A promise that the test resolves. */
function createGate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    opened,
    open: () => {
      open();
    },
  };
}

test("stop() while a name that was resolved is published keeps the sources from being polled", async () => {
  const asked: StatsQuery[] = [];
  const [publishing, letGo] = [createGate(), createGate()];
  const rig = await createRig(workspaceFrom({ windows: ["today"], name: undefined }), {
    clock: new ManualClock("2026-11-18T12:00:00Z"),
    client: clientOf((query) => (asked.push(query), { data: [], labelers: [], stats: {} })),
    place: (own): Place => ({
      ...own,
      publish: async (change) => {
        publishing.open();
        await letGo.opened;
        await own.publish(change);
      },
    }),
  });
  rig.poller.start();
  await publishing.opened;
  const stopped = rig.poller.stop();
  letGo.open();
  await stopped;
  await nextTurn();
  expect(asked).toEqual([]);
});
