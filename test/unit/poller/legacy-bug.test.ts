import { expect, test } from "vitest";
import { workspaceFrom } from "../../support/exporter-harness.ts";
import { valueOf } from "../../support/exposition.ts";
import { clientOf } from "../../support/golden.ts";
import { createLegacyRig } from "../../support/legacy-rig.ts";
import { ManualClock } from "../../support/manual-clock.ts";

test("a bug in a legacy poll fails that poll with its stack in the log, and touches no other", async () => {
  const bug = new TypeError("cannot read properties of undefined");
  const answer = { data: [{ projectId: "p1", labelerId: "l1", imagesLabeled: 3 }], labelers: [], stats: {} };
  const client = { ...clientOf(() => answer), fetchLegacy: () => Promise.reject(bug) };
  const config = workspaceFrom({ windows: ["7d"], legacy: true });
  const rig = await createLegacyRig(config, client, new ManualClock("2026-11-18T12:00:00Z"));
  const ended = Promise.all([rig.ended("usual"), rig.ended("legacy")]);
  rig.start();
  await ended;
  const { err, ...line } = rig.lines.find(({ msg }) => msg === "legacy poll failed") ?? { err: undefined };
  expect(line).toMatchObject({ level: "error", workspace: "acme", reason: "internal" });
  expect(err).toMatchObject({ stack: bug.stack });
  const families = await rig.families();
  expect(valueOf(families, "roboflow_legacy_up")).toBe(0);
  expect(valueOf(families, "roboflow_up")).toBe(1);
  expect(valueOf(families, "roboflow_images_labeled")).toBe(3);
  await rig.poll("legacy");
  expect(rig.lines.filter(({ msg }) => msg === "legacy poll failed")).toHaveLength(2);
});
