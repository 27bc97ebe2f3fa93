import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { serveBare } from "./subject.ts";

const ROWS = Number(process.env["BENCH_ROWS"] ?? 1_000_000);
const PAGE = 1000;
const KB_PER_MB = 1024;

function rowOf(index: number) {
  const [imageId, labelerId] = [`img${index.toString(36).padStart(17, "0")}`, `labeler${index % 40}`.padEnd(28, "x")];
  return { imageId, projectId: "project0123456789abc", labelerId, labeled_at: 1.7e12 + index * 977, boxes: index % 13 };
}

/** The most memory a process ever had resident, as the kernel counts it, in MB. */
function peakMb(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid ?? "self"}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / KB_PER_MB;
}

let peak = NaN;
const port = await serveBare((request, response: ServerResponse) => {
  const { searchParams } = new URL(request.url ?? "/", "http://api");
  const offset = Number(searchParams.get("offset"));
  // The last page is asked for when all rows are out: the process is at its largest, and still there.
  if (offset >= ROWS) peak = peakMb(child.pid);
  const count = Math.min(PAGE, ROWS - offset);
  const data = Array.from({ length: Math.max(0, count) }, (_, index) => rowOf(offset + index));
  response.setHeader("Content-Type", "application/json").end(JSON.stringify({ data }));
});

const startMs = performance.now();
const child = spawn(process.execPath, ["dist-bench/src/main.js", "raw", ...process.argv.slice(2)], {
  env: { ROBOFLOW_API_KEY: "bench-key", ROBOFLOW_API_URL: `http://127.0.0.1:${port}` },
  stdio: ["ignore", "pipe", "inherit"],
});
const exited = once(child, "close");
let [lines, bytes] = [0, 0];
child.stdout.on("data", (chunk: Buffer) => {
  bytes += chunk.length;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
});
const [status] = (await exited) as [number | null];
const seconds = (performance.now() - startMs) / 1000;

console.log(
  `exit status ${status ?? "none"}, ${lines} lines, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s: ` +
    `${Math.round(lines / seconds)} rows/s, peak RSS ${peak.toFixed(0)} MB, Node.js ${process.version}`,
);
process.exit(0);
