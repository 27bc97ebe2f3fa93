import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseStats } from "../../src/api/parse-stats.ts";
import { calendarDay } from "../../src/calendar/windows.ts";
import { DEFAULTS } from "../../src/config/settings.ts";
import { DATA_METRICS } from "../../src/metrics/catalogue.ts";
import { renderWorkspaceData } from "../../src/metrics/workspace-data.ts";
import { collectWorkspace } from "../../src/poller/collect.ts";
import { createSimulation, type SimulationOptions } from "../../src/simulator/simulation.ts";

const HOUR_MS = 3_600_000;
const CONFIG = {
  windows: DEFAULTS.windows,
  projects: [],
  labelers: [],
  totals: [],
  poll: { concurrency: 1 },
};
const SHOWN = {
  seriesLimit: 100_000,
  approvalTarget: { default: undefined, projects: new Map<string, number>() },
  labelers: { hmacKey: undefined, names: true, email: false, system: DEFAULTS.labelers.system },
  exclude: [],
};

/** What is in the past of a Prometheus. */
export interface HistoryOptions {
  readonly world: Omit<SimulationOptions, "now">;
  readonly hours: number;
  /** The full hour at or before it is the last one written. */
  readonly endMs: number;
  /** The target's labels as Prometheus sets them: `job="…",instance="…"`. */
  readonly target: string;
}

/** Sample lines by metric: what the exporter would have published at that time. */
async function linesAt(nowMs: number, { world, target }: HistoryOptions): Promise<Map<string, string[]>> {
  const simulation = createSimulation({ ...world, now: () => nowMs });
  const lines = new Map<string, string[]>();
  for (const { name, apiKey } of simulation.world) {
    const fetchStats = (_: string, query: object) => {
      const request = { method: "GET", path: `/${name}/stats`, query: new URLSearchParams({ ...query }), apiKey };
      return Promise.resolve(parseStats(JSON.parse(simulation.respond(request).body)));
    };
    const unasked = () => Promise.reject(new Error("history asks for statistics only"));
    const client = { fetchStats, fetchWorkspaceName: unasked, fetchProjectSlugs: unasked };
    const observer = { answered: () => undefined, filterIgnored: () => undefined };
    const deps = { client, observer, signal: new AbortController().signal };
    const stats = await collectWorkspace(name, calendarDay(nowMs, "UTC"), CONFIG, deps);
    for (const [metric, rendered] of (await renderWorkspaceData(stats, SHOWN)).lines) {
      const stamped = Buffer.concat(rendered.map(({ bytes }) => bytes))
        .toString()
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/\} (\S+)$/, `,${target}} $1 ${nowMs / 1000}`));
      lines.set(metric, [...(lines.get(metric) ?? []), ...stamped]);
    }
  }
  return lines;
}

/** Fills the data directory of a Prometheus that does not run yet with one poll an hour. */
export async function writeHistory(dataDirectory: string, options: HistoryOptions): Promise<void> {
  const lastMs = Math.floor(options.endMs / HOUR_MS) * HOUR_MS;
  const polls: Map<string, string[]>[] = [];
  for (let back = options.hours; back >= 0; back--) polls.push(await linesAt(lastMs - back * HOUR_MS, options));
  const families = DATA_METRICS.map(({ name }) => {
    const lines = polls.flatMap((lines) => lines.get(name) ?? []);
    return lines.length === 0 ? "" : `# TYPE ${name} gauge\n${lines.join("\n")}\n`;
  });
  const file = join(dataDirectory, "history.om");
  writeFileSync(file, `${families.join("")}# EOF\n`);
  const flags = ["tsdb", "create-blocks-from", "--max-block-duration=8760h", "openmetrics", "-q", file, dataDirectory];
  execFileSync("promtool", flags);
  rmSync(file);
}
