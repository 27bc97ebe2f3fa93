import type { NumberKind } from "../../src/answers/numbers.ts";
import files from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ROW_FIELDS,
  TOTAL_FIELDS,
  type WorkspaceStats,
  partsOfStats,
  rowsOf,
  statsOfParts,
} from "../../src/sources/insights/fields.ts";
import {
  LEGACY_ROW_FIELDS,
  LEGACY_TICK_FIELDS,
  type LegacyWorkspaceStats,
  legacyStatsOfParts,
  partsOfLegacyStats,
} from "../../src/sources/legacy/fields.ts";
import type { PeopleConfig } from "../../src/config/config.ts";
import { insights } from "../../src/sources/insights/insights.ts";
import { legacy } from "../../src/sources/legacy/legacy.ts";
import type { Source } from "../../src/sources/source.ts";
import { renderSourceData } from "../../src/exposition/source-data.ts";
import { openRestartCache } from "../../src/storage/restart-cache.ts";
import { configFrom, createLogCapture } from "../support/exporter-harness.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { temporaryDirectory } from "../support/restarts.ts";

const NUMBERS: Readonly<Record<NumberKind, fc.Arbitrary<number>>> = {
  count: fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
  net: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  percent: fc.double({ min: 0, max: 100, noNaN: true }),
};

function numbersOf<F extends string>(kinds: Readonly<Record<F, NumberKind>>) {
  const fields = Object.keys(kinds) as F[];
  // No sample shows whether a zero was negative.
  const arbitraries = Object.fromEntries(fields.map((field) => [field, NUMBERS[kinds[field]].map((n) => n + 0)]));
  return fc.record(arbitraries, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<
    Partial<Record<F, number>>
  >;
}

/** Any text an answer may leave behind: well-formed, not empty, and awkward for JSON, for objects' keys, and for labels. */
const text = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "1", "02", '"', "\\", "a b", "ä\u2028😀"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
);
const name = fc.option(text, { nil: undefined });
const totals = numbersOf(TOTAL_FIELDS);

function mapOf<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Map<string, T>> {
  return fc.array(fc.tuple(text, value), { maxLength: 6 }).map((entries) => new Map(entries));
}

const windowOf = (window: string) =>
  fc.record(
    {
      window: fc.constant(window),
      rows: fc
        .uniqueArray(
          fc.record({ project: text, labeler: text, values: numbersOf(ROW_FIELDS) }, { noNullPrototype: true }),
          { selector: ({ project, labeler }) => JSON.stringify([project, labeler]), maxLength: 10 },
        )
        .map(rowsOf),
      workspace: fc.option(totals, { nil: undefined }),
      projects: mapOf(totals),
      labelers: mapOf(totals),
    },
    { noNullPrototype: true },
  );

const stats: fc.Arbitrary<WorkspaceStats> = fc.record(
  {
    workspace: text,
    day: fc.constantFrom("2026-11-18", "2028-02-29"),
    workspaceId: name,
    projects: mapOf(fc.record({ name, type: name }, { noNullPrototype: true })),
    labelers: mapOf(fc.record({ name, email: name }, { noNullPrototype: true })),
    windows: fc.tuple(windowOf("7d"), windowOf("all")),
    notices: fc.array(text, { maxLength: 3 }),
  },
  { noNullPrototype: true },
);

const legacyWindowOf = (window: string) =>
  fc.record(
    {
      window: fc.constant(window),
      rows: mapOf(numbersOf(LEGACY_ROW_FIELDS)),
      ticks: fc.option(mapOf(numbersOf(LEGACY_TICK_FIELDS)), { nil: undefined }),
    },
    { noNullPrototype: true },
  );

const legacyStats: fc.Arbitrary<LegacyWorkspaceStats> = fc.record(
  {
    workspace: text,
    day: fc.constantFrom("2026-11-18", "2028-02-29"),
    lastUpdatedMs: fc.option(
      fc.double({ min: 0, max: 8e15, noNaN: true }).map((n) => n + 0),
      { nil: undefined },
    ),
    projects: mapOf(fc.record({ name, type: fc.constant(undefined) }, { noNullPrototype: true })),
    labelers: mapOf(fc.record({ name, email: name }, { noNullPrototype: true })),
    windows: fc.tuple(legacyWindowOf("7d"), legacyWindowOf("all")),
  },
  { noNullPrototype: true },
);

/** The restart cache of a workspace that publishes everything. */
async function openCache() {
  const storagePath = path.join(temporaryDirectory(), "cache");
  const document = {
    people: { email: true },
    windows: ["7d", "all"],
    workspaces: [{ name: "acme", api_key: "key-of-one", legacy: true }],
  };
  const config = configFrom(document, { storagePath });
  const clock = new ManualClock("2026-11-18T15:00:00Z");
  const { lines, logger } = createLogCapture();
  const [workspace] = config.workspaces;
  if (!workspace) throw new Error("no workspace");
  return { cache: await openRestartCache(config, { files, clock, logger }), workspace, clock, lines, config };
}

/** Stores what has these parts, and expects it back as it was, rendered to the same bytes. */
async function expectThroughFile(source: Source, partsOf: (labelers: PeopleConfig) => readonly unknown[]) {
  const { cache, workspace, clock, lines, config } = await openCache();
  const settings = { workspace, people: config.people };
  const stored = cache(source, workspace);
  const value = source.restore(partsOf(config.people), settings);
  const saved = clock.moment();
  stored.save({ value, saved }, () => expect.unreachable(JSON.stringify(lines.at(-1))));
  await stored.settled();
  const read = await stored.load(() => 1000);
  if (!read) throw new Error(JSON.stringify(lines.at(-1)));
  expect(read.saved).toEqual(saved);
  expect(read.value.parts()).toStrictEqual(value.parts());
  expect(await renderSourceData(read.value, settings)).toEqual(await renderSourceData(value, settings));
}

/** What JSON makes of it. */
const throughJson = (parts: readonly unknown[]) => JSON.parse(JSON.stringify(parts)) as readonly unknown[];

test("statistics that were stored are read back as they were, and rendered to the same bytes", async () => {
  await fc.assert(
    fc.asyncProperty(stats, async (value) => {
      await expectThroughFile(insights, (labelers) => {
        const parts = partsOfStats(value, labelers);
        expect(statsOfParts(throughJson(parts))).toStrictEqual(value);
        return parts;
      });
    }),
    { numRuns: 50 },
  );
});

test("so are the legacy endpoint's", async () => {
  await fc.assert(
    fc.asyncProperty(legacyStats, async (value) => {
      await expectThroughFile(legacy, (labelers) => {
        const parts = partsOfLegacyStats(value, labelers);
        expect(legacyStatsOfParts(throughJson(parts))).toStrictEqual(value);
        return parts;
      });
    }),
    { numRuns: 50 },
  );
});
