import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ROW_FIELDS, type Row, TOTAL_FIELDS } from "../../src/sources/insights/fields.ts";
import { ApiError } from "../../src/errors.ts";
import { type ListedStats, parseListed } from "../support/rows.ts";

const NUMBERS = {
  count: fc.nat(),
  net: fc.integer(),
  percent: fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0),
};

function numbersOf<F extends string>(kinds: Readonly<Record<F, keyof typeof NUMBERS>>) {
  const fields = Object.keys(kinds) as F[];
  const arbitraries = Object.fromEntries(fields.map((field) => [field, NUMBERS[kinds[field]]]));
  return fc.record(arbitraries, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<
    Partial<Record<F, number>>
  >;
}

const ids = fc.stringMatching(/^[A-Za-z0-9_/-]{1,20}$/);
const names = fc.option(fc.stringMatching(/^[A-Za-zäöü"'\\]{1,30}$/), { nil: undefined });

/** Rows as parsed, each (project, labeler) pair once. */
const rows: fc.Arbitrary<Row[]> = fc.uniqueArray(
  fc.record({ project: ids, labeler: ids, values: numbersOf(ROW_FIELDS) }, { noNullPrototype: true }),
  { selector: ({ project, labeler }) => `${project} ${labeler}`, maxLength: 20 },
);

const statsArbitrary: fc.Arbitrary<ListedStats> = fc
  .record({
    rows,
    names: fc.array(names, { minLength: 20, maxLength: 20 }),
    totals: numbersOf(TOTAL_FIELDS),
    labelers: fc.uniqueArray(fc.tuple(ids, fc.record({ name: names, email: names })), { selector: ([id]) => id }),
    notices: fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { maxLength: 20 }),
  })
  .map((parts) => ({
    rows: parts.rows,
    // Totals that count work which no row has would be a contradiction.
    totals: parts.rows.some(({ values }) => Object.keys(values).length > 0) ? parts.totals : {},
    notices: parts.notices,
    labelers: new Map(parts.labelers),
    projects: new Map(parts.rows.map(({ project }, index) => [project, { name: parts.names[index], type: undefined }])),
    workspaceId: parts.rows.length > 0 ? "w" : undefined,
    anomalies: [],
    rejected: new Map(),
  }));

/** The document that says the same; `spell` writes the numbers. */
function documentOf(stats: ListedStats, spell: (value: number) => unknown = (value) => value): unknown {
  const spelled = (values: object) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, spell(value as number)]));
  const data = stats.rows.map(({ project, labeler, values }) => ({
    projectId: project,
    labelerId: labeler,
    projectName: stats.projects.get(project)?.name,
    workspaceId: "w",
    ...spelled(values),
  }));
  const labelers = [...stats.labelers].map(([id, { name, email }]) => ({ id, displayName: name, email }));
  return { data, labelers, stats: spelled(stats.totals), meta: { notices: stats.notices } };
}

function viaJson(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document));
}

describe("a well-formed answer", () => {
  test("is read back as what it was made from", () => {
    fc.assert(
      fc.property(statsArbitrary, (stats) => {
        expect(parseListed(viaJson(documentOf(stats)))).toEqual(stats);
      }),
    );
  });

  test("says the same with its numbers as text", () => {
    fc.assert(
      fc.property(statsArbitrary, (stats) => {
        expect(parseListed(viaJson(documentOf(stats, String)))).toEqual(stats);
      }),
    );
  });
});

describe("rows in any order", () => {
  const few = fc.constantFrom("a", "b", "c");
  const repeated = fc.array(
    fc.record({
      projectId: few,
      labelerId: few,
      imagesLabeled: fc.nat(),
      boxesDrawn: fc.integer(),
      approved: fc.nat(),
    }),
  );

  function sumsOf(data: readonly unknown[]) {
    const stats = parseListed({ data });
    const sums = stats.rows.map(({ project, labeler, values }) => [`${project} ${labeler}`, values] as const);
    // In whatever order they were met.
    const anomalies = new Map(stats.anomalies.map(({ reason, count }) => [reason, count]));
    return { sums: new Map(sums), anomalies };
  }

  test("have the same sums and as many anomalies", () => {
    const shuffled = repeated.chain((data) =>
      fc.tuple(fc.constant(data), fc.shuffledSubarray(data, { minLength: data.length })),
    );
    fc.assert(
      fc.property(shuffled, ([data, other]) => {
        expect(sumsOf(other)).toEqual(sumsOf(data));
      }),
    );
  });

  test("keep the total of every count", () => {
    fc.assert(
      fc.property(repeated, (data) => {
        const total = (values: readonly (number | undefined)[]) =>
          values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
        const parsed = parseListed({ data }).rows;
        const once = new Map(data.map((row) => [JSON.stringify(row), row]));
        expect(total(parsed.map(({ values }) => values.boxesDrawn))).toBe(
          total([...once.values()].map(({ boxesDrawn }) => boxesDrawn)),
        );
      }),
    );
  });

  test("say the same when some of them are sent again", () => {
    const again = repeated.chain((data) => fc.tuple(fc.constant(data), fc.subarray(data)));
    fc.assert(
      fc.property(again, ([data, more]) => {
        expect(sumsOf([...data, ...more]).sums).toEqual(sumsOf(data).sums);
      }),
    );
  });
});

describe("any JSON", () => {
  const anything = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });
  const fields = fc.constantFrom(
    ...Object.keys({ ...ROW_FIELDS, ...TOTAL_FIELDS }),
    "projectId",
    "labelerId",
    "id",
    "__proto__",
  );
  const item = fc.oneof(anything, fc.dictionary(fields, anything), fc.constant({ projectId: "p", labelerId: "l" }));
  const nearly = fc.record(
    {
      data: fc.oneof(fc.array(item), anything),
      labelers: fc.array(item),
      stats: item,
      meta: fc.record({ notices: anything }),
    },
    { requiredKeys: [] },
  );

  function parsedOrFailed(document: unknown): unknown {
    try {
      return parseListed(document);
    } catch (error) {
      if (error instanceof ApiError) return error.reason;
      throw error;
    }
  }

  test("is parsed or fails with an ApiError", () => {
    fc.assert(
      fc.property(fc.oneof(anything, nearly), (document) => {
        const outcome = parsedOrFailed(viaJson(document));
        expect(typeof outcome === "object" || outcome === "invalid_schema").toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test("never yields a number that is none, a text that is too long, or one pair twice", () => {
    fc.assert(
      fc.property(nearly, (document) => {
        const outcome = parsedOrFailed(viaJson(document));
        if (typeof outcome === "string") return;
        const { rows: parsed, totals } = outcome as ListedStats;
        const numbers = [...parsed.flatMap(({ values }) => Object.values(values)), ...Object.values(totals)];
        expect(numbers.every(Number.isFinite)).toBe(true);
        const pairs = parsed.map(({ project, labeler }) => JSON.stringify([project, labeler]));
        expect(new Set(pairs).size).toBe(pairs.length);
        expect(parsed.every(({ project, labeler }) => project.length <= 128 && labeler.length <= 128)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
