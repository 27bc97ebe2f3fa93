import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/**
 * The rooms of src, from the ground up: each may import those above it in this list, and no others. A library belongs to
 * one room; but for zod, which stands wherever something comes in from outside: settings, answers, files.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  calendar: [],
  config: ["zod", "yaml", "ical.js"],
  logger: ["pino", "pino-pretty"],
  roboflow: ["undici", "zod"],
  answers: ["zod"],
  metrics: [],
  sources: ["p-map", "zod"],
  self: ["prom-client"],
  exposition: [],
  rules: [],
  storage: ["zod"],
  poller: ["node-cron"],
  http: ["express"],
  doctor: [],
  backfill: [],
  raw: [],
  simulator: [],
  cli: ["commander"],
};

/** Files beside the folders: small things that everything may use, and the roots where everything is wired. */
const LEAVES = [
  "clock.ts",
  "deadline.ts",
  "errors.ts",
  "failure-docs.ts",
  "failures.ts",
  "is-record.ts",
  "linked-abort.ts",
  "markdown.ts",
  "plain-text.ts",
  "redact.ts",
  "refused-error.ts",
  "result.ts",
  "secret-search.ts",
  "slug.ts",
  "steps.ts",
  "version.ts",
];
const ROOTS = ["exporter.ts", "once.ts"];

interface Import {
  readonly file: string;
  readonly target: string;
}

const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join("src", file), "utf8");
  return [...text.matchAll(/(?:from|import) "([^"]+)"/g)].map(([, target = ""]) => ({ file, target }));
}

function folderOf(file: string): string {
  return file.includes(path.sep) ? (file.split(path.sep)[0] ?? "") : "";
}

const ORDER = Object.keys(ROOMS);

function isAllowed({ file, target }: Import): boolean {
  const from = folderOf(file);
  if (from === "" || target.startsWith("node:")) return true;
  if (!target.startsWith(".")) return ROOMS[from]?.includes(target) ?? false;
  const resolved = path.relative("src", path.resolve("src", path.dirname(file), target));
  const to = folderOf(resolved);
  if (to === "") return LEAVES.includes(resolved) || (from === "cli" && ROOTS.includes(resolved));
  return ORDER.indexOf(to) <= ORDER.indexOf(from);
}

test("every folder of src is in the table", () => {
  const folders = [...new Set(sources.map(folderOf))].filter((folder) => folder !== "").sort();
  expect(folders).toEqual(ORDER.toSorted());
});

test("imports point down, and libraries stay in their room", () => {
  expect(sources.flatMap(importsOf).filter((one) => !isAllowed(one))).toEqual([]);
});

test("no file imports itself by a detour", () => {
  const graph = new Map(
    sources.map((file) => [
      file,
      importsOf(file)
        .filter(({ target }) => target.startsWith("."))
        .map(({ target }) => path.join(path.dirname(file), target)),
    ]),
  );
  // Files without imports left are taken away until nothing changes: what stays is in a cycle or leads into one.
  for (let size = -1; size !== graph.size;) {
    size = graph.size;
    for (const [file, targets] of graph) if (!targets.some((target) => graph.has(target))) graph.delete(file);
  }
  expect([...graph.keys()]).toEqual([]);
});
