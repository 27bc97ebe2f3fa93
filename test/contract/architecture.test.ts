import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { SOURCES } from "../../src/sources/sources.ts";

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
  dashboards: ["@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen"],
  storage: ["zod"],
  poller: ["node-cron"],
  running: [],
  "web-config": ["bcrypt", "zod"],
  pages: ["zod"],
  http: ["express", "negotiator"],
  doctor: [],
  backfill: [],
  raw: ["zod"],
  simulator: [],
  cli: ["commander"],
};

/** Files next to the folders: small things that everything may use, and the root where everything is wired. */
const LEAVES = [
  "abort.ts",
  "clock.ts",
  "errors.ts",
  "failures.ts",
  "markdown.ts",
  "nearest.ts",
  "redact.ts",
  "result.ts",
  "secret-search.ts",
  "stable-hash.ts",
  "steps.ts",
  "untrusted.ts",
  "text-file.ts",
  "version.ts",
];
const ROOTS = ["exporter.ts"];

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

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
  const folders = [...new Set(files.map(folderOf))].filter((folder) => folder !== "").sort();
  expect(folders).toEqual(ORDER.toSorted());
});

test("imports point down, and libraries stay in their room", () => {
  expect(files.flatMap(importsOf).filter((one) => !isAllowed(one))).toEqual([]);
});

test("what is installed for development only lends its types: the built program runs without it", () => {
  const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { devDependencies: object };
  const running = files.flatMap((file) => {
    const text = readFileSync(path.join("src", file), "utf8");
    return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)"/gm)].map(([, target = ""]) => target);
  });
  const ofDevelopment = Object.keys(devDependencies);
  expect(running).toContain("commander");
  expect(running.filter((target) => ofDevelopment.some((name) => `${target}/`.startsWith(`${name}/`)))).toEqual([]);
});

test("no file imports itself by a detour", () => {
  const graph = new Map(
    files.map((file) => [
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

/** Where a source may be named outside `src/sources/`: the configuration's keys, and panels that say which key fills them. */
const NAMES_KEYS =
  /^(?:config\/(?:backlog|config|contents|keys|settings|workspaces)|dashboards\/contents\/[\w-]+)\.ts$/;
/** The product, whose name is not that of a source. */
const PRODUCT = "Annotation Insights";
/** What holds the name of a source and means something else: the product, and an alert about reviews. */
const OTHERS = [PRODUCT, "RoboflowProjectReviewBacklog"];

/** Names of sources in identifiers, strings, imports and comments. */
function namedIn(text: string): string[] {
  const lower = OTHERS.reduce((rest, other) => rest.replaceAll(other, ""), text).toLowerCase();
  return SOURCES.map(({ name }) => name).filter((name) => lower.includes(name));
}

test("a source's name is not found in an alert's", () => {
  expect(namedIn("RoboflowProjectReviewBacklog")).toEqual([]);
  expect(namedIn("the backlog")).toEqual(["backlog"]);
});

test.each([
  { what: "an identifier", text: "const isLegacyGone = true;" },
  { what: "a string", text: 'if (source === "legacy") return;' },
  { what: "an import", text: 'import { rows } from "../sources/legacy/rows.ts";' },
  { what: "a comment", text: "/** Only the legacy endpoint has it. */" },
])("a source's name is found in $what", ({ text }) => {
  expect(namedIn(`/** Of ${PRODUCT}. */\n${text}`)).toEqual(["legacy"]);
});

test("nothing outside src/sources names a source, except the keys of the configuration and panels", () => {
  const others = files.filter((file) => folderOf(file) !== "sources" && !NAMES_KEYS.test(file));
  const naming = others.filter((file) => namedIn(readFileSync(path.join("src", file), "utf8")).length > 0);
  expect(naming).toEqual([]);
});
