import { expect, test } from "vitest";
import { firstEnd } from "../../../src/cli/once.ts";
import { composeBody } from "../../../src/exposition/snapshot.ts";
import { parseStats } from "../../../src/sources/insights/parse.ts";
import { collectWorkspace } from "../../../src/sources/insights/collect.ts";
import { initialState, nextState } from "../../../src/poller/state.ts";
import { createTimetable } from "../../../src/poller/timetable.ts";
import { renderWorkspaceData } from "../../../src/exposition/source-data.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";
import { ManualClock, momentAt } from "../../support/manual-clock.ts";
import type { Moment } from "../../../src/clock.ts";

const LABELERS = { hmacKey: undefined, names: true, email: false, system: [] };

/** A workspace after a good poll that ended then. */
async function polledAt(name: string, iso: string) {
  const config = workspaceFrom({ name, windows: ["today"] });
  const timetable = createTimetable(config.poll.schedule, config.poll.timezone, new ManualClock(iso));
  const answer = parseStats({ data: [{ projectId: "p", labelerId: "l", imagesLabeled: 3 }], labelers: [], stats: {} });
  const client = {
    fetchStats: () => Promise.resolve(answer),
    fetchProjectSlugs: () => Promise.resolve([]),
  };
  const observer = { answered: () => undefined, filterIgnored: () => undefined };
  const deps = { client, observer, signal: new AbortController().signal };
  const stats = await collectWorkspace(name, "2026-11-18", config, deps);
  const data = await renderWorkspaceData(stats, { ...config, labelers: LABELERS });
  const state = initialState(config, timetable, Date.parse(iso));
  return nextState(state, { data, stats }, momentAt(Date.parse(iso)), { ...state, nextPollMs: undefined });
}

test("what one poll brought before midnight is shown, though another ended after it", async () => {
  const states = [await polledAt("quick", "2026-11-18T23:59:50Z"), await polledAt("slow", "2026-11-19T00:00:10Z")];
  const shown = async (at: Moment) => {
    const { identity } = await composeBody(states, at);
    return (
      Buffer.concat(identity)
        .toString()
        .match(/^roboflow_images_labeled\{.*$/gm)?.length ?? 0
    );
  };
  const now = momentAt(Date.parse("2026-11-19T00:00:11Z"));
  expect(await shown(now)).toBe(0);
  expect(await shown(firstEnd(states, now))).toBe(2);
});

test("without any poll that ended it is now", () => {
  const now = momentAt(5);
  expect(firstEnd([], now)).toBe(now);
});
