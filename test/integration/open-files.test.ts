import files from "node:fs/promises";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../../src/simulator/server.ts";
import { configFrom, startHarness } from "../support/exporter-harness.ts";
import { standingClock } from "../support/manual-clock.ts";
import { dial, requestText } from "../support/raw-client.ts";

const clock = standingClock("2026-11-18T15:00:00Z");

/** Starts an exporter on a system whose file of the process's limits is another one. */
async function startWith(limitsFile: string) {
  const simulator = await startSimulator({ port: 0, seed: 1, now: clock.now });
  onTestFinished(() => simulator.close());
  const [workspace] = simulator.workspaces;
  const workspaces = [{ name: workspace?.name, api_key: workspace?.apiKey }];
  const open: typeof files.open = (name, ...rest) =>
    files.open(name === "/proc/self/limits" ? limitsFile : name, ...rest);
  const config = configFrom({ api: { url: simulator.url, retries: 0 }, windows: ["7d"], workspaces });
  const harness = await startHarness(config, { clock, files: { ...files, open } });
  onTestFinished(() => harness.exporter.stop());
  return harness;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "open-files-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("with few open files an exporter takes fewer connections, says so, and lets new scrapers in", async () => {
  const file = path.join(await temporaryFolder(), "limits");
  await writeFile(file, "Max open files            64                   64                   files\n");
  const { url, lines } = await startWith(file);
  expect(lines.filter(({ msg }) => msg.startsWith("the limit of open files is low"))).toMatchObject([
    { level: "warn", connections: 24 },
  ]);
  const port = Number(new URL(url).port);
  const idle = await dial(port, "127.0.0.10");
  for (let more = 0; more < 6; more++) await dial(port, "127.0.0.10");
  expect(await idle.rest()).toBe("");
  const scraper = await dial(port);
  await scraper.send(requestText("GET", "/metrics", { Connection: "close" }));
  expect(await scraper.status()).toBe(200);
});

test("a file of limits that cannot be read changes nothing", async () => {
  const { lines } = await startWith(await temporaryFolder());
  expect(lines.filter(({ msg }) => msg.startsWith("the limit of open files is low"))).toEqual([]);
});
