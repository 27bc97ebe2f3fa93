// npm run preview -- [--scene NAME]… [--out DIR] [--only roboflow-overview] [--theme dark] [--keep]
// Fills a Prometheus of its own with simulated history, lets it scrape a running exporter for a while, with the shipped
// rules, and draws every dashboard. Needs the built program (dist), prometheus, promtool and chromium.
import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startSimulator } from "../../dist/simulator/server.js";
import { writeHistory } from "./history.mjs";
import { PAST_RULES, recordedPast } from "./past.mjs";
import { preview } from "./preview.mjs";
import { configOf, peopleOf, SCENES } from "./scenes.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SEED = 1;
const INSTANCE = "exporter:17626";

/** Enough trouble for the Exporter dashboard to have something to show; all of it passes. */
const FAULTS = [
  { times: 2, status: 429, retryAfter: "1" },
  { times: 1, status: 503 },
  { times: 9, delayMs: 700 },
];

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function start(command, parameters, log, env = process.env) {
  const output = openSync(log, "w");
  const child = spawn(command, parameters, { stdio: ["ignore", output, output], env });
  closeSync(output);
  return child;
}

async function untilOk(url, child) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`${url} does not answer`);
}

async function stop(child) {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

/** The exporter with the flags, once it has polled. */
async function startProgram(directory, flags) {
  const port = await freePort();
  const all = [...flags, "--web.listen-address", `127.0.0.1:${port}`];
  const child = start(process.execPath, [join(ROOT, "dist/main.js"), ...all], join(directory, "exporter.log"));
  await untilOk(`http://127.0.0.1:${port}/-/ready`, child);
  return { port, close: () => stop(child) };
}

/** The command demo, which has its simulator in itself and says where. */
async function startDemo(directory) {
  const exporter = await startProgram(directory, ["demo", "--seed", String(SEED)]);
  const [, simulator] = /Simulator\s+(http:\S+)/.exec(readFileSync(join(directory, "exporter.log"), "utf8"));
  const disturb = () => fetch(`${simulator}/_simulator/faults`, { method: "PUT", body: JSON.stringify(FAULTS) });
  return { ...exporter, disturb };
}

async function startExporter(directory, scene) {
  const simulator = await startSimulator({ ...scene.world, seed: SEED, port: 0, now: Date.now });
  const config = {
    api: { url: simulator.url },
    poll: { interval: "30s", jitter: "1s" },
    limits: { series: 1_000_000 },
    people: peopleOf(scene, simulator.workspaces.slice(0, scene.workspaces)),
    workspaces: simulator.workspaces
      .slice(0, scene.workspaces)
      .map(({ name, apiKey }, index) => ({ name, api_key: apiKey, ...configOf(scene, index) })),
  };
  writeFileSync(join(directory, "exporter.yaml"), JSON.stringify(config));
  const exporter = await startProgram(directory, ["--config.file", join(directory, "exporter.yaml")]).catch((error) => {
    simulator.close();
    throw error;
  });
  const close = async () => {
    await exporter.close();
    await simulator.close();
  };
  return { ...exporter, disturb: () => simulator.setFaults(FAULTS), close };
}

/** The shipped rules; only the waiting is cut, since nobody waits an hour for a picture. */
function copyRules(directory) {
  const [from, to] = [join(ROOT, "prometheus/rules"), join(directory, "rules")];
  cpSync(from, to, { recursive: true });
  for (const file of readdirSync(to)) {
    const text = readFileSync(join(to, file), "utf8");
    writeFileSync(join(to, file), text.replaceAll(/^( +)for: .*$/gm, "$1for: 0s"));
  }
  return `${to}/*.yml`;
}

function scraping(directory, exporterPort) {
  const target = { targets: [`127.0.0.1:${exporterPort}`], labels: { instance: INSTANCE } };
  return {
    rule_files: [copyRules(directory)],
    scrape_configs: [{ job_name: "roboflow", static_configs: [target] }],
  };
}

/** Without an exporter it only answers. */
async function startPrometheus(directory, exporterPort) {
  const port = await freePort();
  const config = {
    global: { scrape_interval: "5s", scrape_timeout: "5s", evaluation_interval: "5s" },
    ...(exporterPort !== undefined && scraping(directory, exporterPort)),
  };
  writeFileSync(join(directory, "prometheus.yml"), JSON.stringify(config));
  const flags = [
    `--config.file=${join(directory, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(directory, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--storage.tsdb.retention.time=10y",
  ];
  const child = start("prometheus", flags, join(directory, "prometheus.log"));
  const url = `http://127.0.0.1:${port}`;
  await untilOk(`${url}/-/ready`, child);
  return { child, url };
}

function createBlocks(directory, file) {
  const flags = ["tsdb", "create-blocks-from", "--max-block-duration=8760h", "openmetrics", "-q"];
  execFileSync("promtool", [...flags, file, join(directory, "data")], { stdio: "inherit" });
  rmSync(file);
}

async function fill(directory, scene) {
  const file = join(directory, "history.om");
  const target = `job="roboflow",instance="${INSTANCE}"`;
  const samples = await writeHistory({ scene, file, endMs: Date.now(), seed: SEED, target });
  createBlocks(directory, file);
  return samples;
}

/** A forecast looks back on what other rules recorded, and Prometheus records from now on alone. */
async function recordPast(directory, { days }) {
  const file = join(directory, "past.om");
  for (const rules of PAST_RULES) {
    const prometheus = await startPrometheus(directory, undefined);
    const past = await recordedPast(prometheus.url, rules, days).finally(() => stop(prometheus.child));
    if (past === undefined) continue;
    writeFileSync(file, past);
    createBlocks(directory, file);
  }
}

const { values } = parseArgs({
  options: {
    scene: { type: "string", multiple: true, default: ["demo"] },
    out: { type: "string", default: "out" },
    only: { type: "string" },
    theme: { type: "string", multiple: true, default: ["dark", "light"] },
    keep: { type: "boolean", default: false },
  },
});

/** Runs one scene; whatever was started is stopped again, in reverse order. */
async function draw(name) {
  const scene = SCENES[name];
  if (scene === undefined) throw new Error(`${name} is not a scene; scenes: ${Object.keys(SCENES).join(", ")}`);
  const directory = mkdtempSync(join(tmpdir(), "roboflow-preview-"));
  const cleanups = [() => rmSync(directory, { recursive: true })];
  try {
    mkdirSync(join(directory, "data"));
    if (scene.days > 0) console.log(`${await fill(directory, scene)} samples of history`);
    if (scene.first?.backlog) await recordPast(directory, scene);
    const exporter = await (scene.isDemo ? startDemo(directory) : startExporter(directory, scene));
    cleanups.push(exporter.close);
    const prometheus = await startPrometheus(directory, exporter.port);
    cleanups.push(() => stop(prometheus.child));
    console.log(`${name}: Prometheus ${prometheus.url}`);
    await sleep((scene.live * 1000) / 3);
    await exporter.disturb();
    await sleep((scene.live * 1000 * 2) / 3);
    await preview({
      prometheus: prometheus.url,
      out: join(values.out, name),
      wanted: scene.wanted,
      spans: { "roboflow-exporter": scene.live },
      only: values.only,
      themes: values.theme,
    });
    if (!values.keep) return;
    console.log("Ctrl-C stops it.");
    await new Promise((resolve) => process.once("SIGINT", resolve));
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  }
}

for (const name of values.scene) await draw(name);
