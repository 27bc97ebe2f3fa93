import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { freeAddress } from "../support/free-port.ts";
import { areInstalled } from "../support/installed.ts";

const PATIENCE_MS = 60_000;

/** Runs the script behind `npm run stack`. */
function runStack(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env["PATH"], ...environment };
  const child = spawn(process.execPath, ["deploy/stack.mjs", ...args], { env });
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text: string) => (written[stream] += text));
  const exited = once(child, "close").then(([code]) => code as number | null);
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  return { child, written, exited, [Symbol.asyncDispose]: stop };
}

const text = async (url: string) => (await fetch(url)).text();
const portOf = (address: string) => new URL(`http://${address}`).port;

const installed = areInstalled("prometheus", "prometheus-alertmanager");

describe.skipIf(!installed)("npm run stack", () => {
  test("runs all three, connected, prints where, and ends them all on SIGTERM", async () => {
    const [exporter, prometheus, alertmanager] = [await freeAddress(), await freeAddress(), await freeAddress()];
    const all = [exporter, prometheus, alertmanager];
    await using stack = runStack([
      `--exporter-port=${portOf(exporter)}`,
      `--prometheus-port=${portOf(prometheus)}`,
      `--alertmanager-port=${portOf(alertmanager)}`,
    ]);
    await eventually(() => {
      for (const address of all) expect(stack.written.stdout).toContain(`http://${address}/`);
    }, PATIENCE_MS);
    for (const address of all) expect((await fetch(`http://${address}/-/ready`)).status).toBe(200);
    await eventually(async () => {
      const query = encodeURIComponent('max by (workspace) (roboflow_up) == 1 and on () up{job="roboflow"} == 1');
      expect(await text(`http://${prometheus}/api/v1/query?query=${query}`)).toContain("aerial-survey");
      expect(await text(`http://${prometheus}/api/v1/alertmanagers`)).toContain(alertmanager);
    }, PATIENCE_MS);
    // The labeler of the demo whose approval falls.
    await eventually(() => {
      expect(stack.written.stdout).toMatch(
        /^firing RoboflowLabelerApprovalBelowTarget \(warning\): .*% approved in review.*$/m,
      );
    }, 2 * PATIENCE_MS);
    stack.child.kill("SIGTERM");
    expect(await stack.exited).toBe(0);
    for (const address of all) await expect(fetch(`http://${address}/-/ready`)).rejects.toThrow();
    expect(stack.written.stderr).toBe("");
  });

  test("ends on Ctrl-C, with the ports from the environment", async () => {
    const port = portOf(await freeAddress());
    const [prometheus, alertmanager] = [portOf(await freeAddress()), portOf(await freeAddress())];
    const environment = { EXPORTER_PORT: port, PROMETHEUS_PORT: prometheus, ALERTMANAGER_PORT: alertmanager };
    await using stack = runStack([], environment);
    await eventually(() => {
      expect(stack.written.stdout).toContain(`http://127.0.0.1:${port}/metrics`);
    }, PATIENCE_MS);
    stack.child.kill("SIGINT");
    expect(await stack.exited).toBe(0);
  });

  test("says which port is taken, and how to choose another", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await using stack = runStack([`--prometheus-port=${port}`, `--exporter-port=${portOf(await freeAddress())}`]);
    expect(await stack.exited).toBe(1);
    server.close();
    expect(stack.written.stderr).toContain(
      `127.0.0.1:${port} is taken (EADDRINUSE): choose another with --prometheus-port`,
    );
  });
});

test("npm run stack says what to install when a program is missing", async () => {
  await using stack = runStack([], { PATH: "/nowhere" });
  expect(await stack.exited).toBe(1);
  expect(stack.written.stderr).toMatch(/^prometheus is not installed\.\n/);
  expect(stack.written.stderr).toContain("apt-get install --no-install-recommends prometheus prometheus-alertmanager");
});

test("npm run stack refuses a port that is none", async () => {
  await using stack = runStack(["--exporter-port=many"]);
  expect(await stack.exited).toBe(1);
  expect(stack.written.stderr).toBe('--exporter-port: "many" is not a port; give a number from 1 to 65535\n');
});
