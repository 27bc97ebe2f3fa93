import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statsAnswer } from "./sizes.ts";
import { serveBare } from "./subject.ts";

/** 1,000 pairs of project and labeler, each with work on every day. */
const PAIRS = { projects: 20, labelers: 50 };
const PERIOD = ["--from", "2023-08-01", "--to", "2025-07-30"];
const KB_PER_MB = 1024;
/** Ticks of the kernel's clock a second; Linux has had no other number in decades. */
const CLOCK_TICKS = 100;

interface Usage {
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly peakMb: number;
}

/** What a process has used so far, as the kernel counts it; undefined once it is gone. */
function usageOf(pid: number | undefined): Usage | undefined {
  try {
    const status = readFileSync(`/proc/${pid ?? 0}/status`, "utf8");
    const times =
      readFileSync(`/proc/${pid ?? 0}/stat`, "utf8")
        .split(") ")[1]
        ?.split(" ") ?? [];
    const peakKb = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (peakKb === undefined) return undefined;
    const [userSeconds, systemSeconds] = [Number(times[11]) / CLOCK_TICKS, Number(times[12]) / CLOCK_TICKS];
    return { userSeconds, systemSeconds, peakMb: Number(peakKb) / KB_PER_MB };
  } catch {
    return undefined;
  }
}

const body = statsAnswer(PAIRS);
const port = await serveBare((_request, response) => {
  response.setHeader("Content-Type", "application/json").end(body);
});
const directory = mkdtempSync(join(tmpdir(), "roboflow-bench-"));
const output = join(directory, "history.om");
const flags = [...PERIOD, "--output", output, "--requests-per-second", "1000", ...process.argv.slice(2)];
const child = spawn(process.execPath, ["dist-bench/src/main.js", "backfill", ...flags], {
  env: {
    ROBOFLOW_API_KEY: "bench-key",
    ROBOFLOW_WORKSPACE: "bench",
    ROBOFLOW_API_URL: `http://127.0.0.1:${port}`,
  },
  stdio: ["ignore", "inherit", "inherit"],
});
let usage: Usage = { userSeconds: NaN, systemSeconds: NaN, peakMb: NaN };
const watch = setInterval(() => (usage = usageOf(child.pid) ?? usage), 50);
const startMs = performance.now();
const [status] = (await once(child, "close")) as [number | null];
clearInterval(watch);

const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
const megabytes = (statSync(output, { throwIfNoEntry: false })?.size ?? 0) / 1e6;
console.log(
  `exit status ${status ?? "none"}, ${megabytes.toFixed(0)} MB in ${seconds} s: ` +
    `${(usage.userSeconds + usage.systemSeconds).toFixed(0)} s of CPU (${usage.systemSeconds.toFixed(0)} in the kernel), peak RSS ${usage.peakMb.toFixed(0)} MB, Node.js ${process.version}`,
);
rmSync(directory, { recursive: true });
process.exit(0);
