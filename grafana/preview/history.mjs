// Writes OpenMetrics text of what the exporter would have published on simulated workspaces over the past days, answered by
// the simulation with its clock set to each poll, read and rendered by the exporter's own code.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { Moment, systemClock } from "../../dist/clock.js";
import { DATA_METRICS } from "../../dist/exposition/catalogue.js";
import { loadConfig } from "../../dist/config/load.js";
import { poll } from "../../dist/poller/poller.js";
import { createSimulation } from "../../dist/simulator/simulation.js";
import { peopleOf } from "./scenes.mjs";
import { insights } from "../../dist/sources/insights/insights.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SILENT = { answered: () => undefined, filterIgnored: () => undefined };

/** What a scene's configuration says of its workspace. */
function settingsOf({ approval_target: target, projects = [] }, people) {
  const workspace = {
    ...{ name: "preview", api_key: "key-of-a-preview", projects },
    ...(target === undefined ? {} : { approval_target: { default: target } }),
  };
  const document = { limits: { series: 1_000_000 }, poll: { concurrency: 1 }, people, workspaces: [workspace] };
  const config = loadConfig({
    ...{ env: {}, flags: { configFile: "preview.yml" }, readFile: () => JSON.stringify(document) },
    ...{ isCronExpression: () => true, knownMetrics: [] },
  });
  return { workspace: config.workspaces[0], people: config.people };
}

/** A client that asks the simulation and leaves out all that is needed on a real network. */
function clientOf(simulation, apiKey) {
  return ({ path, parameters = {} }) => {
    const known = Object.entries(parameters).filter(([, value]) => value !== undefined);
    const request = { method: "GET", path: `/${path.join("/")}`, query: new URLSearchParams(known), apiKey };
    return Promise.resolve({ json: JSON.parse(simulation.respond(request).body), bytes: 0, seconds: 0 });
  };
}

/** Puts Prometheus's own labels and the time on a line of text format: `name{a="b"} 1` becomes `name{a="b",job=…} 1 1700000000`. */
function stamped(line, target, seconds) {
  const end = line.lastIndexOf("} ");
  return `${line.slice(0, end)},${target}}${line.slice(end + 1)} ${seconds}`;
}

/** Approval that slides over the last week, lest the past jump on one day. */
function slide(simulation, labelers, atMs, endMs) {
  const part = Math.min(1, Math.max(0, 1 - (endMs - atMs) / (7 * DAY_MS)));
  for (const { id, quality, falling } of labelers)
    simulation.setApproval(id, part === 0 ? undefined : quality + (falling - quality) * part);
}

/** When the past was polled: every hour, or at midnight and at its end. */
function* pollsOf({ days, polls }, endMs) {
  const lastMs = Math.floor(endMs / HOUR_MS) * HOUR_MS;
  for (let atMs = lastMs - days * DAY_MS; atMs <= lastMs; atMs += HOUR_MS)
    if (polls === "hourly" || atMs % DAY_MS === 0 || atMs === lastMs) yield atMs;
}

/**
 * @param {{ scene: object, file: string, endMs: number, seed: number, target: string }} options `target` is Prometheus's labels
 * @returns {Promise<number>} samples written
 */
export async function writeHistory({ scene, file, endMs, seed, target }) {
  let nowMs = endMs;
  let samples = 0;
  const simulation = createSimulation({ ...scene.world, seed, now: () => nowMs });
  const workspaces = simulation.workspaces.slice(0, scene.workspaces);
  const falling = workspaces.flatMap(({ labelers }) => labelers).filter((labeler) => labeler.falling !== undefined);
  const settings = settingsOf(scene.config, peopleOf(scene, workspaces));
  const byMetric = new Map(DATA_METRICS.map(({ name }) => [name, []]));
  for (nowMs of pollsOf(scene, endMs)) {
    slide(simulation, falling, nowMs, endMs);
    for (const { name, apiKey } of workspaces) {
      const clock = { ...systemClock, now: () => nowMs, moment: () => new Moment(nowMs, nowMs) };
      const deps = { ask: clientOf(simulation, apiKey), observer: SILENT, clock };
      const { data } = await poll({ source: insights, name, settings }, deps, new AbortController().signal);
      for (const { definition, lines: text } of [...data.names, ...data.families]) {
        const metric = definition.name;
        const rendered = Buffer.concat(text.map(({ bytes }) => bytes)).toString();
        const stampedLines = rendered.split("\n").filter((line) => line !== "");
        byMetric.get(metric).push(stampedLines.map((line) => stamped(line, target, nowMs / 1000)).join("\n"));
        samples += stampedLines.length;
      }
    }
  }
  const out = createWriteStream(file);
  for (const [metric, chunks] of byMetric)
    if (chunks.length > 0) out.write(`# TYPE ${metric} gauge\n${chunks.join("\n")}\n`);
  out.end("# EOF\n");
  await once(out, "finish");
  return samples;
}
