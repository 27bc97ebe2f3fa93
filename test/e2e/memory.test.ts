import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { NODE_OPTIONS } from "../support/node-options.ts";

const POLLS = 1_000;
const TENTH = POLLS / 10;
const DISTINCT = 100;
const SIX_HOURS_MS = 21_600_000;
const START_MS = Date.parse("2024-03-01T15:00:00Z");

let simulator: Simulator | undefined;
let exporter: ChildProcess | undefined;
afterEach(async () => {
  exporter?.kill("SIGKILL");
  await simulator?.close();
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function message<T>(child: ChildProcess): Promise<T> {
  const [content] = (await once(child, "message")) as [T];
  return content;
}

test(`the process keeps its size over ${POLLS} polls while labelers come and go`, async () => {
  // Every poll finds the simulated workspace six hours later, other people at work, other projects touched; after
  // twenty-five days the same days come again, so that each tenth has as much to hold as any other.
  let polls = 0;
  const now = () => START_MS + (polls % DISTINCT) * SIX_HOURS_MS;
  simulator = await startSimulator({ port: 0, seed: 1, now, projects: 8, labelers: 24 });
  const [workspace] = simulator.workspaces;
  const script = fileURLToPath(new URL("polling-process.mjs", import.meta.url));
  const args = [simulator.url, workspace?.name ?? "", workspace?.apiKey ?? "", String(now())];
  exporter = fork(script, args, { execArgv: NODE_OPTIONS });
  const { url } = await message<{ url: string }>(exporter);
  const seen: { rss: number; series: number }[] = [];
  for (; polls < POLLS; polls++) {
    if (polls > 0) exporter.send(now());
    seen.push(await message(exporter));
    if (polls % 10 === 0) await (await fetch(url)).arrayBuffer();
  }
  const rss = seen.map((one) => one.rss);
  const [second, last] = [mean(rss.slice(TENTH, 2 * TENTH)), mean(rss.slice(-TENTH))];
  const tenths = Array.from({ length: 10 }, (_, tenth) => mean(rss.slice(tenth * TENTH, (tenth + 1) * TENTH)) / 1e6);
  console.info(`RSS by tenths, MB: ${tenths.map((mb) => mb.toFixed(1)).join(" ")}`);
  expect(new Set(seen.map(({ series }) => series)).size).toBeGreaterThan(20);
  expect(last).toBeLessThan(second * 1.05);
});
