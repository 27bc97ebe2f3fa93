// npm run stack -- [--exporter-port 17626] [--prometheus-port 9090] [--alertmanager-port 9093]
// Runs the exporter on simulated workspaces, Prometheus and Alertmanager without containers, with the shipped rules and
// configuration, and prints the alerts as they come. It is for looking at them: no rule and no notification waits, and all
// hours are working hours. Nothing is kept.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SHIPPED = join(ROOT, "prometheus");
const PORTS = { exporter: "17626", prometheus: "9090", alertmanager: "9093" };
const READY_MS = 30_000;
const INSTALL = `Prometheus and Alertmanager are needed. On Debian and Ubuntu:

  sudo apt-get install --no-install-recommends prometheus prometheus-alertmanager

The packages start both as services on the same ports; stop them, or choose other ports here. Elsewhere, put the programs
of https://prometheus.io/download/ on the PATH, or use containers: docker compose -f deploy/compose.yaml up --build`;

/** What the user must correct: shown without a stack trace. */
class Problem extends Error {}

/** The first of the names that can be run; Debian calls Alertmanager by another name than its makers. */
function findProgram(...names) {
  const found = names.find((name) => spawnSync(name, ["--version"]).error === undefined);
  if (found === undefined) throw new Problem(`${names[0]} is not installed.\n${INSTALL}`);
  return found;
}

/** Ports by program: a flag, or a variable such as PROMETHEUS_PORT, or the usual one. */
function readPorts() {
  const names = Object.keys(PORTS);
  const options = Object.fromEntries(names.map((name) => [`${name}-port`, { type: "string" }]));
  const { values } = parseArgs({ options });
  const portOf = (name) => {
    const text = values[`${name}-port`] ?? process.env[`${name.toUpperCase()}_PORT`] ?? PORTS[name];
    if (/^\d+$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return text;
    throw new Problem(`--${name}-port: ${JSON.stringify(text)} is not a port; give a number from 1 to 65535`);
  };
  return Object.fromEntries(names.map((name) => [name, portOf(name)]));
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(Number(port), "127.0.0.1", () => resolve(server.address().port));
  });
}

async function checkFree(name, port) {
  const server = createServer();
  await listen(server, port).catch((cause) => {
    throw new Problem(`127.0.0.1:${port} is taken (${cause.code}): choose another with --${name}-port`);
  });
  await new Promise((resolve) => server.close(resolve));
}

/** Takes the place of the receivers: prints a line for each alert that begins or ends to fire. */
async function startReceiver() {
  const known = new Map();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      // A notification holds its group's other alerts too.
      for (const { status, labels, annotations, fingerprint } of JSON.parse(Buffer.concat(chunks)).alerts) {
        if (known.get(fingerprint) === status) continue;
        known.set(fingerprint, status);
        console.log(`${status} ${labels.alertname} (${labels.severity}): ${annotations.summary}`);
      }
      response.end();
    });
  });
  const port = await listen(server, 0);
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** Rules whose alerts fire, and end, as soon as their condition does. */
function hasteRules(file) {
  for (const rule of file.groups.flatMap(({ rules }) => rules)) {
    delete rule.for;
    delete rule.keep_firing_for;
  }
  return file;
}

/** A route that notifies at once, at any hour, and so do those below it. */
function hasteRoute({ routes = [], ...route }) {
  delete route.active_time_intervals;
  return { ...route, group_wait: "1s", group_interval: "5s", routes: routes.map(hasteRoute) };
}

/** The shipped files with this run's addresses, and without patience; JSON is YAML. */
function writeConfiguration(directory, ports, receiverUrl) {
  const read = (name) => parse(readFileSync(join(SHIPPED, name), "utf8"));
  const write = (name, content) => writeFileSync(join(directory, name), JSON.stringify(content));
  const prometheus = read("prometheus.yml");
  prometheus.global = { scrape_interval: "5s", evaluation_interval: "5s" };
  prometheus.scrape_configs[0].static_configs = [{ targets: [`127.0.0.1:${ports.exporter}`] }];
  prometheus.alerting.alertmanagers = [{ static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }];
  const alertmanager = read("alertmanager.yml");
  alertmanager.route = hasteRoute(alertmanager.route);
  for (const { webhook_configs: webhooks } of alertmanager.receivers)
    for (const webhook of webhooks) webhook.url = receiverUrl;
  mkdirSync(join(directory, "rules"));
  for (const name of readdirSync(join(SHIPPED, "rules")).filter((file) => file.endsWith(".yml")))
    write(join("rules", name), hasteRules(read(join("rules", name))));
  write("prometheus.yml", prometheus);
  write("alertmanager.yml", alertmanager);
}

/** Starts a server, its output going to a file. `ended` rejects when it ends before it is stopped. */
function start(name, program, flags, directory) {
  const log = join(directory, `${name}.log`);
  const output = openSync(log, "w");
  const child = spawn(program, flags, { cwd: directory, stdio: ["ignore", output, output] });
  closeSync(output);
  let stopping = false;
  const exited = new Promise((resolve) => child.once("exit", resolve).once("error", resolve));
  const ended = exited.then(() => {
    if (!stopping) throw new Problem(`${name} ended:\n${readFileSync(log, "utf8").slice(-2_000)}`);
  });
  // It may end before anything waits for it.
  ended.catch(() => undefined);
  const stop = async () => {
    stopping = true;
    child.kill("SIGTERM");
    await exited;
  };
  return { name, ended, stop };
}

async function untilReady({ name, ended }, port) {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    const answer = fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
    const response = await Promise.race([answer, ended]);
    if (response?.ok) return;
    await pause(100);
  }
  throw new Problem(`${name} is not ready after ${READY_MS / 1000} s`);
}

function commandLines(directory, ports, programs) {
  const address = (name) => `--web.listen-address=127.0.0.1:${ports[name]}`;
  return {
    exporter: [process.execPath, ["--enable-source-maps", join(ROOT, "dist/main.js"), "demo", address("exporter")]],
    alertmanager: [
      programs.alertmanager,
      [
        `--config.file=${join(directory, "alertmanager.yml")}`,
        `--storage.path=${join(directory, "alertmanager")}`,
        "--cluster.listen-address=",
        address("alertmanager"),
      ],
    ],
    prometheus: [
      programs.prometheus,
      [
        `--config.file=${join(directory, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(directory, "data")}`,
        address("prometheus"),
      ],
    ],
  };
}

function printAddresses(ports) {
  console.log(`The exporter runs on simulated workspaces, watched by Prometheus and Alertmanager.
  Metrics       http://127.0.0.1:${ports.exporter}/metrics
  Prometheus    http://127.0.0.1:${ports.prometheus}/alerts
  Alertmanager  http://127.0.0.1:${ports.alertmanager}/
Alerts are printed here, a line each, from about a minute on. Ctrl-C stops everything; nothing is kept.`);
}

/** Runs everything until it is asked to stop, or a part ends; whatever was started is stopped again, the last first. */
async function main() {
  const stopRequested = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, resolve);
  });
  const ports = readPorts();
  const programs = {
    prometheus: findProgram("prometheus"),
    alertmanager: findProgram("prometheus-alertmanager", "alertmanager"),
  };
  for (const [name, port] of Object.entries(ports)) await checkFree(name, port);
  const directory = mkdtempSync(join(tmpdir(), "roboflow-stack-"));
  const cleanups = [() => rmSync(directory, { recursive: true })];
  try {
    const receiver = await startReceiver();
    cleanups.push(receiver.close);
    writeConfiguration(directory, ports, receiver.url);
    const running = [];
    for (const [name, [program, flags]] of Object.entries(commandLines(directory, ports, programs))) {
      const one = start(name, program, flags, directory);
      cleanups.push(one.stop);
      running.push(one);
    }
    const ready = Promise.all(running.map((one) => untilReady(one, ports[one.name])));
    const asked = await Promise.race([ready, stopRequested]);
    if (Array.isArray(asked)) {
      printAddresses(ports);
      await Promise.race([stopRequested, ...running.map(({ ended }) => ended)]);
    }
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  }
}

try {
  await main();
} catch (error) {
  const isUsage = error instanceof Problem || error.code?.startsWith("ERR_PARSE_ARGS");
  console.error(isUsage ? error.message : error);
  process.exitCode = 1;
}
