import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { type Clock, Moment, systemClock } from "../../src/clock.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { startScriptedApi } from "../support/exporter-harness.ts";
import { parseExposition } from "../support/exposition.ts";
import { AFTERNOON, configOf, keyOf, simulated, commandOutput } from "../support/simulated-run.ts";
import { standingClock } from "../support/manual-clock.ts";
import { createTestHost } from "../support/test-host.ts";

const BOTH = [{ name: "aerial-survey" }, { name: "harbor-vision" }] as const;

/** One whose faults can be set. */
async function faultySimulator(): Promise<Simulator> {
  const simulator = await startSimulator({ port: 0, seed: 1, now: () => Date.parse(AFTERNOON) });
  onTestFinished(() => simulator.close());
  return simulator;
}

function createSignal(): { readonly fired: Promise<void>; readonly fire: () => void } {
  let fire: () => void = () => undefined;
  const fired = new Promise<void>((resolve) => (fire = resolve));
  return {
    fired,
    fire: () => {
      fire();
    },
  };
}

function valuesOf(text: string, metric: string, source?: string): Record<string, number> {
  const all = parseExposition(text).get(metric)?.samples ?? [];
  const samples = all.filter(({ labels }) => source === undefined || labels["source"] === source);
  return Object.fromEntries(samples.map(({ labels, value }): [string, number] => [labels["workspace"] ?? "", value]));
}

test("prints what a scrape would see of every workspace, and no more", async () => {
  const { url } = await simulated();
  const { code, stdout, stderr } = await commandOutput(["once"], configOf(url, ...BOTH));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(valuesOf(stdout, "roboflow_up", "insights")).toEqual({ "aerial-survey": 1, "harbor-vision": 1 });
  const families = [...parseExposition(stdout).keys()];
  expect(families).toContain("roboflow_approval_ratio");
  expect(families).not.toContain("roboflow_exporter_polls_total");
  // There is no next poll to tell of.
  expect(families).not.toContain("roboflow_exporter_next_poll_timestamp_seconds");
});

test("a poll that fails is reported, and the others are printed", async () => {
  const { url } = await simulated();
  const { code, stdout, stderr } = await commandOutput(
    ["once"],
    configOf(url, BOTH[0], { ...BOTH[1], api_key: "wrong-key-of-a-test" }),
  );
  expect(code).toBe(1);
  expect(stderr).toBe(
    "harbor-vision: the poll of insights failed: the API answered 401: the API key was rejected; use a private key of " +
      "this workspace; a scoped key needs the scope workspace-stats:read: this API key does not exist or has been revoked\n",
  );
  expect(valuesOf(stdout, "roboflow_up", "insights")).toEqual({ "aerial-survey": 1, "harbor-vision": 0 });
  expect(Object.keys(valuesOf(stdout, "roboflow_images_labeled"))).toEqual(["aerial-survey"]);
});

test("polls the one workspace that is asked for", async () => {
  const { url } = await simulated();
  const { code, stdout } = await commandOutput(["once", "--workspace=harbor-vision"], configOf(url, ...BOTH));
  expect({ code, up: valuesOf(stdout, "roboflow_up", "insights") }).toEqual({ code: 0, up: { "harbor-vision": 1 } });
});

test("polls the legacy endpoint of a workspace that asks for it, too; that it is gone is no failure", async () => {
  const served = await simulated();
  const { code, stdout, stderr } = await commandOutput(["once"], configOf(served.url, { ...BOTH[0], legacy: true }));
  expect({ code, stderr, up: valuesOf(stdout, "roboflow_up", "legacy") }).toEqual({
    ...{ code: 0, stderr: "", up: { "aerial-survey": 1 } },
  });
  expect(Object.keys(valuesOf(stdout, "roboflow_legacy_annotating_seconds"))).toEqual(["aerial-survey"]);
  const gone = await simulated(["--workspace-stats=gone"]);
  const after = await commandOutput(["once"], configOf(gone.url, { ...BOTH[0], legacy: true }));
  expect({ code: after.code, stderr: after.stderr }).toEqual({ code: 0, stderr: "" });
  expect(valuesOf(after.stdout, "roboflow_source_available")).toEqual({ "aerial-survey": 0 });
});

test("a legacy endpoint that fails is reported, and the rest is printed", async () => {
  const { url, setFaults } = await faultySimulator();
  setFaults([{ match: { endpoint: "workspace-stats" }, status: 500 }]);
  const { code, stdout, stderr } = await commandOutput(["once"], configOf(url, { ...BOTH[0], legacy: true }));
  expect({ code, up: valuesOf(stdout, "roboflow_up", "insights") }).toEqual({ code: 1, up: { "aerial-survey": 1 } });
  expect(stderr).toMatch(/^aerial-survey: the poll of legacy failed: the API answered 500/);
  expect(valuesOf(stdout, "roboflow_up", "legacy")).toEqual({ "aerial-survey": 0 });
});

test("the two endpoints are polled at the same time", async () => {
  const legacy = createSignal();
  const { url, close } = await startScriptedApi(async ({ pathname }) => {
    if (pathname === "/workspace-stats") legacy.fire();
    // Polled one after the other, this would wait until the request's time is up.
    else await legacy.fired;
    return { json: { data: [], labelers: [], stats: {} } };
  });
  onTestFinished(close);
  const { stdout } = await commandOutput(
    ["once"],
    configOf(url, { name: "acme", legacy: true, api: { timeout: "1h" } }),
  );
  expect(valuesOf(stdout, "roboflow_up", "insights")).toEqual({ acme: 1 });
});

test("what one poll brought before midnight is shown, though another ended after it", async () => {
  const [slowCame, quickEnded] = [createSignal(), createSignal()];
  let now = Date.parse("2026-11-18T23:59:50Z");
  const clock: Clock = {
    now: () => now,
    moment: () => new Moment(now, performance.now()),
    // A poll's deadline, given up when the poll ends: the quick one's first, while the other waits for its answer.
    sleep: (ms, signal) => {
      signal?.addEventListener("abort", quickEnded.fire);
      return systemClock.sleep(ms, signal);
    },
  };
  const { url, close } = await startScriptedApi(async ({ pathname }) => {
    if (pathname.startsWith("/slow/")) {
      slowCame.fire();
      await quickEnded.fired.then(() => nextTurn());
      now = Date.parse("2026-11-19T00:00:10Z");
    } else await slowCame.fired;
    return { json: { data: [{ projectId: "p", labelerId: "l", imagesLabeled: 3 }], labelers: [], stats: {} } };
  });
  onTestFinished(close);
  const { host, output } = createTestHost({}, { clock });
  const config = { ...configOf(url, { name: "quick" }, { name: "slow" }), windows: ["today"] };
  await run(["--config.file=/x.yaml", "once"], { ...host, readFile: () => JSON.stringify(config) });
  expect(valuesOf(output.stdout, "roboflow_images_labeled")).toEqual({ quick: 3, slow: 3 });
});

test("without a name there is nothing to label legacy data with: the endpoint is not asked", async () => {
  const { url, requests } = await faultySimulator();
  const document = { api: { url, retries: 0 }, workspaces: [{ api_key: "wrong-key-of-a-test", legacy: true }] };
  const { code, stdout } = await commandOutput(["once"], document);
  expect({ code, up: valuesOf(stdout, "roboflow_up", "legacy") }).toEqual({ code: 1, up: { "(unresolved)": 0 } });
  expect(requests.map(({ path }) => path)).toEqual(["/"]);
});

test("refuses a workspace that is not configured", async () => {
  const { code, stdout, stderr } = await commandOutput(
    ["once", "--workspace=harbour"],
    configOf("http://127.0.0.1:9", ...BOTH),
  );
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: '--workspace: "harbour" is not in the configuration; valid names: aerial-survey, harbor-vision\n',
  });
});

test("asks which workspace the key belongs to, and takes flags before its name", async () => {
  const { url } = await simulated();
  const { host, output } = createTestHost({}, { clock: standingClock(AFTERNOON) });
  const config = { api: { url }, workspaces: [{ api_key: keyOf("harbor-vision") }] };
  const code = await run(["--config.file=/x.yaml", "once"], { ...host, readFile: () => JSON.stringify(config) });
  expect({ code, up: valuesOf(output.stdout, "roboflow_up", "insights") }).toEqual({
    code: 0,
    up: { "harbor-vision": 1 },
  });
});

test("the configuration's problems are reported as the exporter tells them", async () => {
  const { code, stderr } = await commandOutput(["once"], { windows: ["yesterday"] });
  expect(code).toBe(1);
  expect(stderr).toContain('windows[0]: "yesterday" is not a window');
});

test("with end_date: exclusive an API that does not count endDate says the same as one that does", async () => {
  const [inclusive, exclusive] = await Promise.all([simulated(), simulated(["--end-date=exclusive"])]);
  const expected = await commandOutput(["once"], configOf(inclusive.url, BOTH[0]));
  const set = (end_date: string) => ({ ...BOTH[0], api: { end_date } });
  expect(await commandOutput(["once"], configOf(exclusive.url, set("exclusive")))).toEqual(expected);
  expect((await commandOutput(["once"], configOf(exclusive.url, set("inclusive")))).stdout).not.toBe(expected.stdout);
});

test("a key in place of a workspace's name, a command or a flag is not shown", async () => {
  const key = "AbCdEf0123456789WxYz";
  const env = { ROBOFLOW_API_KEY: key, ROBOFLOW_WORKSPACE: "acme" };
  for (const args of [["once", `--workspace=${key}`], [key], [`--${key}`], ["once", `--config.file=${key}`]]) {
    const { host, output } = createTestHost(env);
    expect(await run(args, host)).toBe(1);
    expect(output.stderr).toContain("<secret>");
    expect(output.stderr).not.toContain(key);
  }
});

test("a poll that ends on a bug is reported with the stack to report, without the key", async () => {
  const { url, close } = await startScriptedApi(() => ({ status: 500, json: {} }));
  onTestFinished(close);
  const KEY = "k3y-of-a-test-that-fails";
  const { host, output } = createTestHost({ ROBOFLOW_API_KEY: KEY, ROBOFLOW_WORKSPACE: "acme", ROBOFLOW_API_URL: url });
  const random = () => {
    throw new TypeError(`no number for ${KEY}`);
  };
  expect(await run(["once"], { ...host, random })).toBe(1);
  const [line, thrown, frame] = output.stderr.split("\n");
  expect(line).toBe(
    "acme: the poll of insights failed: an unexpected TypeError, a bug in the exporter; please report it with its stack",
  );
  expect(thrown).toBe("TypeError: no number for <secret>");
  expect(frame).toMatch(/^ {4}at .*once\.test\.ts:/);
});
