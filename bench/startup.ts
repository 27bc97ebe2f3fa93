import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** From the start of the process, in milliseconds. */
export interface Startup {
  readonly firstAnswerMs: number;
  readonly firstDataMs: number;
}

const RUNS = 5;

async function answer(url: string): Promise<string> {
  return (await fetch(url)).text().catch(() => "");
}

async function startOnce(port: number): Promise<Startup> {
  const startMs = performance.now();
  const args = ["dist-bench/src/main.js", "demo", `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  let firstAnswerMs = 0;
  for (;;) {
    const text = await answer(`http://127.0.0.1:${port}/metrics`).catch(() => "");
    if (text !== "" && firstAnswerMs === 0) firstAnswerMs = performance.now() - startMs;
    if (text.includes("\nroboflow_images_labeled{")) break;
    await sleep(5);
  }
  const firstDataMs = performance.now() - startMs;
  child.kill("SIGKILL");
  return { firstAnswerMs, firstDataMs };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** How long the demo takes to its first answer and to the first poll's data: the median of five starts. */
export async function measureStartup(): Promise<Startup> {
  const runs: Startup[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await startOnce(17_800 + run));
  return {
    firstAnswerMs: median(runs.map((run) => run.firstAnswerMs)),
    firstDataMs: median(runs.map((run) => run.firstDataMs)),
  };
}
