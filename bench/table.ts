import type { Measurement } from "./main.ts";

type Column = readonly [title: string, value: (measurement: Measurement) => string];

const round = (value: number | undefined, digits = 1) => (value === undefined ? "-" : value.toFixed(digits));

const COLUMNS: readonly Column[] = [
  ["size", ({ size }) => size],
  ["subject", ({ subject }) => subject],
  ["publish CPU ms", ({ publishCpuMs }) => round(publishCpuMs)],
  ["us/series", ({ publishCpuMs, series }) => round(publishCpuMs && (publishCpuMs * 1000) / series, 2)],
  ["stall ms", ({ longestStallMs }) => round(longestStallMs)],
  ["heap MB", ({ heapMb }) => round(heapMb)],
  ["RSS MB", ({ rssMb }) => round(rssMb)],
  ["peak MB", ({ peakMb }) => round(peakMb)],
  ["gzip req/s", ({ gzip }) => round(gzip.requestsPerSecond)],
  ["p50 ms", ({ gzip }) => round(gzip.p50Ms, 2)],
  ["p99 ms", ({ gzip }) => round(gzip.p99Ms, 2)],
  ["kB", ({ gzip }) => round(gzip.bytes / 1000, 0)],
  ["plain req/s", ({ identity }) => round(identity.requestsPerSecond)],
  ["p50 ms", ({ identity }) => round(identity.p50Ms, 2)],
  ["p99 ms", ({ identity }) => round(identity.p99Ms, 2)],
  ["kB", ({ identity }) => round(identity.bytes / 1000, 0)],
];

function ratios(measurements: readonly Measurement[]): string[] {
  return [...new Set(measurements.map(({ size }) => size))].map((size) => {
    const rate = (subject: Measurement["subject"]) =>
      measurements.find((one) => one.size === size && one.subject === subject)?.gzip.requestsPerSecond ?? NaN;
    const [own, naive, bare] = [rate("exporter"), rate("naive"), rate("static")];
    return `${size}: a gzip scrape is served ${round(own / naive, 0)} times the naive rate, ${round(own / bare, 2)} of the bare server's`;
  });
}

/** The measurements as a table of fixed columns, and the ratios that matter. */
export function renderTable(measurements: readonly Measurement[]): string {
  const rows = [COLUMNS.map(([title]) => title), ...measurements.map((one) => COLUMNS.map(([, value]) => value(one)))];
  const widths = COLUMNS.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, index) => cell.padStart(widths[index] ?? 0)).join("  "));
  return [...lines, "", ...ratios(measurements)].join("\n");
}
