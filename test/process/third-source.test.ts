import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Finding } from "../../src/sources/checks.ts";
import { type ParsedFamily, parseExposition, valueOf } from "../support/exposition.ts";
import { type ScriptedApi, startScriptedApi } from "../support/exporter-harness.ts";
import { startProgram } from "../support/program.ts";

// A source is one file and one line in the list: the built program gets both, and nothing else in it changes.

// Where the program's libraries are found.
const directory = mkdtempSync(path.join("node_modules", ".third-source-"));
const main = path.join(directory, "dist", "main.js");
const TOY = { workspace: "acme", source: "toy" };
const endOf = (source: string) =>
  new RegExp(`"source":"${source}"[^\n]*"msg":"(?:poll (?:succeeded|failed)|the endpoint is gone)`);

/** Adds the toy source to a copy of the built program. */
function addSource(): void {
  cpSync("dist", path.join(directory, "dist"), { recursive: true });
  cpSync("package.json", path.join(directory, "package.json"));
  const sources = path.join(directory, "dist", "sources");
  const text = readFileSync("test/fixtures/toy-source/toy.ts", "utf8").replaceAll("../../../src/", "../../");
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      rewriteRelativeImportExtensions: true,
    },
  });
  mkdirSync(path.join(sources, "toy"));
  writeFileSync(path.join(sources, "toy", "toy.js"), outputText);
  const list = path.join(sources, "sources.js");
  const line = 'import { toy } from "./toy/toy.js";\n';
  writeFileSync(list, line + readFileSync(list, "utf8").replace(/(SOURCES = \[[^\]]*)\]/, "$1, toy]"));
}

let api: ScriptedApi;
/** What `GET /{workspace}` is answered with. */
let status: number;
let isDown: boolean;

beforeAll(async () => {
  addSource();
  api = await startScriptedApi(({ pathname }) => {
    if (isDown) return { status: 500, json: {} };
    if (pathname === "/") return { json: { workspace: "acme" } };
    if (pathname !== "/acme") return { json: { data: [], labelers: [], stats: { numImagesLabeled: 0 } } };
    const projects = [{ id: "acme/roofs" }, { id: "acme/fields" }];
    return status === 200 ? { json: { workspace: { projects } } } : { status, json: {} };
  });
});

afterAll(async () => {
  await api.close();
  rmSync(directory, { recursive: true });
});

beforeEach(() => {
  [status, isDown] = [200, false];
  rmSync(path.join(directory, "cache"), { recursive: true, force: true });
});

interface Seen {
  readonly families: ReadonlyMap<string, ParsedFamily>;
}

/** Starts the program, waits for the end of the first polls, scrapes it and stops it. */
async function firstPolls(yaml = "windows: [7d]"): Promise<Seen> {
  const config = path.join(directory, "config.yml");
  writeFileSync(config, `${yaml}\napi: { retries: 0 }\n`);
  const flags = ["--web.listen-address=127.0.0.1:0", "--config.file", config];
  const program = startProgram(
    [...flags, `--storage.path=${path.join(directory, "cache")}`],
    { ROBOFLOW_API_URL: api.url, ROBOFLOW_API_KEY: "key-of-a-test-0123", ROBOFLOW_WORKSPACE: "acme" },
    main,
  );
  onTestFinished(() => program[Symbol.asyncDispose]());
  const [, url = ""] = await program.waitFor(/"addresses":\["(http:[^"]+)"/);
  for (const source of ["insights", "toy"]) await program.waitFor(endOf(source));
  const families = parseExposition(await (await fetch(`${url}/metrics`)).text());
  program.child.kill("SIGTERM");
  await program.exited;
  return { families };
}

test("a third source is polled and published, with its own health and counters", async () => {
  const { families } = await firstPolls();
  expect(valueOf(families, "roboflow_toy_projects", { workspace: "acme" })).toBe(2);
  expect(valueOf(families, "roboflow_up", TOY)).toBe(1);
  expect(valueOf(families, "roboflow_source_available", TOY)).toBe(1);
  expect(valueOf(families, "roboflow_exporter_polls_total", TOY)).toBe(1);
  expect(valueOf(families, "roboflow_exporter_series", TOY)).toBe(1);
  expect(valueOf(families, "roboflow_up", { source: "insights" })).toBe(1);
});

test("it is the first that the series limit leaves out", async () => {
  const { families } = await firstPolls("windows: [7d]\nlimits: { series: 1 }");
  expect(families.has("roboflow_toy_projects")).toBe(false);
  expect(valueOf(families, "roboflow_workspace_images_labeled")).toBe(0);
  expect(valueOf(families, "roboflow_exporter_series_dropped", TOY)).toBe(1);
});

test("what it brought is shown after a restart, before the API has answered", async () => {
  await firstPolls();
  isDown = true;
  const { families } = await firstPolls();
  expect(valueOf(families, "roboflow_up", TOY)).toBe(0);
  expect(valueOf(families, "roboflow_data_stale", TOY)).toBe(0);
  expect(valueOf(families, "roboflow_toy_projects", { workspace: "acme" })).toBe(2);
});

test("once its endpoint is gone, its data is withdrawn and no longer kept", async () => {
  await firstPolls();
  status = 410;
  const { families } = await firstPolls();
  expect(valueOf(families, "roboflow_source_available", TOY)).toBe(0);
  expect(families.has("roboflow_toy_projects")).toBe(false);
  expect(valueOf(families, "roboflow_exporter_poll_failures_total", { ...TOY, reason: "http" })).toBe(0);
  expect(readdirSync(path.join(directory, "cache")).filter((name) => name.endsWith(".toy.json"))).toEqual([]);
});

test("doctor asks its questions, and polls it", async () => {
  const config = path.join(directory, "config.yml");
  writeFileSync(config, "windows: [7d]\napi: { retries: 0 }\n");
  const program = startProgram(
    ["doctor", "--json", "--config.file", config],
    { ROBOFLOW_API_URL: api.url, ROBOFLOW_API_KEY: "key-of-a-test-0123", ROBOFLOW_WORKSPACE: "acme" },
    main,
  );
  onTestFinished(() => program[Symbol.asyncDispose]());
  await program.exited;
  const { workspaces } = JSON.parse(program.output().stdout) as { workspaces: [{ findings: Finding[] }] };
  const found = workspaces[0].findings.filter(({ topic }) => topic.startsWith("toy"));
  expect(found.map(({ topic, verdict }) => [topic, verdict])).toEqual([
    ["toy", "ok"],
    ["toy poll", "ok"],
  ]);
});
