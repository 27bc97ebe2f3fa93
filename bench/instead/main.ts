import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveApi } from "../api.ts";
import { type LoadResult, load } from "../load.ts";
import { type Size, SIZES, WINDOWS, statsAnswer } from "../sizes.ts";
import { start } from "../start.ts";
import { serveBare } from "../subject.ts";
import { ALTERNATIVES, type Alternative, type Running, installedOnly } from "./programs.ts";

// What users run instead, next to the exporter in the same run: scrapes in turn, and what new values cost.
const ROUNDS = 3;
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 3);
const PUBLICATIONS = 5;
/** Of the kernel's figures in /proc. */
const MS_PER_TICK = 10;
const KB_PER_MB = 1024;

interface Result {
  readonly name: string;
  readonly publishCpuMs: number | undefined;
  readonly scrape: LoadResult;
  readonly peakMb: number;
}

function cpuMs(pid: number): number {
  // The name of the program, in parentheses, may hold spaces.
  const [, after = ""] = readFileSync(`/proc/${String(pid)}/stat`, "utf8").split(/\) /);
  const fields = after.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

function peakMb(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / KB_PER_MB;
}

/** CPU time of the program alone for one new set of values. */
async function publishingOf({ child: { pid = 0 }, publish }: Running): Promise<number | undefined> {
  if (!publish) return undefined;
  await publish();
  const before = cpuMs(pid);
  for (let i = 0; i < PUBLICATIONS; i++) await publish();
  return (cpuMs(pid) - before) / PUBLICATIONS;
}

/** In turn with the exporter, round by round; the best round of each, since noise only slows down. */
async function scrapes(targets: readonly { readonly port: number; readonly path: string }[]): Promise<LoadResult[]> {
  const rounds = targets.map((): LoadResult[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, { port, path }] of targets.entries())
      rounds[index]?.push(await load(port, "gzip", SECONDS / ROUNDS, path));
  return rounds.flatMap((all) => all.toSorted((a, b) => b.requestsPerSecond - a.requestsPerSecond).slice(0, 1));
}

async function startExporter(api: string) {
  const { child, serving } = await start("exporter", api);
  const answer = await fetch(`http://127.0.0.1:${String(serving.port)}/metrics`);
  const lines = (await answer.text()).split(/(?<=\n)/);
  const own = lines.filter((line) => /^(# \w+ )?roboflow_(?!exporter|api_)/.test(line));
  return { child, serving, exposition: Buffer.from(own.join("")) };
}

/** Its one answer has as many rows as all windows have together: json_exporter knows no windows. */
async function startApi({ projects, labelers }: Size): Promise<string> {
  const answer = statsAnswer({ projects: projects * WINDOWS.length, labelers });
  const port = await serveBare((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(answer);
  });
  return `http://127.0.0.1:${String(port)}`;
}

async function measureOne(alternative: Alternative, size: Size, directory: string): Promise<Result[]> {
  const api = await startApi(size);
  const exporter = await startExporter(`http://127.0.0.1:${String(await serveApi(size, true))}`);
  const running = await alternative.start({ api, exposition: exporter.exposition, directory });
  const publishCpuMs = await publishingOf(running);
  const [own, theirs] = await scrapes([{ port: exporter.serving.port, path: "/metrics" }, running]);
  const peaks = [exporter.child, running.child].map(({ pid = 0 }) => peakMb(pid));
  for (const child of [exporter.child, running.child]) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  if (!own || !theirs) throw new Error("a program was not measured");
  return [
    { name: "exporter", publishCpuMs: exporter.serving.publishCpuMs, scrape: own, peakMb: peaks[0] ?? NaN },
    { name: alternative.name, publishCpuMs, scrape: theirs, peakMb: peaks[1] ?? NaN },
  ];
}

function print(size: string, results: readonly Result[]): void {
  const [own] = results;
  for (const { name, publishCpuMs, scrape, peakMb: peak } of results) {
    const times = own ? own.scrape.requestsPerSecond / scrape.requestsPerSecond : NaN;
    const cells = [
      ...[size, name, publishCpuMs?.toFixed(0) ?? "–", scrape.requestsPerSecond.toFixed(1)],
      ...[scrape.p50Ms.toFixed(2), scrape.p99Ms.toFixed(2), times.toFixed(times < 10 ? 1 : 0), peak.toFixed(0)],
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

const directory = mkdtempSync(join(tmpdir(), "roboflow-bench-"));
console.log(
  "| size | program | CPU ms for new values | gzip req/s | p50 ms | p99 ms | exporter's rate to it | peak RSS MB |",
);
console.log(
  "| ---- | ------- | --------------------- | ---------- | ------ | ------ | --------------------- | ----------- |",
);
for (const alternative of installedOnly(ALTERNATIVES))
  for (const size of SIZES) print(size.name, await measureOne(alternative, size, join(directory, size.name)));
rmSync(directory, { recursive: true });
process.exit(0);
