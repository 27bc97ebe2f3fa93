import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULTS } from "../../src/config/settings.ts";
import { textOf } from "../../src/exposition/chunk.ts";
import { DATA_METRICS } from "../../src/exposition/catalogue.ts";
import { poll } from "../../src/poller/poller.ts";
import type { Ask } from "../../src/roboflow/client.ts";
import { createSimulation, type SimulationOptions } from "../../src/simulator/simulation.ts";
import { insights } from "../../src/sources/insights/insights.ts";
import { workspaceFrom } from "./exporter-harness.ts";
import { ManualClock } from "./manual-clock.ts";

const HOUR_MS = 3_600_000;
const WORKSPACE = workspaceFrom({ api: {}, poll: { concurrency: 1 }, limits: { series: 100_000 } });
const SETTINGS = {
  people: {
    hmacKey: undefined,
    names: true,
    email: false,
    system: DEFAULTS.people.system,
    teams: new Map<string, string>(),
  },
};
const UNHEARD = { answered: () => undefined, filterIgnored: () => undefined };

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
  for (const { name, apiKey } of simulation.workspaces) {
    const ask: Ask = ({ path, parameters = {} }) => {
      const query = new URLSearchParams(
        Object.entries(parameters).map(([key, value]): [string, string] => [key, String(value)]),
      );
      const json: unknown = JSON.parse(
        simulation.respond({ method: "GET", path: `/${path.join("/")}`, query, apiKey }).body,
      );
      return Promise.resolve({ json, bytes: 0, seconds: 0 });
    };
    const [clock, { signal }] = [new ManualClock(new Date(nowMs).toISOString()), new AbortController()];
    const subject = { source: insights, name, settings: { ...SETTINGS, workspace: WORKSPACE } };
    const { data } = await poll(subject, { ask, clock, observer: UNHEARD }, signal);
    for (const { definition, lines: rendered } of [...data.names, ...data.families]) {
      const metric = definition.name;
      const stamped = rendered
        .map(({ chunk }) => textOf(chunk))
        .join("")
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
