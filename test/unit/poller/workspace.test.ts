import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Place } from "../../../src/exposition/store.ts";
import type { StatsQuery } from "../../../src/sources/insights/requests.ts";
import { valueOf } from "../../support/exposition.ts";
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

test("a bug in a poll of one source fails that poll with its stack in the log, and touches no other source", async () => {
  const bug = new TypeError("cannot read properties of undefined");
  const answer = { data: [{ projectId: "p1", labelerId: "l1", imagesLabeled: 3 }], labelers: [], stats: {} };
  const client = clientOf(() => answer, { legacy: () => Promise.reject(bug) });
  const config = workspaceFrom({ windows: ["7d"], legacy: true });
  const rig = await createRig(config, { client, clock: new ManualClock("2026-11-18T12:00:00Z") });
  await Promise.all([rig.polled("legacy"), rig.start()]);
  const failures = () => rig.lines.filter(({ msg, source }) => msg === "poll failed" && source === "legacy");
  const { err, ...line } = failures()[0] ?? { err: undefined };
  expect(line).toMatchObject({ level: "error", workspace: "acme", reason: "internal" });
  expect(err).toMatchObject({ stack: bug.stack });
  const families = await rig.families();
  expect(valueOf(families, "roboflow_up", { source: "legacy" })).toBe(0);
  expect(valueOf(families, "roboflow_up", { source: "insights" })).toBe(1);
  expect(valueOf(families, "roboflow_images_labeled")).toBe(3);
  await rig.poll("legacy");
  expect(failures()).toHaveLength(2);
});
