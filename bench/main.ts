import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type LoadResult, load } from "./load.ts";
import { type Size, SIZES, statsAnswer } from "./sizes.ts";
import { measureStartup } from "./startup.ts";
import { type Serving, serveBare } from "./subject.ts";
import { renderTable } from "./table.ts";

/** What was measured of one subject at one size. */
export interface Measurement extends Serving {
  readonly size: string;
  readonly series: number;
  readonly subject: "exporter" | "naive" | "static";
  readonly gzip: LoadResult;
  readonly identity: LoadResult;
}

const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 3);
const RESULT_FILE = "bench/results.json";

async function start(subject: string, argument: string): Promise<{ child: ChildProcess; serving: Serving }> {
  const script = fileURLToPath(new URL(`subject-${subject}.js`, import.meta.url));
  const child = fork(script, [argument]);
  const [serving] = (await once(child, "message")) as [Serving];
  return { child, serving };
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function countSeries(port: number): Promise<number> {
  const text = await (
    await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { "accept-encoding": "identity" } })
  ).text();
  return text.split("\n").filter((line) => line.startsWith("roboflow_") && !/^roboflow_(exporter|api)_/.test(line))
    .length;
}

async function measureServing(serving: Serving): Promise<Pick<Measurement, "gzip" | "identity">> {
  await load(serving.port, "gzip", 0.5);
  return { gzip: await load(serving.port, "gzip", SECONDS), identity: await load(serving.port, "identity", SECONDS) };
}

async function measureSize(size: Size): Promise<Measurement[]> {
  const answer = statsAnswer(size);
  const apiPort = await serveBare((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(answer);
  });
  const api = `http://127.0.0.1:${apiPort}`;
  const exporter = await start("exporter", api);
  const series = await countSeries(exporter.serving.port);
  const own = { ...exporter.serving, ...(await measureServing(exporter.serving)) };
  // The limit and the exporter stand side by side, so that both see the same machine.
  const bare = await start("static", `http://127.0.0.1:${exporter.serving.port}/metrics`);
  const limit = { ...bare.serving, ...(await measureServing(bare.serving)) };
  await Promise.all([stop(exporter.child), stop(bare.child)]);
  const naive = await start("naive", api);
  const old = { ...naive.serving, ...(await measureServing(naive.serving)) };
  await stop(naive.child);
  const common = { size: size.name, series };
  return [
    { ...common, subject: "exporter", ...own },
    { ...common, subject: "naive", ...old },
    { ...common, subject: "static", ...limit },
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
