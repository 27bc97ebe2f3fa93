import { expect, test } from "vitest";
import { textOf } from "../../../src/exposition/chunk.ts";
import { createSnapshotStore, type SnapshotStore } from "../../../src/exposition/store.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";
import { parseExposition } from "../../support/exposition.ts";
import { clientOf, stateAfterPoll } from "../../support/golden.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const PEOPLE = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map<string, string>() };
const POLLED = "2026-11-18T12:00:00Z";

const answer = (images: number) => ({
  data: [{ projectId: "p", projectName: "Cells", labelerId: "l", imagesLabeled: images }],
  stats: { numImagesLabeled: images },
});

function stateOf(name: string, images = 3) {
  const config = workspaceFrom({ name, windows: ["today"] });
  return stateAfterPoll(
    config,
    PEOPLE,
    clientOf(() => answer(images)),
  );
}

async function namesOf(store: SnapshotStore, workspace: string): Promise<string[]> {
  const chunk = await store.ofWorkspace(workspace);
  return [...parseExposition(chunk ? textOf(chunk) : "").keys()];
}

test("a workspace's part of the snapshot is composed once, and again when it is polled", async () => {
  const store = await createSnapshotStore([await stateOf("a"), await stateOf("b")], new ManualClock(POLLED));
  const [first, other] = [await store.ofWorkspace("a"), await store.ofWorkspace("b")];
  expect(await store.ofWorkspace("a")).toBe(first);
  await store.places[0]?.publish(await stateOf("a", 5));
  expect(await store.ofWorkspace("b")).toBe(other);
  const changed = await store.ofWorkspace("a");
  const second = changed ? textOf(changed) : "";
  expect(second).toContain('roboflow_images_labeled{workspace="a",project="p",labeler="l",window="today"} 5\n');
  expect(second).not.toContain('workspace="b"');
});

test("there is none of a name that is not configured", async () => {
  const store = await createSnapshotStore([await stateOf("a")], new ManualClock(POLLED));
  expect(await store.ofWorkspace("b")).toBeUndefined();
});

test("it holds no window that is over, like the snapshot", async () => {
  const clock = new ManualClock(POLLED);
  const store = await createSnapshotStore([await stateOf("a")], clock);
  expect(await namesOf(store, "a")).toContain("roboflow_images_labeled");
  clock.advanceTo("2026-11-19T00:00:01Z");
  expect(await namesOf(store, "a")).not.toContain("roboflow_images_labeled");
  expect(await namesOf(store, "a")).toContain("roboflow_up");
});
