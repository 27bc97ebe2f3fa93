// Writes OpenMetrics text of what the exporter would have published on simulated workspaces over the past days: one poll
// an hour, answered by the simulator with its clock set to that hour, read and rendered by the exporter's own code.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { calendarDay, parseWindow } from "../../dist/calendar/windows.js";
import { parseStats } from "../../dist/sources/insights/parse.js";
import { DATA_METRICS } from "../../dist/exposition/catalogue.js";
import { renderWorkspaceData } from "../../dist/exposition/source-data.js";
import { collectWorkspace } from "../../dist/sources/insights/collect.js";
import { startSimulator } from "../../dist/simulator/server.js";
import { createWorld } from "../../dist/simulator/world.js";

const HOUR_MS = 3_600_000;
const WINDOWS = ["today", "7d", "14d", "28d", "all"].map(parseWindow);
const CONFIG = { windows: WINDOWS, projects: [], labelers: [], totals: [], poll: { concurrency: 4 } };
const OPTIONS = {
  seriesLimit: 100_000,
  approvalTarget: { default: 0.9, projects: new Map() },
  labelers: { hmacKey: undefined, names: true, email: false, system: ["autolabelservice"] },
  exclude: [],
};
const SILENT = { answered: () => undefined, filterIgnored: () => undefined };

/** A client that asks the simulator and leaves out all that is needed on a real network. */
function clientOf(url, apiKey) {
  return {
    fetchStats: async (workspace, query) => {
      const parameters = new URLSearchParams({ api_key: apiKey, ...query });
      const answer = await fetch(`${url}/${workspace}/stats?${parameters}`);
      return parseStats(await answer.json());
    },
  };
}

/** Puts Prometheus's own labels and the time on a line of text format: `name{a="b"} 1` becomes `name{a="b",job=…} 1 1700000000`. */
function stamped(line, target, seconds) {
  const end = line.lastIndexOf("} ");
  return `${line.slice(0, end)},${target}}${line.slice(end + 1)} ${seconds}`;
}

/** Approval that slides over the last week, lest the past jump on one day. */
function slide(simulator, labelers, atMs, endMs) {
  const part = Math.min(1, Math.max(0, 1 - (endMs - atMs) / (7 * 24 * HOUR_MS)));
  for (const { id, quality, falling } of labelers)
    simulator.setApproval(id, part === 0 ? undefined : quality + (falling - quality) * part);
}

/**
 * @param {{ file: string, days: number, endMs: number, seed: number, target: string }} options `target` is Prometheus's labels
 * @returns {Promise<number>} samples written
 */
export async function writeHistory({ file, days, endMs, seed, target }) {
  let nowMs = 0;
  let samples = 0;
  const simulator = await startSimulator({ seed, port: 0, now: () => nowMs });
  const labelers = createWorld({ seed }).flatMap((workspace) => workspace.labelers);
  const falling = labelers.filter((labeler) => labeler.falling !== undefined);
  const byMetric = new Map(DATA_METRICS.map(({ name }) => [name, []]));
  const lastHourMs = Math.floor(endMs / HOUR_MS) * HOUR_MS;
  for (nowMs = lastHourMs - days * 24 * HOUR_MS; nowMs <= lastHourMs; nowMs += HOUR_MS) {
    slide(simulator, falling, nowMs, endMs);
    for (const { name, apiKey } of simulator.workspaces) {
      const deps = { client: clientOf(simulator.url, apiKey), observer: SILENT, signal: new AbortController().signal };
      const stats = await collectWorkspace(name, calendarDay(nowMs, "UTC"), CONFIG, deps);
      const { lines } = await renderWorkspaceData(stats, OPTIONS);
      for (const [metric, text] of lines) {
        const stampedLines = Buffer.concat(text.map(({ bytes }) => bytes))
          .toString()
          .trimEnd()
          .split("\n")
          .map((line) => stamped(line, target, nowMs / 1000));
        byMetric.get(metric).push(stampedLines.join("\n"));
        samples += stampedLines.length;
      }
    }
  }
  await simulator.close();
  const out = createWriteStream(file);
  for (const [metric, chunks] of byMetric)
    if (chunks.length > 0) out.write(`# TYPE ${metric} gauge\n${chunks.join("\n")}\n`);
  out.end("# EOF\n");
  await once(out, "finish");
  return samples;
}
