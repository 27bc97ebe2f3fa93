import { describe, expect, test } from "vitest";
import { textOf } from "../../../src/exposition/chunk.ts";
import type { WorkspaceState } from "../../../src/exposition/workspace-state.ts";
import { createSnapshotStore } from "../../../src/exposition/store.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";
import { type ParsedFamily, parseExposition, samplesOf, valueOf } from "../../support/exposition.ts";
import { clientOf, stateAfterPoll, withFirstSource } from "../../support/golden.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const POLLED = "2026-11-18T12:00:00Z";
const LABELERS = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map<string, string>() };

/** The state of a workspace after a good poll that ended then. */
function goodState(settings: Readonly<Record<string, unknown>>): Promise<WorkspaceState> {
  const answer = { data: [{ projectId: "p1", labelerId: "l1", imagesLabeled: 3 }], labelers: [], stats: {} };
  const config = workspaceFrom({ windows: ["7d"], ...settings });
  return stateAfterPoll(
    config,
    LABELERS,
    clientOf(() => answer),
  );
}

async function familiesOf(store: Awaited<ReturnType<typeof createSnapshotStore>>): Promise<Map<string, ParsedFamily>> {
  return parseExposition(textOf(await store.current()));
}

describe("a clock that is set", () => {
  const rows = [
    { name: "back by 3 h", jumpMs: -10_800_000, advanceMs: 3_599_999, isFresh: true },
    { name: "back by 3 h, until the data is too old", jumpMs: -10_800_000, advanceMs: 3_600_000, isFresh: false },
    { name: "back by a year", jumpMs: -31_536_000_000, advanceMs: 3_600_000, isFresh: false },
    { name: "forward, by less than is left", jumpMs: 1_800_000, advanceMs: 0, isFresh: true },
    { name: "forward by 3 days, as by a suspension", jumpMs: 259_200_000, advanceMs: 0, isFresh: false },
  ];
  test.each(rows)(
    "$name: data is shown as long as it may be, and no longer",
    async ({ jumpMs, advanceMs, isFresh }) => {
      const clock = new ManualClock(POLLED);
      const store = await createSnapshotStore([await goodState({ poll: { stale_after: "1h" } })], clock);
      clock.jump(jumpMs);
      clock.advance(advanceMs);
      const families = await familiesOf(store);
      expect(samplesOf(families, "roboflow_images_labeled")).toHaveLength(isFresh ? 1 : 0);
      expect(valueOf(families, "roboflow_data_stale")).toBe(isFresh ? 0 : 1);
    },
  );

  test("forward withholds data only until the next good poll", async () => {
    const clock = new ManualClock(POLLED);
    const state = await goodState({ poll: { stale_after: "1h" } });
    const store = await createSnapshotStore([state], clock);
    clock.jump(259_200_000);
    const polled = { lastPoll: clock.moment(), lastSuccess: clock.moment() };
    await store.places[0]?.publish(withFirstSource(state, polled));
    clock.advance(3_599_999);
    expect(valueOf(await familiesOf(store), "roboflow_data_stale")).toBe(0);
    clock.advance(1);
    expect(valueOf(await familiesOf(store), "roboflow_data_stale")).toBe(1);
  });
});

test("a state that cannot be published is undone, and other workspaces are not affected", async () => {
  const clock = new ManualClock(POLLED);
  const store = await createSnapshotStore(
    [await goodState({ name: "a" }), withFirstSource(await goodState({ name: "b" }), { data: undefined })],
    clock,
  );
  const unknownZone = { timezone: "Nowhere/At_All" };
  await expect(store.places[0]?.publish(unknownZone)).rejects.toThrow("Nowhere/At_All");
  await store.places[1]?.publish(await goodState({ name: "b" }));
  expect(samplesOf(await familiesOf(store), "roboflow_images_labeled")).toHaveLength(2);
});

describe("an arrangement of workspaces", () => {
  const imagesOf = async (store: Awaited<ReturnType<typeof createSnapshotStore>>) =>
    samplesOf(await familiesOf(store), "roboflow_images_labeled").map(({ labels }) => labels["workspace"]);

  test("keeps places, gives states new ones, and what goes is not seen again", async () => {
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => goodState({ name })));
    if (!a || !b || !c) throw new Error("no state");
    const store = await createSnapshotStore([a, b], new ManualClock(POLLED));
    const [kept, gone] = store.places;
    if (!kept || !gone) throw new Error("no place");
    const places = await store.arrange([c, kept]);
    expect(places).toEqual(store.places);
    expect(places[1]).toBe(kept);
    expect(await imagesOf(store)).toEqual(["a", "c"]);
    expect(store.states().map(({ workspace }) => workspace)).toEqual(["c", "a"]);
    await gone.publish(withFirstSource(b, {}));
    expect(await imagesOf(store)).toEqual(["a", "c"]);
    await kept.publish(withFirstSource(a, { data: undefined }));
    expect(await imagesOf(store)).toEqual(["c"]);
  });

  test("that cannot be published changes nothing", async () => {
    const [a, b] = [await goodState({ name: "a" }), await goodState({ name: "b" })];
    const store = await createSnapshotStore([a], new ManualClock(POLLED));
    const before = store.places;
    await expect(store.arrange([{ ...b, timezone: "Nowhere/At_All" }])).rejects.toThrow("Nowhere/At_All");
    expect(store.places).toEqual(before);
    expect(await imagesOf(store)).toEqual(["a"]);
    await store.places[0]?.publish(withFirstSource(a, {}));
    expect(await imagesOf(store)).toEqual(["a"]);
  });

  test("that adds a workspace leaves the exporter ready", async () => {
    const [a, b] = [await goodState({ name: "a" }), await goodState({ name: "b" })];
    const unpolled = withFirstSource(b, { lastPoll: undefined });
    const store = await createSnapshotStore([withFirstSource(a, { lastPoll: undefined })], new ManualClock(POLLED));
    await store.arrange([...store.places, unpolled]);
    expect(store.isEverySourcePolled()).toBe(false);
    await store.arrange([a, b]);
    await store.arrange([a, unpolled]);
    expect(store.isEverySourcePolled()).toBe(true);
  });
});
