import { expect, test } from "vitest";
import { SINGLE_DAY } from "../../../../src/backfill/questions.ts";
import { legacyHistory } from "../../../../src/sources/legacy/history.ts";
import { workspaceFrom } from "../../../support/exporter-harness.ts";
import { clientOf } from "../../../support/golden.ts";

const SETTINGS = {
  config: workspaceFrom(),
  people: { hmacKey: undefined, names: true, email: false, system: [], teams: new Map<string, string>() },
  exact: false,
};

function ask(ticks: readonly object[]) {
  const { signal } = new AbortController();
  const observer = { answered: () => undefined, filterIgnored: () => undefined };
  const client = clientOf(() => ({}), {
    legacy: () => ({ data: { data: [{ projectId: "p1", total_images_labeled: 2 }], labelers: [{ id: "l1" }], ticks } }),
  });
  return legacyHistory.ask(SINGLE_DAY, "2023-07-01", {
    ...{ workspace: "acme", settings: SETTINGS, ask: client, observer, signal },
  });
}

const tick = (start: string, end: string) => ({
  start_ms: Date.parse(start),
  end_ms: Date.parse(end) - 1,
  values: { l1: { total_images_labeled: 2, total_time_spent_annotating_minutes: 1 } },
});

test("a day's answer is restored from what is kept of it", async () => {
  const answer = await ask([tick("2023-07-01", "2023-07-02")]);
  const entries = [...answer.entries()];
  expect(entries.map(({ key, values }) => [key, values])).toEqual([["l1", [60, 2, undefined]]]);
  const restored = legacyHistory.restore(answer.parts(), SETTINGS);
  expect([...restored.entries()].map(({ values }) => values)).toEqual(entries.map(({ values }) => values));
  expect(restored.names.labelers).toEqual(answer.names.labelers);
});

test("a day whose ticks are not its own fails: it would count as a day without work", async () => {
  await expect(ask([tick("2023-06-01", "2023-06-02")])).rejects.toMatchObject({
    reason: "invalid_schema",
    message: "the ticks of the legacy response do not make up the day; run it without --legacy",
  });
});
