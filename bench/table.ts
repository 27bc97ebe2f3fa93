import type { Measurement } from "./main.ts";

type Column = readonly [title: string, value: (measurement: Measurement) => string];

const round = (value: number | undefined, digits = 0) => (value === undefined ? "–" : value.toFixed(digits));
/** Small rates need a digit more. */
const rate = (value: number) => round(value, value < 10 ? 1 : 0);

const COLUMNS: readonly Column[] = [
  ["size", ({ size }) => size],
  ["subject", ({ subject }) => subject],
  ["publish CPU ms", ({ publishCpuMs }) => round(publishCpuMs)],
  ["µs/series", ({ publishCpuMs, series }) => round(publishCpuMs && (publishCpuMs * 1000) / series, 2)],
  ["stall ms", ({ longestStallMs }) => round(longestStallMs, 1)],
  ["heap MB", ({ heapMb }) => round(heapMb)],
  ["RSS MB", ({ rssMb }) => round(rssMb)],
  ["peak MB", ({ peakMb }) => round(peakMb)],
  ["gzip req/s", ({ gzip }) => rate(gzip.requestsPerSecond)],
  ["p50 ms", ({ gzip }) => round(gzip.p50Ms, 2)],
  ["p99 ms", ({ gzip }) => round(gzip.p99Ms, 2)],
  ["plain req/s", ({ identity }) => rate(identity.requestsPerSecond)],
  ["p50 ms", ({ identity }) => round(identity.p50Ms, 2)],
  ["p99 ms", ({ identity }) => round(identity.p99Ms, 2)],
];

function ratiosOf(measurements: readonly Measurement[], size: string): string {
  const parts = (["gzip", "identity"] as const).map((encoding) => {
    const served = (subject: Measurement["subject"]) =>
      measurements.find((one) => one.size === size && one.subject === subject)?.[encoding].requestsPerSecond ?? NaN;
    const [own, naive, bare] = [served("exporter"), served("naive"), served("static")];
    return `${encoding} ${round(own / naive)} times the naive rate, ${round(own / bare, 2)} of the bare server's`;
  });
  return `${size}: ${parts.join("; ")}`;
}

/** The measurements as a Markdown table, and the ratios that matter. */
export function renderTable(measurements: readonly Measurement[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    COLUMNS.map(() => "---"),
    ...measurements.map((one) => COLUMNS.map(([, value]) => value(one))),
  ];
  const sizes = [...new Set(measurements.map(({ size }) => size))];
  const lines = rows.map((row) => `| ${row.join(" | ")} |`);
  return [...lines, "", ...sizes.map((size) => ratiosOf(measurements, size))].join("\n");
}
