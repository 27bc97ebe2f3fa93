import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { Gauge, Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { type WorkspaceStats, rowsOf } from "../../src/sources/insights/fields.ts";
import { createTail, gzipMember } from "../../src/http/tail.ts";
import { composeSnapshot } from "../../src/exposition/snapshot.ts";
import { DROP_ORDER } from "../../src/exposition/catalogue.ts";
import type { MetricDefinition } from "../../src/metrics/definition.ts";
import { renderHeader } from "../../src/metrics/render-family.ts";
import { createSelfMetrics } from "../../src/self/recorder.ts";
import { FORMATS } from "../../src/self/registry.ts";
import { fittedOf } from "../../src/exposition/published.ts";
import { SOURCES } from "../../src/sources/sources.ts";
import type { WorkspaceState } from "../../src/exposition/workspace-state.ts";
import { NOW, WORKSPACE, dataOf, identityOf, stateWith, stats, statsOf, text } from "../support/any-stats.ts";
import { parseExposition } from "../support/exposition.ts";
import { momentAt } from "../support/manual-clock.ts";
import { renderedLines } from "../support/rendered.ts";
import { selfText } from "../support/self-text.ts";

const THING: MetricDefinition = {
  name: "roboflow_thing",
  type: "gauge",
  help: "A thing.",
  labels: ["a", "b"],
  unit: "things",
  source: "exporter",
  sums: "never",
  caveat: "",
};

async function stateOf(given: WorkspaceStats, seriesLimit = 50_000): Promise<WorkspaceState> {
  const data = await dataOf(given, { workspace: { ...WORKSPACE, seriesLimit } });
  return { ...stateWith(data), seriesLimit };
}

describe("rendering", () => {
  test("any label text and any finite value survive it", async () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(text, text), { selector: String, minLength: 1 }),
        value,
        async (pairs, value) => {
          const samples = pairs.map(([a, b]) => ({ labels: { a, b }, value }));
          const parts = [renderHeader(THING), await renderedLines(THING, samples)];
          const family = parseExposition(Buffer.concat(parts).toString()).get("roboflow_thing");
          // Lone surrogates have no UTF-8; they become U+FFFD, and minus zero becomes zero's text.
          const expected = pairs.map(([a, b]) => ({ a: a.toWellFormed(), b: b.toWellFormed() }));
          expect(family?.samples.map(({ labels }) => labels)).toEqual(expected);
          expect(family?.samples[0]?.value).toBe(value + 0);
        },
      ),
    );
  });

  test("it is what prom-client renders, for any help, labels and values", async () => {
    const value = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const samples = fc.uniqueArray(fc.record({ a: text, b: text, value }), { selector: ({ a, b }) => `${a}/${b}` });
    await fc.assert(
      fc.asyncProperty(text, samples, async (rest, samples) => {
        const definition = { ...THING, help: `Help. ${rest}` };
        const gauge = new Gauge({ ...definition, labelNames: [...definition.labels], registers: [] });
        for (const { value, ...labels } of samples) gauge.set(labels, value);
        const registry = new Registry();
        registry.registerMetric(gauge);
        const own = samples.map(({ value, ...labels }) => ({ labels, value }));
        const parts = [renderHeader(definition), await renderedLines(definition, own)];
        expect(Buffer.concat(parts)).toEqual(Buffer.from(await registry.metrics()));
      }),
    );
  });

  test("values that are not finite are left out", async () => {
    const samples = [NaN, Infinity, 1, -Infinity].map((value) => ({ labels: { a: String(value) }, value }));
    expect((await renderedLines(THING, samples)).toString()).toBe('roboflow_thing{a="1"} 1\n');
  });

  test("the published text is valid whatever the statistics, the same in any order of rows, projects and labelers", async () => {
    await fc.assert(
      fc.asyncProperty(stats, fc.infiniteStream(fc.nat()), async (given, numbers) => {
        const shuffle = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => [Number(numbers.next().value), item] as const)
            .toSorted(([a], [b]) => a - b)
            .map(([, item]) => item);
        const shuffled: WorkspaceStats = {
          ...given,
          projects: new Map(shuffle([...given.projects])),
          labelers: new Map(shuffle([...given.labelers])),
          windows: shuffle(given.windows.map((window) => ({ ...window, rows: rowsOf(shuffle([...window.rows])) }))),
        };
        const published = await identityOf(await stateOf(given));
        parseExposition(published);
        expect(await identityOf(await stateOf(shuffled))).toBe(published);
      }),
      { numRuns: 60 },
    );
  });
});

describe("the series limit", () => {
  test("is never exceeded; what is dropped comes first in the stated order; all series are accounted for", async () => {
    await fc.assert(
      fc.asyncProperty(stats, fc.nat({ max: 200 }), async (given, limit) => {
        const [all, kept] = [await stateOf(given), await stateOf(given, limit)];
        const [whole, part] = [fittedOf(all, momentAt(NOW)), fittedOf(kept, momentAt(NOW))].map((one) =>
          one.get("insights"),
        );
        if (!whole || !part) throw new Error("no data");
        const families = parseExposition(await identityOf(kept));
        const published = DROP_ORDER.flatMap((name) => families.get(name)?.samples ?? []).length;
        expect(published).toBe(part.series);
        expect(published).toBeLessThanOrEqual(limit);
        expect(part.series + part.droppedSeries).toBe(whole.series);
        const present = DROP_ORDER.filter((name) => whole.parts.some(({ definition }) => definition.name === name));
        expect(part.droppedFamilies.toReversed()).toEqual(present.slice(0, part.droppedFamilies.length));
        for (const [index, one] of part.parts.entries())
          expect(await one.lines()).toEqual(await whole.parts[index]?.lines());
      }),
      { numRuns: 60 },
    );
  });
});

describe("a gzip answer", () => {
  test("holds what the plain answer holds, in one member", async () => {
    await fc.assert(
      fc.asyncProperty(stats, text, async (given, label) => {
        const body = await composeSnapshot([await stateOf(given)], momentAt(NOW));
        const tail = createTail(`roboflow_thing{a=${JSON.stringify(label)}} 1\n`);
        const plain = Buffer.concat([...(body.identity ?? []), tail.identity]);
        const zipped = Buffer.concat(gzipMember(body, tail));
        expect(gunzipSync(zipped)).toEqual(plain);
        expect(zipped.readUInt32LE(zipped.length - 4)).toBe(plain.length);
        expect(zipped.indexOf(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), 1)).toBe(-1);
      }),
      { numRuns: 60 },
    );
  });
});

test("a family without any finite value does not spoil the gzip answer", async () => {
  const row = { project: "p", labeler: "l", values: { imagesLabeled: 1, boxesDrawn: Infinity } };
  const state = await stateOf(statsOf([[row]], "w", "n"));
  const body = await composeSnapshot([state], momentAt(NOW));
  const tail = createTail("end 1\n");
  expect(gunzipSync(Buffer.concat(gzipMember(body, tail)))).toEqual(
    Buffer.concat([...(body.identity ?? []), tail.identity]),
  );
  expect(parseExposition(await identityOf(state)).has("roboflow_boxes_drawn")).toBe(false);
  expect(fittedOf(state, momentAt(NOW)).get("insights")?.series).toBe(1 + 2 + 4);
});

describe("counters", () => {
  test.each(FORMATS)("with any workspace and field are valid %s", async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { minLength: 1, maxLength: 5 }), async (names) => {
        const metrics = createSelfMetrics({ version: "1", revision: "r", nodeVersion: "v20" });
        for (const name of names) metrics.forWorkspace(name, SOURCES).forSource("insights").filterIgnored(name);
        parseExposition(await selfText(metrics, format), format);
      }),
      { numRuns: 10 },
    );
  });
});
