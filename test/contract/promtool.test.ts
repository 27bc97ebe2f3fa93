import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/server.ts";
import { configFrom, startHarness, type Harness } from "../support/exporter-harness.ts";
import { parseExposition } from "../support/exposition.ts";
import { needs } from "../support/programs.ts";
import { standingClock } from "../support/manual-clock.ts";

const clock = standingClock("2026-11-18T15:00:00Z");

let simulator: Simulator;
let harness: Harness;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 1, now: clock.now, faults: [{ times: 1, drift: "strings" }] });
  const workspaces = simulator.workspaces.map(({ name, apiKey }) => ({ name, api_key: apiKey, approval_target: 0.9 }));
  const people = { email: true };
  harness = await startHarness(
    configFrom({
      api: { url: simulator.url, retries: 0 },
      people,
      workspaces: workspaces.map((workspace, index) =>
        index === 0
          ? { ...workspace, legacy: true, backlog: { annotations: true } }
          : { ...workspace, totals: ["project"] },
      ),
    }),
    { clock },
  );
  for (const source of ["legacy", "backlog"]) await harness.logged(/^poll succeeded$/, 1, source);
  await harness.polls(simulator.workspaces.length);
});

afterAll(async () => {
  await harness.exporter.stop();
  await simulator.close();
});

/** Runs `promtool check metrics` on a text; its words and its exit code. */
async function promtool(text: string): Promise<{ code: unknown; output: string }> {
  const child = spawn("promtool", ["check", "metrics"]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (words: Buffer) => (output += words.toString()));
  child.stdin.end(text);
  const [code] = (await once(child, "close")) as [unknown];
  return { code, output };
}

test("promtool finds nothing to say of a whole /metrics, process_* and nodejs_* included", async (context) => {
  await needs("promtool", context);
  const text = await (await fetch(`${harness.url}/metrics`)).text();
  const names = [...parseExposition(text).keys()];
  for (const name of ["roboflow_images_labeled", "roboflow_up", "roboflow_exporter_polls_total"])
    expect(names).toContain(name);
  for (const prefix of [
    "process_",
    "nodejs_",
    "roboflow_project_",
    "roboflow_api_",
    "roboflow_legacy_labeler_",
    "roboflow_job_",
  ])
    expect(names.some((name) => name.startsWith(prefix))).toBe(true);
  expect(await promtool(text)).toEqual({ code: 0, output: "" });
});

test("promtool would find what is wrong", async (context) => {
  await needs("promtool", context);
  const { code, output } = await promtool("# TYPE roboflow_things_total gauge\nroboflow_things_total 1\n");
  expect(code).not.toBe(0);
  expect(output).toContain("roboflow_things_total");
});
