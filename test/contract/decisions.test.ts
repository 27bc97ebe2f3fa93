import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";

const FOLDER = "docs/decisions";
const pages = readdirSync(FOLDER)
  .filter((file) => /^\d{4}-.*\.md$/.test(file))
  .toSorted();

/** Number, title, and the page that replaces it in part. */
type Entry = readonly (string | undefined)[];

function entryOf(file: string): Entry {
  const text = readFileSync(`${FOLDER}/${file}`, "utf8");
  const [, number, title] = /^# (\d+)\. (.+)$/m.exec(text) ?? [];
  const [, by] = /^> Replaced in part by \[\d+\]\(([^)]+)\)/.exec(text) ?? [];
  return [file, number, title, by];
}

const ROW =
  /^\| (\d+) +\| \[(.+?)\]\((.+?)\) +\| \d{4}-\d{2}-\d{2} +\| (?:accepted|replaced in part by \[\d+\]\((.+?)\)) +\|$/gm;

test("the index lists each decision with its title, date and status", () => {
  const index = readFileSync(`${FOLDER}/README.md`, "utf8");
  const listed = [...index.matchAll(ROW)].map(([, number, title, file, by]): Entry => [file, number, title, by]);
  expect(pages.length).toBeGreaterThan(20);
  expect(listed).toEqual(pages.map(entryOf));
});

test("the number of a decision is that of its file", () => {
  const numbers = pages.map((file) => Number(file.slice(0, 4)));
  expect(pages.map((file) => Number(entryOf(file)[1]))).toEqual(numbers);
});
