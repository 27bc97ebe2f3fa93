import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { dataSeries, playApi, startReloads, workspace } from "../support/reloads.ts";

const RELOADS = 20;

test("scrapes during reloads see all data of the one configuration or of the other, never less and never both", async () => {
  const api = await playApi();
  const [acme, beta] = [workspace("acme"), workspace("beta")];
  const documents = [
    { people: { names: false }, workspaces: [acme, beta] },
    { people: { names: false }, workspaces: [{ ...beta, approval_target: 0.8 }, acme] },
  ];
  const { reload, families, polls } = await startReloads(api, documents[0] ?? {});
  await polls(2);
  for (const name of ["acme", "beta"]) api.hanging.add(name);
  const seen = new Set<string>();
  const scraped = { isDone: false };
  const scrapeOn = async () => {
    while (!scraped.isDone) {
      const now = await families();
      seen.add([...dataSeries(now, "acme"), ...dataSeries(now, "beta")].join("\n"));
    }
  };
  const reloadOn = async () => {
    for (let round = 1; round <= RELOADS; round++) {
      expect((await reload(documents[round % 2] ?? {})).isLoaded).toBe(true);
      for (let turn = 0; turn < 5; turn++) await nextTurn();
    }
    scraped.isDone = true;
  };
  await Promise.all([reloadOn(), scrapeOn(), scrapeOn()]);
  const [one = "", other = "", ...more] = seen;
  expect(more).toEqual([]);
  expect([one, other].map((text) => text.includes("roboflow_approval_target_ratio")).toSorted()).toEqual([false, true]);
  // The only line that one of them has more.
  expect(Math.abs(one.split("\n").length - other.split("\n").length)).toBe(1);
});
