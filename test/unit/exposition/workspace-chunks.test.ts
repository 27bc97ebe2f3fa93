import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { textOf } from "../../../src/exposition/chunk.ts";
import { createSnapshotStore } from "../../../src/exposition/store.ts";
import { type Snapshot, composeSnapshot } from "../../../src/exposition/snapshot.ts";
import type { WorkspaceState } from "../../../src/exposition/workspace-state.ts";
import { createTail, gzipMember } from "../../../src/http/tail.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";
import { clientOf, stateAfterPoll } from "../../support/golden.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const PEOPLE = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map() };
const clock = () => new ManualClock("2026-11-18T12:00:00Z");

/** A workspace whose labelers labeled so many images. */
function stateOf(name: string, images: readonly number[]): Promise<WorkspaceState> {
  const data = images.map((imagesLabeled, index) => ({
    projectId: "p",
    labelerId: `l${String(index)}`,
    imagesLabeled,
  }));
  const config = workspaceFrom({ name, windows: ["today", "7d"] });
  return stateAfterPoll(
    config,
    PEOPLE,
    clientOf(() => ({ data, labelers: [], stats: {} })),
  );
}

const partsOf = ({ identity }: Snapshot, workspace: string) =>
  (identity ?? []).filter((part) => part.includes(`workspace="${workspace}"`));

test("a poll makes the bytes of its own workspace alone: those of the others are the same memory", async () => {
  const states = [await stateOf("a", [1, 2]), await stateOf("b", [3])];
  const store = await createSnapshotStore(states, clock());
  const before = await store.current();
  await store.places[1]?.publish(await stateOf("b", [4]));
  const after = await store.current();
  const [kept, replaced] = [partsOf(before, "a"), partsOf(before, "b")];
  expect(kept.length).toBeGreaterThan(10);
  expect(partsOf(after, "a").every((part, index) => part === kept[index])).toBe(true);
  expect(partsOf(after, "b").some((part) => replaced.includes(part))).toBe(false);
});

test("what compresses small and what does not is one gzip member that holds the plain bytes", async () => {
  const many = Array.from({ length: 6_000 }, (_, index) => (index * 7_919) % 100_003);
  const snapshot = await (
    await createSnapshotStore([await stateOf("a", many), await stateOf("b", [1])], clock())
  ).current();
  const tail = createTail("roboflow_exporter_build_info 1\n");
  const plain = Buffer.from(textOf(snapshot) + tail.identity.toString());
  // Compared as a whole: a difference of megabytes, shown line by line, takes minutes.
  expect(gunzipSync(Buffer.concat(gzipMember(snapshot, tail))).equals(plain)).toBe(true);
  expect(snapshot.length + tail.identity.length).toBe(plain.length);
});

test("a workspace that cannot be rendered once is rendered again, and blocks nothing then", async () => {
  const good = await stateOf("a", [1]);
  let isBroken = true;
  const state: WorkspaceState = {
    ...good,
    get seriesLimit() {
      if (isBroken) throw new Error("no memory");
      return good.seriesLimit;
    },
  };
  await expect(composeSnapshot([state], clock().moment())).rejects.toThrow("no memory");
  isBroken = false;
  expect(partsOf(await composeSnapshot([state], clock().moment()), "a").length).toBeGreaterThan(10);
});
