import { writeFileSync } from "node:fs";
import { serveApi } from "./api.ts";
import { type LoadResult, load } from "./load.ts";
import { type Size, SIZES } from "./sizes.ts";
import { measureStartup } from "./startup.ts";
import { start, stop } from "./start.ts";
import type { Serving } from "./subject.ts";
import { renderTable } from "./table.ts";

/** What was measured of one subject at one size. */
export interface Measurement extends Serving {
  readonly size: string;
  readonly series: number;
  readonly subject: "exporter" | "naive" | "static";
  readonly gzip: LoadResult;
  readonly identity: LoadResult;
}

const ROUNDS = 5;
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 3);
const RESULT_FILE = "bench/results.json";

async function countSeries(port: number): Promise<number> {
  const text = await (
    await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { "accept-encoding": "identity" } })
  ).text();
  return text.split("\n").filter((line) => line.startsWith("roboflow_") && !/^roboflow_(exporter|api)_/.test(line))
    .length;
}

type Loads = Pick<Measurement, "gzip" | "identity">;

/** The round with the median rate. */
function medianRound(rounds: readonly LoadResult[]): LoadResult {
  const sorted = rounds.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (!middle) throw new Error("no rounds");
  return middle;
}

/** Loads several subjects in turn, round by round, so that a moment's noise on the machine hits them alike. */
async function measureInTurn(ports: readonly number[], encoding: keyof Loads): Promise<LoadResult[]> {
  const rounds = ports.map((): LoadResult[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, port] of ports.entries()) rounds[index]?.push(await load(port, encoding, SECONDS / ROUNDS));
  return rounds.map(medianRound);
}

async function measureServing(ports: readonly number[]): Promise<Loads[]> {
  for (const port of ports) await load(port, "gzip", 0.5);
  const [gzip, identity] = [await measureInTurn(ports, "gzip"), await measureInTurn(ports, "identity")];
  return gzip.flatMap((one, index) => {
    const plain = identity[index];
    return plain ? [{ gzip: one, identity: plain }] : [];
  });
}

async function measureSize(size: Size): Promise<Measurement[]> {
  const api = `http://127.0.0.1:${await serveApi(size, true)}`;
  const exporter = await start("exporter", api);
  const series = await countSeries(exporter.serving.port);
  const bare = await start("static", `http://127.0.0.1:${exporter.serving.port}/metrics`);
  const [own, limit] = await measureServing([exporter.serving.port, bare.serving.port]);
  await Promise.all([stop(exporter.child), stop(bare.child)]);
  const naive = await start("naive", api);
  const [old] = await measureServing([naive.serving.port]);
  await stop(naive.child);
  if (!own || !limit || !old) throw new Error("a subject was not measured");
  const common = { size: size.name, series };
  return [
    { ...common, subject: "exporter", ...exporter.serving, ...own },
    { ...common, subject: "naive", ...naive.serving, ...old },
    { ...common, subject: "static", ...bare.serving, ...limit },
  ];
}

const startup = await measureStartup();
const measurements: Measurement[] = [];
for (const size of SIZES) measurements.push(...(await measureSize(size)));
const result = { node: process.version, seconds: SECONDS, startup, measurements };
writeFileSync(RESULT_FILE, `${JSON.stringify(result, undefined, 2)}\n`);
console.log(renderTable(measurements));
console.log(
  `start to first answer ${startup.firstAnswerMs.toFixed(0)} ms, to first data ${startup.firstDataMs.toFixed(0)} ms`,
);
console.log(`\nJSON: ${RESULT_FILE}`);
process.exit(0);
