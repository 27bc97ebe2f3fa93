import { expect, test } from "vitest";
import { type AskPage, readPage, readPages } from "../../../src/raw/pages.ts";

const pageOf = (...rows: readonly unknown[]) => readPage(rows, (text) => text);

async function take(askPage: AskPage, start = 0, first = start === 0 ? undefined : pageOf("first")) {
  const rows: unknown[] = [];
  const failure = await (async () => {
    for await (const page of readPages(askPage, start, first)) rows.push(...page.rows);
  })().catch((error: unknown) => error);
  return { rows, failure };
}

test("pages shorter than the others are followed, an empty one ends it", async () => {
  const pages = new Map([
    [0, pageOf(0, 1, 2)],
    [3, pageOf(3)],
    [4, pageOf(4, 5)],
  ]);
  expect(await take((offset) => Promise.resolve(pages.get(offset) ?? pageOf()))).toEqual({
    rows: [0, 1, 2, 3, 4, 5],
    failure: undefined,
  });
});

test.each([
  { name: "the one before", script: ["a", "b", "b"], rows: ["a", "b"] },
  { name: "an older one", script: ["a", "b", "a"], rows: ["a", "b"] },
])("a page that is $name again ends it, and its rows are not given", async ({ script, rows }) => {
  const taken = await take((offset) => Promise.resolve(pageOf(script[offset])));
  expect(taken).toMatchObject({ rows, failure: { message: /^the page at offset 2 repeats an earlier one: / } });
});

test("further on, the very first page counts as given", async () => {
  const taken = await take(() => Promise.resolve(pageOf("first")), 7);
  expect(taken).toMatchObject({ rows: [], failure: { message: /^the page at offset 7 / } });
});

test("there is an end to what never ends", async () => {
  const { rows, failure } = await take((offset) =>
    Promise.resolve({ rows: [0], lines: "", fingerprint: String(offset) }),
  );
  expect(rows.length).toBe(100_000);
  expect(failure).toMatchObject({ message: "a run ends after 100000 pages" });
});

test("a row that repeats a secret is given without it, whatever it is in", () => {
  const redact = (text: string) => text.replaceAll("12345678", "<secret>");
  const rows = [{ note: "a 12345678", n: 123456789, list: ["12345678", { "12345678": null }] }, "plain", 7];
  expect(readPage(rows, redact).lines.split("\n")).toEqual([
    '{"note":"a <secret>","n":"<secret>9","list":["<secret>",{"<secret>":null}]}',
    '"plain"',
    "7",
  ]);
});

test("a row nested too deeply to be written is an error of the API", () => {
  const row: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  expect(() => pageOf(row)).toThrow("a raw row is nested too deeply to be written");
});
