import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { ExporterDeps } from "../../src/exporter.ts";
import { DATA_METRICS } from "../../src/exposition/catalogue.ts";
import { startSimulator, type Simulator } from "../../src/simulator/server.ts";
import { configFrom, type Harness, startHarness } from "./exporter-harness.ts";
import { ManualClock } from "./manual-clock.ts";

/** When the first poll is. */
export const NOW = "2026-11-18T15:00:00Z";

type Settings = Readonly<Record<string, unknown>>;

/** An exporter on a simulated workspace that can be started again and again on the same directory. */
export interface Restarts {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  readonly directory: string;
  /** Starts the exporter on the configuration with these settings changed. */
  readonly start: (settings?: Settings, deps?: Partial<ExporterDeps>) => Promise<Harness>;
  /** Starts it while the API hangs, so that nothing it shows can come from there. */
  readonly startWithoutApi: (settings?: Settings) => Promise<Harness>;
  /** Starts it, waits for a good poll, and stops it. */
  readonly pollOnce: (settings?: Settings) => Promise<void>;
}

/** A directory of its own for a test, removed afterwards. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "roboflow-exporter-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** Makes {@link Restarts} for the running test; everything ends with it. */
export async function createRestarts(): Promise<Restarts> {
  const clock = new ManualClock(NOW);
  const simulator = await startSimulator({ port: 0, seed: 1, now: clock.now });
  onTestFinished(() => simulator.close());
  const directory = temporaryDirectory();
  const workspaces = simulator.workspaces.slice(0, 1).map(({ name, apiKey }) => ({ name, api_key: apiKey }));
  const start = async (settings: Settings = {}, deps: Partial<ExporterDeps> = {}) => {
    const document = {
      api: { url: simulator.url, retries: 0, requests_per_second: 1000 },
      windows: ["today", "7d"],
      ...{ workspaces, ...settings },
    };
    const harness = await startHarness(configFrom(document, { storagePath: directory }), { clock, ...deps });
    onTestFinished(() => harness.exporter.stop());
    return harness;
  };
  const startWithoutApi = (settings: Settings = {}) => {
    simulator.setFaults([{ hang: "headers" }]);
    return start(settings);
  };
  const pollOnce = async (settings: Settings = {}) => {
    simulator.setFaults([]);
    const { exporter, polls } = await start(settings);
    await polls(1);
    await exporter.stop();
  };
  return { simulator, clock, directory, start, startWithoutApi, pollOnce };
}

/** What is published of the API's data, line by line. */
export async function dataLines(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const names = new Set(DATA_METRICS.map(({ name }) => name));
  return text.split("\n").filter((line) => names.has(/^[a-z_]+/.exec(line)?.[0] ?? ""));
}

/** Path and text of the only file in a directory. */
export function onlyFile(directory: string): { readonly file: string; readonly text: string } {
  const [name = "", ...more] = readdirSync(directory);
  if (name === "" || more.length > 0) throw new Error(`not one file: ${[name, ...more].join(", ")}`);
  const file = path.join(directory, name);
  return { file, text: readFileSync(file, "utf8") };
}
