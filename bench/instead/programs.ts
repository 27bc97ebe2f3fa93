import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROW_METRICS } from "../../src/sources/insights/metrics.ts";

/** What a program is given: an API to ask, what the exporter publishes of it, and a directory of its own. */
export interface Surroundings {
  readonly api: string;
  readonly exposition: Buffer;
  readonly directory: string;
}

/** A program that serves the series. */
export interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly path: string;
  /** Brings new values; absent where each scrape fetches them. */
  readonly publish?: () => Promise<void>;
}

/** Something that users run instead of this exporter. */
export interface Alternative {
  readonly name: string;
  /** The program's file. */
  readonly program: string;
  /** How to get it. */
  readonly install: string;
  readonly start: (surroundings: Surroundings) => Promise<Running>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

async function run(program: string, flags: (port: number) => readonly string[]): Promise<Omit<Running, "path">> {
  const port = await freePort();
  const child = spawn(program, flags(port), { stdio: "ignore" });
  while (child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/`).catch(() => undefined);
    if (answer) return { child, port };
    await sleep(50);
  }
  throw new Error(`${program} ended with ${String(child.exitCode)}`);
}

/** One poll pushes everything. */
async function startPushgateway({ exposition }: Surroundings): Promise<Running> {
  const running = await run("prometheus-pushgateway", (port) => [`--web.listen-address=127.0.0.1:${String(port)}`]);
  const publish = async () => {
    const url = `http://127.0.0.1:${String(running.port)}/metrics/job/roboflow`;
    const { status } = await fetch(url, { method: "PUT", body: new Uint8Array(exposition) });
    if (status !== 200) throw new Error(`the pushgateway answered ${String(status)}`);
  };
  return { ...running, path: "/metrics", publish };
}

/** A job writes a file, which node_exporter reads and parses at each scrape. */
async function startTextfile({ exposition, directory }: Surroundings): Promise<Running> {
  const publish = () => {
    writeFileSync(join(directory, "roboflow.tmp"), exposition);
    renameSync(join(directory, "roboflow.tmp"), join(directory, "roboflow.prom"));
    return Promise.resolve();
  };
  mkdirSync(directory, { recursive: true });
  await publish();
  const running = await run("prometheus-node-exporter", (port) => [
    ...["--collector.disable-defaults", "--collector.textfile", `--collector.textfile.directory=${directory}`],
    `--web.listen-address=127.0.0.1:${String(port)}`,
  ]);
  return { ...running, path: "/metrics", publish };
}

/** Each row of `data[]` gives one series for each of its numbers. */
function jsonExporterConfig(): string {
  const labels = { workspace: "bench", window: "28d", project: "{.projectId}", labeler: "{.labelerId}" };
  const values = Object.fromEntries(ROW_METRICS.map(([field, { name }]) => [name, `{.${field}}`]));
  const metric = { name: "bench", type: "object", path: "{.data[*]}", help: "A row.", labels, values };
  return JSON.stringify({ modules: { default: { metrics: [metric] } } });
}

/** Asks the API at each scrape. */
async function startJsonExporter({ api, directory }: Surroundings): Promise<Running> {
  const file = join(directory, "json_exporter.yml");
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, jsonExporterConfig());
  const running = await run("json_exporter", (port) => [
    `--config.file=${file}`,
    `--web.listen-address=127.0.0.1:${String(port)}`,
  ]);
  return { ...running, path: `/probe?module=default&target=${encodeURIComponent(`${api}/bench/stats`)}` };
}

export const ALTERNATIVES: readonly Alternative[] = [
  {
    name: "pushgateway",
    program: "prometheus-pushgateway",
    install: "apt install prometheus-pushgateway",
    start: startPushgateway,
  },
  {
    name: "textfile",
    program: "prometheus-node-exporter",
    install: "apt install prometheus-node-exporter",
    start: startTextfile,
  },
  {
    name: "json_exporter",
    program: "json_exporter",
    install: "go install github.com/prometheus-community/json_exporter@v0.7.0",
    start: startJsonExporter,
  },
];

/** Those that are installed; the others are named aloud. */
export function installedOnly(alternatives: readonly Alternative[]): readonly Alternative[] {
  return alternatives.filter(({ name, program, install }) => {
    const isThere = spawnSync(program, ["--version"]).error === undefined;
    if (!isThere) console.warn(`SKIPPED: ${name} is not installed (${install})`);
    return isThere;
  });
}
