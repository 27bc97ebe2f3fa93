import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SIZES, WINDOWS, statsAnswer } from "../sizes.ts";
import { serveBare } from "../subject.ts";
import type { Target } from "./attack.ts";
import { scrape } from "./scrape.ts";

/** A program under attack. */
export interface Victim extends Target {
  readonly pid: number;
  /** How it ended; undefined as long as it runs. */
  readonly end: () => string | undefined;
  readonly stop: () => Promise<void>;
}

/** What the exporter runs under. */
export interface Conditions {
  readonly nodeOptions?: readonly string[];
  /** `ulimit -n` */
  readonly openFiles?: number;
  /** For a program in Go, as the option of Node.js above. */
  readonly goMemoryLimit?: string;
}

const READY_MS = 60_000;

/** As Debian's package installs it. */
export const NODE_EXPORTER = "prometheus-node-exporter";

async function waitUntil(isDone: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + READY_MS; !(await isDone()); await sleep(100))
    if (performance.now() > end) throw new Error("the program does not serve");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

/** The families of the exporter's data, without those that any program has, as a text of 12 MB. */
export async function dataOf({ port }: Target): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/metrics`, { headers: { "accept-encoding": "identity" } });
  const lines = (await response.text()).split("\n");
  return `${lines.filter((line) => /^(?:# \w+ )?roboflow_/.test(line)).join("\n")}\n`;
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly openFiles?: number | undefined;
}

function start({ program, args, env = {}, openFiles }: Command): ChildProcess {
  const limit = openFiles === undefined ? "" : `ulimit -n ${String(openFiles)}; `;
  return spawn("sh", ["-c", `${limit}exec "$0" "$@"`, program, ...args], { env, stdio: "ignore" });
}

async function victimOf(child: ChildProcess, port: number, isReady: () => Promise<boolean>): Promise<Victim> {
  const end = () => (child.exitCode ?? child.signalCode ?? undefined)?.toString();
  await waitUntil(isReady);
  const stop = async () => {
    child.kill("SIGKILL");
    if (end() === undefined) await once(child, "exit");
  };
  return { port, pid: child.pid ?? 0, end, stop };
}

/** Starts the built exporter with 100,000 series from a simulated API. */
export async function startExporter({ nodeOptions = [], openFiles }: Conditions): Promise<Victim> {
  const port = await freePort();
  const answer = statsAnswer(SIZES[2]);
  const api = await serveBare((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(answer);
  });
  const folder = mkdtempSync(path.join(tmpdir(), "abuse-"));
  const configFile = path.join(folder, "config.yaml");
  writeFileSync(configFile, JSON.stringify({ limits: { series: 1_000_000 }, windows: WINDOWS }));
  const env = {
    ROBOFLOW_API_URL: `http://127.0.0.1:${String(api)}`,
    ROBOFLOW_API_KEY: "abuse-key",
    ROBOFLOW_WORKSPACE: "bench",
  };
  const options = ["--max-semi-space-size=4", ...nodeOptions];
  const args = ["dist-bench/src/main.js", `--config.file=${configFile}`, `--web.listen-address=127.0.0.1:${String(port)}`];
  const child = start({ program: process.execPath, args: [...options, ...args], env, openFiles });
  const isReady = async () => (await fetch(`http://127.0.0.1:${String(port)}/-/ready`).catch(() => undefined))?.ok ?? false;
  const victim = await victimOf(child, port, isReady);
  rmSync(folder, { recursive: true });
  return victim;
}

/** Starts Debian's node_exporter; with a text, that is in its responses through the textfile collector. */
export async function startNodeExporter({ openFiles, goMemoryLimit }: Conditions, text?: string): Promise<Victim> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), "abuse-"));
  if (text !== undefined) writeFileSync(path.join(folder, "large.prom"), text);
  const args = [`--web.listen-address=127.0.0.1:${String(port)}`, `--collector.textfile.directory=${folder}`];
  const env = { ...process.env, ...(goMemoryLimit !== undefined && { GOMEMLIMIT: goMemoryLimit }) };
  const child = start({ program: NODE_EXPORTER, args, env, openFiles });
  return victimOf(child, port, async () => (await scrape({ port })).outcome === "200");
}
