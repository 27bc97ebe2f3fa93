import { serveApi } from "./api.ts";
import { type Size, SIZES, WINDOWS } from "./sizes.ts";
import { start, stop } from "./start.ts";
import { keepAsking, percentile } from "./waits.ts";
import { ROW_METRICS } from "../src/sources/insights/metrics.ts";

/**
 * The check fails when a poll whose numbers all changed costs more CPU time than so many times a poll of the naive
 * subject of the same run, which only sets its gauges. Noise must not fail it, twice the work must.
 */
const MAX_OF_NAIVE: Readonly<Record<string, number>> = { "10k": 2, "100k": 2.5 };
const isCheck = process.argv.includes("--check");

interface Published {
  readonly cpuMs: number;
  readonly cells: readonly string[];
}

/** What polls of one subject cost, all numbers changed each time or none. */
async function publish(size: Size, subject: "exporter" | "naive", changes: boolean): Promise<Published> {
  const { child, serving } = await start(subject, `http://127.0.0.1:${await serveApi(size, changes)}`);
  await stop(child);
  const { publishCpuMs: cpuMs = NaN, longestStallMs = NaN, rssMb, peakMb } = serving;
  // The row metrics but the unique images, which the simulated answers do not have.
  const series = size.projects * size.labelers * (ROW_METRICS.length - 1) * WINDOWS.length;
  const micros = ((cpuMs * 1000) / series).toFixed(2);
  const numbers = [cpuMs.toFixed(0), micros, longestStallMs.toFixed(0), rssMb.toFixed(0), peakMb.toFixed(0)];
  return { cpuMs, cells: [size.name, subject, changes ? "all" : "none", ...numbers] };
}

/** How long scrapes wait for the response to begin while polls follow each other, all numbers changed each time. */
async function scrapeWaits(size: Size): Promise<readonly string[]> {
  const waits: number[] = [];
  const api = `http://127.0.0.1:${await serveApi(size, true)}`;
  const { child } = await start("exporter", api, (port) => void keepAsking(port, waits));
  await stop(child);
  const sorted = waits.toSorted((a, b) => a - b);
  return [percentile(sorted, 0.5), percentile(sorted, 0.99), percentile(sorted, 1)].map((ms) => ms.toFixed(1));
}

const table = [
  [
    ...["size", "subject", "changed", "CPU ms", "us/series", "stall ms", "RSS MB", "peak MB"],
    ...["wait p50 ms", "p99 ms", "longest"],
  ],
];
const failures: string[] = [];
for (const size of SIZES.filter(({ name }) => !isCheck || name in MAX_OF_NAIVE)) {
  const [all, none] = [await publish(size, "exporter", true), await publish(size, "exporter", false)];
  const naive = await publish(size, "naive", true);
  table.push([...all.cells, ...(isCheck ? [] : await scrapeWaits(size))], [...none.cells], [...naive.cells]);
  const ratio = all.cpuMs / naive.cpuMs;
  const max = MAX_OF_NAIVE[size.name] ?? Infinity;
  if (ratio > max) failures.push(`${size.name}: ${ratio.toFixed(2)} times the naive subject, at most ${max}`);
}
console.log(table.map((row) => `| ${row.join(" | ")} |`).join("\n"));
for (const failure of failures) console.error(failure);
process.exit(isCheck && failures.length > 0 ? 1 : 0);
