import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/**
 * What each folder of src may import, and which libraries it owns. A library belongs to one folder; but for zod, which
 * stands wherever something comes in from outside: settings, answers, files.
 */
const FOLDERS: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly libraries: readonly string[] }>
> = {
  calendar: { folders: [], libraries: [] },
  config: { folders: ["calendar"], libraries: ["zod", "yaml"] },
  logger: { folders: ["config"], libraries: ["pino", "pino-pretty"] },
  api: { folders: ["calendar"], libraries: ["undici", "zod"] },
  metrics: { folders: ["api", "calendar", "config"], libraries: ["prom-client"] },
  poller: { folders: ["api", "calendar", "config", "logger", "metrics"], libraries: ["node-cron", "p-map"] },
  storage: { folders: ["api", "config", "logger"], libraries: ["zod"] },
  http: { folders: ["config", "logger", "metrics", "poller"], libraries: ["express"] },
  simulator: { folders: ["calendar"], libraries: [] },
  backfill: { folders: ["api", "calendar", "config", "metrics", "poller", "storage"], libraries: [] },
  doctor: { folders: ["api", "calendar", "config", "metrics", "poller"], libraries: [] },
  raw: { folders: ["api", "calendar", "config"], libraries: [] },
  cli: {
    folders: [
      "api",
      "backfill",
      "calendar",
      "config",
      "doctor",
      "http",
      "logger",
      "metrics",
      "poller",
      "raw",
      "simulator",
      "storage",
    ],
    libraries: ["commander"],
  },
};

/** Files beside the folders: small things that everything may use, and the roots where everything is wired. */
const LEAVES = [
  "clock.ts",
  "errors.ts",
  "linked-abort.ts",
  "plain-text.ts",
  "redact.ts",
  "result.ts",
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

function isAllowed({ file, target }: Import): boolean {
  const from = folderOf(file);
  if (from === "") return true;
  const rules = FOLDERS[from];
  if (target.startsWith("node:")) return true;
  if (!target.startsWith(".")) return rules?.libraries.includes(target) ?? false;
  const resolved = path.relative("src", path.resolve("src", path.dirname(file), target));
  const to = folderOf(resolved);
  if (to === "") return LEAVES.includes(resolved) || (from === "cli" && ROOTS.includes(resolved));
  return to === from || (rules?.folders.includes(to) ?? false);
}

test("every folder of src is in the table", () => {
  const folders = [...new Set(sources.map(folderOf))].filter((folder) => folder !== "").sort();
  expect(folders).toEqual(Object.keys(FOLDERS).sort());
});

test("imports keep to the table", () => {
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
