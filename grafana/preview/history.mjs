// Writes OpenMetrics text of what the exporter would have published on simulated workspaces over the past days, answered by
// the simulation with its clock set to each poll, read and rendered by the exporter's own code.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { Moment, systemClock } from "../../dist/clock.js";
import { loadConfig } from "../../dist/config/load.js";
import { textOf } from "../../dist/exposition/chunk.js";
import { composeSnapshot } from "../../dist/exposition/snapshot.js";
import { pollOnce } from "../../dist/poller/once.js";
import { createSimulation } from "../../dist/simulator/simulation.js";
import { configOf, peopleOf } from "./scenes.mjs";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What a forecast looks back on by the hour. */
const RECENT_MS = 15 * DAY_MS;

/** What a scene's configuration says of its workspaces. */
function settingsOf(scene, workspaces, people) {
  const document = {
    limits: { series: 1_000_000 },
    poll: { concurrency: 1 },
    people,
    workspaces: workspaces.map(({ name, apiKey }, index) => ({ ...configOf(scene, index), name, api_key: apiKey })),
  };
  const loaded = loadConfig({
    ...{ env: {}, flags: { configFile: "preview.yml" }, readFile: () => JSON.stringify(document) },
    ...{ isCronExpression: () => true, knownMetrics: [] },
  });
  return loaded.workspaces.map((workspace) => ({ workspace, people: loaded.people }));
}

/** A client that asks the simulation and leaves out all that is needed on a real network. */
function clientOf(simulation, apiKey) {
  return ({ path, parameters = {} }) => {
    const known = Object.entries(parameters).filter(([, value]) => value !== undefined);
    const request = { method: "GET", path: `/${path.join("/")}`, query: new URLSearchParams(known), apiKey };
    return Promise.resolve({ json: JSON.parse(simulation.respond(request).body), bytes: 0, seconds: 0 });
  };
}

/** A sample line of the text format, with Prometheus's own labels and the time: its metric, and how OpenMetrics writes it. */
function stamped(line, target, seconds) {
  const [, metric, labels, value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
  return { metric, text: `${metric}{${labels ? `${labels},` : ""}${target}} ${value} ${seconds}` };
}

/** The sample lines of a scrape after one poll of a workspace. */
async function linesAt(nowMs, settings, ask) {
  const clock = { ...systemClock, now: () => nowMs, moment: () => new Moment(nowMs, nowMs) };
  const deps = { ask, redact: (text) => text, clock, stop: new AbortController().signal };
  const { state } = await pollOnce(settings, deps);
  const lines = textOf(await composeSnapshot([state], clock.moment())).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

/** Approval that slides over the last week, lest the past jump on one day. */
function slide(simulation, labelers, atMs, endMs) {
  const part = Math.min(1, Math.max(0, 1 - (endMs - atMs) / (7 * DAY_MS)));
  for (const { id, quality, falling } of labelers)
    simulation.setApproval(id, part === 0 ? undefined : quality + (falling - quality) * part);
}

/** When the past was polled: every hour, every hour of the last days, or at midnight, at its end and whole weeks before that. */
function* pollsOf({ days, polls }, endMs) {
  const lastMs = Math.floor(endMs / HOUR_MS) * HOUR_MS;
  for (let atMs = lastMs - days * DAY_MS; atMs <= lastMs; atMs += HOUR_MS)
    if (
      polls === "hourly" ||
      (polls === "recent" && lastMs - atMs < RECENT_MS) ||
      atMs % DAY_MS === 0 ||
      (lastMs - atMs) % (7 * DAY_MS) === 0
    )
      yield atMs;
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
  const settings = settingsOf(scene, workspaces, peopleOf(scene, workspaces));
  const byMetric = new Map();
  for (nowMs of pollsOf(scene, endMs)) {
    slide(simulation, falling, nowMs, endMs);
    for (const one of settings) {
      const lines = await linesAt(nowMs, one, clientOf(simulation, one.workspace.apiKey));
      for (const { metric, text } of lines.map((line) => stamped(line, target, nowMs / 1000))) {
        byMetric.set(metric, byMetric.get(metric) ?? []);
        byMetric.get(metric).push(text);
        samples += 1;
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
