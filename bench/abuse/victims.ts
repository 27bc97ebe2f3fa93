import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WINDOWS, statsAnswer } from "../sizes.ts";
import { serveBare } from "../subject.ts";
import type { Target } from "./attack.ts";
import { type ProcessFacts, factsOf } from "./process-facts.ts";
import { scrapedText } from "./scrape.ts";

/** A program under attack. */
export interface Victim extends Target {
  readonly pid: number;
  /** Before the first attack. */
  readonly atRest: ProcessFacts;
  /** How it ended; undefined as long as it runs. */
  readonly end: () => string | undefined;
  readonly stop: () => Promise<void>;
}

/** What a program runs under. */
export interface Conditions {
  readonly nodeOptions?: readonly string[];
  /** `ulimit -n` */
  readonly openFiles?: number;
  /** For `--web.config.file`, which both programs read in the same form. */
  readonly webConfig?: object;
}

/** As Debian's package installs it. */
export const NODE_EXPORTER = "prometheus-node-exporter";

const READY_MS = 120_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

interface Command {
  readonly program: string;
  readonly argsFor: (folder: string) => readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** In its first good response. */
  readonly shows: string;
}

function argsOf(argsFor: Command["argsFor"], { port, folder }: { port: number; folder: string }, webConfig?: object) {
  const file = path.join(folder, "web.yaml");
  if (webConfig) writeFileSync(file, JSON.stringify(webConfig));
  const address = `--web.listen-address=127.0.0.1:${String(port)}`;
  return [...argsFor(folder), address, ...(webConfig ? [`--web.config.file=${file}`] : [])];
}

async function waitUntilServed(target: Target, shows: string): Promise<void> {
  const end = performance.now() + READY_MS;
  while (!(await scrapedText(target)).includes(shows)) {
    if (performance.now() > end) throw new Error(`the program does not serve ${shows}`);
    await sleep(200);
  }
}

async function start({ program, argsFor, env, shows }: Command, conditions: Conditions): Promise<Victim> {
  const { openFiles, webConfig } = conditions;
  const [port, folder] = [await freePort(), mkdtempSync(path.join(tmpdir(), "abuse-"))];
  const limit = openFiles === undefined ? "" : `ulimit -n ${String(openFiles)}; `;
  const args = ["-c", `${limit}exec "$0" "$@"`, program, ...argsOf(argsFor, { port, folder }, webConfig)];
  const child = spawn("sh", args, { env, stdio: "ignore" });
  // Also when the attack fails.
  process.once("exit", () => child.kill("SIGKILL"));
  const exited = once(child, "exit");
  const end = () => (child.exitCode ?? child.signalCode)?.toString();
  const stop = async () => {
    child.kill("SIGKILL");
    await exited;
    rmSync(folder, { recursive: true });
  };
  const target = { port, isEncrypted: webConfig !== undefined };
  await waitUntilServed(target, shows);
  const pid = child.pid ?? 0;
  return { ...target, pid, atRest: factsOf(pid), end, stop };
}

const ANSWER = statsAnswer({ projects: 40, labelers: 52 });

/** Serves the answers of an API with which the exporter has 100,000 series. */
export async function serveApi(): Promise<string> {
  const port = await serveBare((_request, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(ANSWER);
  });
  return `http://127.0.0.1:${String(port)}`;
}

/** Starts the built exporter, with the options that it ships with. */
export function startExporter(api: string, conditions: Conditions): Promise<Victim> {
  const env = { ROBOFLOW_API_URL: api, ROBOFLOW_API_KEY: "abuse-key", ROBOFLOW_WORKSPACE: "bench" };
  const settings = JSON.stringify({ limits: { series: 1_000_000 }, windows: WINDOWS });
  const argsFor = (folder: string) => {
    const file = path.join(folder, "config.yaml");
    writeFileSync(file, settings);
    return [
      "--max-semi-space-size=4",
      ...(conditions.nodeOptions ?? []),
      "dist-bench/src/main.js",
      `--config.file=${file}`,
    ];
  };
  return start({ program: process.execPath, argsFor, env, shows: "\nroboflow_images_labeled{" }, conditions);
}

/** Starts node_exporter; a text becomes a part of its responses through its textfile collector. */
export function startNodeExporter(conditions: Conditions, text: string | undefined): Promise<Victim> {
  const argsFor = (folder: string) => {
    if (text !== undefined) writeFileSync(path.join(folder, "large.prom"), text);
    return [`--collector.textfile.directory=${folder}`];
  };
  const shows = text === undefined ? "\nnode_" : "\nroboflow_images_labeled{";
  return start({ program: NODE_EXPORTER, argsFor, env: process.env, shows }, conditions);
}

/** The families of the exporter's data, without those that any program has, as a text of 12 MB. */
export async function dataOf(exporter: Target): Promise<string> {
  const lines = (await scrapedText(exporter)).split("\n").filter((line) => /^(?:# \w+ )?roboflow_/.test(line));
  return `${lines.join("\n")}\n`;
}
