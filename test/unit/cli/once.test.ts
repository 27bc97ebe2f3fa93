import { expect, test } from "vitest";
import { firstEnd } from "../../../src/cli/once.ts";
import type { Moment } from "../../../src/clock.ts";
import { composeBody } from "../../../src/exposition/snapshot.ts";
import type { WorkspaceState } from "../../../src/exposition/workspace-state.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";
import { clientOf, stateAfterPoll, withFirstSource } from "../../support/golden.ts";
import { momentAt } from "../../support/manual-clock.ts";

const LABELERS = { hmacKey: undefined, names: true, email: false, system: [] };

/** A workspace after a good poll that ended then; its windows end on the 18th. */
async function polledAt(name: string, iso: string): Promise<WorkspaceState> {
  const config = workspaceFrom({ name, windows: ["today"] });
  const answer = { data: [{ projectId: "p", labelerId: "l", imagesLabeled: 3 }], labelers: [], stats: {} };
  const state = await stateAfterPoll(
    config,
    LABELERS,
    clientOf(() => answer),
  );
  const ended = momentAt(Date.parse(iso));
  return withFirstSource(state, { lastPoll: ended, lastSuccess: ended });
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
