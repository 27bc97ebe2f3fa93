import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { textOf } from "../../../src/exposition/chunk.ts";
import { composeCounters } from "../../../src/exposition/counters.ts";
import { createSelfMetrics } from "../../../src/self/recorder.ts";
import { FORMATS } from "../../../src/self/registry.ts";
import type { WorkspaceCounters } from "../../../src/self/workspace-series.ts";
import { insights } from "../../../src/sources/insights/insights.ts";
import { parseExposition, samplesOf, valueOf } from "../../support/exposition.ts";

/** More than one group. */
const NAMES = Array.from({ length: 60 }, (_, index) => `workspace-${String(index).padStart(2, "0")}`);
const POLLS = "roboflow_exporter_polls_total";

function create() {
  const metrics = createSelfMetrics({ version: "1.2.3", revision: "abc", nodeVersion: "v20" });
  const recorders = new Map(NAMES.map((name) => [name, metrics.forWorkspace(name, [insights])]));
  const poll = (name: string) => recorders.get(name)?.forSource("insights").pollEnded(1, undefined);
  const families = async () => parseExposition(textOf(await composeCounters(metrics.workspaces(), "text")));
  return { metrics, recorders, poll, families };
}

const partsOf = async (counters: readonly WorkspaceCounters[], workspace: string) =>
  ((await composeCounters(counters, "text")).identity ?? []).filter((part) => part.includes(`"${workspace}"`));

test("every workspace's counters are published once, in both formats", async () => {
  const { metrics, poll } = create();
  poll("workspace-31");
  for (const format of FORMATS) {
    const text = textOf(await composeCounters(metrics.workspaces(), format));
    const families = parseExposition(`${text}${format === "openmetrics" ? "# EOF\n" : ""}`, format);
    const polls = [...families.values()].flatMap(({ samples }) => samples.filter(({ name }) => name === POLLS));
    expect(polls.map(({ labels, value }) => [labels["workspace"], value])).toEqual(
      NAMES.map((name) => [name, name === "workspace-31" ? 1 : 0]),
    );
  }
});

test("what is counted of one workspace leaves the bytes of the other groups as they are", async () => {
  const { metrics, poll } = create();
  const last = await partsOf(metrics.workspaces(), "workspace-59");
  const first = await partsOf(metrics.workspaces(), "workspace-00");
  expect(last.length).toBeGreaterThan(3);
  poll("workspace-01");
  expect((await partsOf(metrics.workspaces(), "workspace-59")).every((part, at) => part === last[at])).toBe(true);
  expect((await partsOf(metrics.workspaces(), "workspace-00")).some((part) => first.includes(part))).toBe(false);
  expect(first.length).toBe(last.length);
});

test("a workspace that goes takes its lines along, whatever the others have counted", async () => {
  const { recorders, families } = create();
  await families();
  await recorders.get("workspace-07")?.forget();
  const left = samplesOf(await families(), POLLS).map(({ labels }) => labels["workspace"]);
  expect(left).toEqual(NAMES.filter((name) => name !== "workspace-07"));
});

/** A buffer that only the composition of a group of workspaces holds. */
async function heldFor(counters: readonly WorkspaceCounters[], workspace: string) {
  const [part] = await partsOf(counters, workspace);
  return part && new WeakRef(part);
}

test("a workspace that goes leaves nothing behind of the groups that others made with it", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const { metrics, recorders } = create();
  const held = await heldFor(metrics.workspaces(), "workspace-59");
  await nextTurn();
  collect();
  expect(held?.deref()).toBeDefined();
  await nextTurn();
  await recorders.get("workspace-07")?.forget();
  await composeCounters(metrics.workspaces(), "text");
  await nextTurn();
  collect();
  expect(held?.deref()).toBeUndefined();
});

test("what is counted while lines are rendered shows at the next time", async () => {
  const { poll, families } = create();
  const rendering = families();
  poll("workspace-00");
  const before = await rendering;
  const labels = { workspace: "workspace-00" };
  expect([0, 1]).toContain(valueOf(before, POLLS, labels));
  expect(valueOf(await families(), POLLS, labels)).toBe(1);
});

test("lines that cannot be rendered once are rendered again", async () => {
  let isShort = true;
  const lines = () =>
    isShort
      ? Promise.reject(new Error("no memory"))
      : Promise.resolve(new Map([[POLLS, `${POLLS}{workspace="w"} 3\n`]]));
  const workspaces = [{ revision: () => 0, lines }];
  await expect(composeCounters(workspaces, "text")).rejects.toThrow("no memory");
  isShort = false;
  expect(textOf(await composeCounters(workspaces, "text"))).toContain('{workspace="w"} 3\n');
});
