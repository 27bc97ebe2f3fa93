import files from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import type { Files } from "../../src/storage/files.ts";
import { temporaryDirectory } from "../support/restarts.ts";
import { createTestHost } from "../support/test-host.ts";

const ANY_PORT = "--web.listen-address=127.0.0.1:0";
const KEY = { ROBOFLOW_API_KEY: "some-key-0123456789", ROBOFLOW_WORKSPACE: "acme" };

/** A promise that a test settles, and the moment at which somebody began to wait for it. */
function createGate() {
  let release: () => void = () => undefined;
  let reach: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const pass = () => {
    reach();
    return released;
  };
  return {
    pass,
    reached,
    release: () => {
      release();
    },
  };
}

test("a stop ends an exporter that has not listened yet, although a file system hangs", async () => {
  const { host, output, stop } = createTestHost(KEY);
  const gate = createGate();
  const mkdir = ((...args: Parameters<Files["mkdir"]>) =>
    gate.pass().then(() => files.mkdir(...args))) as Files["mkdir"];
  const args = [ANY_PORT, "--storage.path", path.join(temporaryDirectory(), "cache")];
  const running = run(args, { ...host, files: { ...files, mkdir } });
  await gate.reached;
  stop();
  expect(await running).toBe(0);
  expect(output.stderr).toContain('"msg":"stopped before it listened"');
  gate.release();
});

test("a stop does not wait for a file system that hangs", async () => {
  const simulator = await startSimulator({ port: 0, seed: 1, now: () => Date.now() });
  onTestFinished(() => simulator.close());
  const [workspace] = simulator.workspaces;
  const env = {
    ROBOFLOW_API_URL: simulator.url,
    ROBOFLOW_API_KEY: workspace?.apiKey ?? "",
    ROBOFLOW_WORKSPACE: workspace?.name ?? "",
  };
  const { host, output, stop } = createTestHost(env);
  const gate = createGate();
  const rename: Files["rename"] = (from, to) => gate.pass().then(() => files.rename(from, to));
  // The time that a stop may take is over at once; any other time is the real one.
  const sleep = (ms: number, signal?: AbortSignal) =>
    signal && gateIsShut ? Promise.resolve() : host.clock.sleep(ms, signal);
  let gateIsShut = false;
  const args = [ANY_PORT, "--storage.path", path.join(temporaryDirectory(), "cache")];
  const running = run(args, { ...host, clock: { ...host.clock, sleep }, files: { ...files, rename } });
  await gate.reached;
  gateIsShut = true;
  stop();
  expect(await running).toBe(0);
  expect(output.stderr).toContain('"msg":"not everything ended in time"');
  gate.release();
});

test.each([
  { flag: "--storage.path", args: [ANY_PORT], words: "cannot be written to (ENOENT: no such file or directory)" },
  {
    flag: "--cache",
    args: ["backfill", "--output", "history.om"],
    words: "cannot be used (ENOENT: no such file or directory)",
  },
])("a directory below one that takes no entries is refused: $flag", async ({ flag, args, words }) => {
  const { host, output } = createTestHost(KEY);
  expect(await run([...args, `${flag}=/proc/state/deep`], host)).toBe(1);
  expect(output.stderr).toContain(`${flag}: "/proc/state/deep" ${words}`);
});

test("output that is not taken is waited for no longer than a second after a stop", async () => {
  const { host, output, stop } = createTestHost();
  const sleeps: number[] = [];
  const sleep = (ms: number) => {
    sleeps.push(ms);
    return Promise.resolve();
  };
  const stdout = { ...host.stdout, settled: () => new Promise<undefined>(() => undefined) };
  const running = run(["--version"], { ...host, stdout, clock: { ...host.clock, sleep } });
  stop();
  expect(await running).toBe(1);
  expect({ sleeps, stderr: output.stderr }).toEqual({
    sleeps: [1000],
    stderr: "standard output: cannot be written completely (ETIMEDOUT); choose another destination\n",
  });
});
