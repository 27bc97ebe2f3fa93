import fc from "fast-check";
import { Gauge, Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import type { SourceData } from "../../src/exposition/source-data.ts";
import { compareText } from "../../src/metrics/family.ts";
import { type Row, type RowField, type WorkspaceStats } from "../../src/sources/insights/fields.ts";
import { hidePeople } from "../../src/sources/insights/hide-people.ts";
import { inOneGo } from "../../src/steps.ts";
import { rowValue } from "../../src/sources/insights/row-families.ts";
import { ROW_METRICS } from "../../src/sources/insights/metrics.ts";
import { PEOPLE, WORKSPACE, dataOf, identityOf, stateWith, stats, statsOf } from "../support/any-stats.ts";
import { workspaceFrom } from "../support/exporter-harness.ts";

const NAMES = new Set<string>(ROW_METRICS.map(([, { name }]) => name));

/** The lines of the families of rows. */
function rowLines(published: string): string[] {
  return published.split("\n").filter((line) => NAMES.has(/^(?:# (?:HELP|TYPE) )?(\w+)/.exec(line)?.[1] ?? ""));
}

/** Every row with its window, in the order of the exposition. */
function sortedRows({ windows }: WorkspaceStats): (Row & { readonly window: string })[] {
  const rows = windows.flatMap(({ window, rows }) => [...rows].map((row) => ({ ...row, window })));
  return rows.toSorted(
    (a, b) => compareText(a.window, b.window) || compareText(a.project, b.project) || compareText(a.labeler, b.labeler),
  );
}

/** The lines that prom-client writes of the same rows. */
async function referenceLines(given: WorkspaceStats): Promise<string[]> {
  const registry = new Registry();
  for (const [field, { name, help, labels }] of ROW_METRICS) {
    const gauge = new Gauge({ name, help, labelNames: [...labels], registers: [] });
    const values = sortedRows(given).flatMap((row) => {
      const value = rowValue(row, field);
      const { project, labeler, window } = row;
      return value === undefined ? [] : [[{ workspace: given.workspace, project, labeler, window }, value] as const];
    });
    for (const [own, value] of values) gauge.set(own, value);
    if (values.length > 0) registry.registerMetric(gauge);
  }
  return rowLines(await registry.metrics());
}

test("what is published of any rows is what prom-client writes of them", async () => {
  await fc.assert(
    fc.asyncProperty(stats, async (given) => {
      const published = rowLines(await identityOf(stateWith(await dataOf(given))));
      expect(published).toEqual(await referenceLines(given));
    }),
    { numRuns: 60 },
  );
});

function linesOf({ families, names }: SourceData) {
  return [...families, ...names].flatMap(({ definition, lines }) =>
    lines.map((one) => ({ name: definition.name, ...one })),
  );
}

/** Name and window of the lines that were made again. */
function madeAgain(after: SourceData, before: SourceData): string[] {
  const chunks = new Set(linesOf(before).map(({ chunk }) => chunk));
  return linesOf(after).flatMap(({ name, window, chunk }) =>
    chunks.has(chunk) ? [] : [`${name} ${window}`.trimEnd()],
  );
}

describe("lines that are the same as in the poll before", () => {
  const row = (
    project: string,
    labeler: string,
    values: Partial<Record<RowField, number>> = { imagesLabeled: 3, boxesDrawn: 3 },
  ) => ({
    ...{ project, labeler, values },
  });
  const both = [row("p", "a"), row("p", "b", { imagesLabeled: 4, boxesDrawn: 4, approvalRate: 50 })];
  const given = statsOf([both, both], "w", "n");

  test("keep their chunks, whatever the order of the rows", async () => {
    const before = await dataOf(given);
    const turned = statsOf([both.toReversed(), both.toReversed()], "w", "n");
    const after = await dataOf(turned, { before });
    expect(madeAgain(after, before)).toEqual([]);
    // Two families with the same numbers do not take each other's.
    expect(after).toEqual(before);
  });

  test("are none that hold a number that changed; those of other windows and families stay", async () => {
    const before = await dataOf(given);
    const changed = statsOf([[row("p", "a", { imagesLabeled: 5, boxesDrawn: 3 }), ...both.slice(1)], both], "w", "n");
    expect(madeAgain(await dataOf(changed, { before }), before)).toEqual(["roboflow_images_labeled today"]);
  });

  test("are none where a row came or went", async () => {
    const before = await dataOf(given);
    const changed = statsOf([both, both.slice(1)], "w", "n");
    const again = madeAgain(await dataOf(changed, { before }), before);
    expect(again).toContain("roboflow_images_labeled 28d");
    expect(again).not.toContain("roboflow_images_labeled today");
  });

  const HASHED = { ...PEOPLE, hmacKey: "0123456789abcdef" };
  const changes = [
    { what: "the workspace's name", change: { stats: { ...given, workspace: "other" } } },
    { what: "the workspace's id", change: { stats: { ...given, workspaceId: "other" } } },
    { what: "a project's name", change: { stats: statsOf([both, both], "w", "other") } },
    { what: "a project's id", change: { stats: statsOf([[row("q", "a"), ...both.slice(1)], both], "w", "n") } },
    { what: "a labeler's id", change: { stats: statsOf([[row("p", "c"), ...both.slice(1)], both], "w", "n") } },
    { what: "the target", change: { workspace: workspaceFrom({ approval_target: { default: 0.8 } }) } },
    {
      what: "the families that are excluded",
      change: { workspace: { ...WORKSPACE, exclude: [...NAMES].slice(0, 1) } },
    },
    { what: "the series limit", change: { workspace: { ...WORKSPACE, seriesLimit: 5 } } },
    { what: "how ids are shown", change: { stats: inOneGo(hidePeople(given, HASHED)), people: HASHED } },
    { what: "whether names are shown", change: { people: { ...PEOPLE, names: false } } },
    { what: "whether addresses are shown", change: { people: { ...PEOPLE, email: true } } },
    { what: "who is a program", change: { people: { ...PEOPLE, system: ["a"] } } },
    { what: "the teams", change: { people: { ...PEOPLE, teams: new Map([["a", "red"]]) } } },
  ];

  test.each(changes)("are none that $what changes", async ({ change }) => {
    const { stats: changed = given, ...settings } = { stats: undefined, ...change };
    const fresh = await dataOf(changed, settings);
    const after = await dataOf(changed, { ...settings, before: await dataOf(given) });
    expect(await identityOf(stateWith(after))).toBe(await identityOf(stateWith(fresh)));
    expect(await identityOf(stateWith(after))).not.toBe(await identityOf(stateWith(await dataOf(given))));
  });

  test("whatever came before, the bytes are those of a first poll", async () => {
    await fc.assert(
      fc.asyncProperty(stats, stats, async (first, second) => {
        const before = await dataOf(first);
        expect(await dataOf(second, { before })).toEqual(await dataOf(second));
      }),
      { numRuns: 60 },
    );
  });
});
