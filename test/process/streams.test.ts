import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../../src/simulator/server.ts";
import { eventually } from "../support/eventually.ts";
import { makePipe, openPipe } from "../support/pipe.ts";
import { samplesOf, parseExposition } from "../support/exposition.ts";
import { temporaryDirectory } from "../support/restarts.ts";
import { PROGRAM, bash } from "../support/shell.ts";

const WAIT_MS = 25_000;
const DEMO = ["demo", "--web.listen-address=127.0.0.1:0", "--log.level=debug"];

/** A demo with the given streams, once it says on standard output where it is. */
async function startDemo(stderr: number | "pipe", command: readonly string[] = [process.execPath, "dist/main.js"]) {
  const stdio: StdioOptions = ["ignore", "pipe", stderr];
  const [program = "", ...args] = [...command, ...DEMO];
  const child: ChildProcess = spawn(program, args, { stdio });
  const ended = once(child, "exit") as Promise<[code: number | null, signal: string | null]>;
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (more: string) => {
      const [, found] = /Metrics\s+(http:\S+)\/metrics/.exec((text += more)) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => {
      reject(new Error("the demo ended"));
    });
  });
  const lost = async () => {
    const families = parseExposition(await (await fetch(`${url}/metrics`)).text());
    return samplesOf(families, "roboflow_exporter_log_errors_total")[0]?.value ?? NaN;
  };
  return { child, ended, url, lost };
}

/** A pipe that is full, and without a reader. */
function fullPipe(): number {
  const fd = openPipe();
  const write = () => {
    try {
      return writeSync(fd, Buffer.alloc(4096));
    } catch {
      return 0;
    }
  };
  while (write() > 0);
  return fd;
}

/** A pipe whose reader has gone away. */
function closedPipe(): number {
  const pipe = makePipe();
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openDevice(pipe);
  closeSync(reader);
  return writer;
}

function openDevice(device: string): number {
  const fd = openSync(device, "w");
  onTestFinished(() => {
    closeSync(fd);
  });
  return fd;
}

async function expectToServe({ lost, url, child, ended }: Awaited<ReturnType<typeof startDemo>>): Promise<void> {
  await eventually(async () => {
    expect(await lost()).toBeGreaterThan(0);
  }, WAIT_MS);
  expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
}

describe("a log that cannot be written costs lines, which are counted", () => {
  test("because the device is full", async () => {
    await expectToServe(await startDemo(openDevice("/dev/full")));
  });

  test("because its reader has gone away", async () => {
    const demo = await startDemo("pipe");
    demo.child.stderr?.destroy();
    await expectToServe(demo);
  });

  test("because it is not read; and the lines that wait do not hold up the end", async () => {
    const demo = await startDemo(fullPipe());
    expect(await demo.lost()).toBe(0);
    expect((await fetch(`${demo.url}/-/healthy`)).status).toBe(200);
    demo.child.kill("SIGTERM");
    expect(await demo.ended).toEqual([0, null]);
  });

  test("because its file can grow no more; when there is room again, every line is whole but the one that was cut", async () => {
    const log = path.join(temporaryDirectory(), "log");
    // In bash's unit, 1,024 bytes, there is room for some part of the first line.
    writeFileSync(log, `${"x".repeat(10 * 1024 - 31)}\n`);
    const fd = openSync(log, "a");
    onTestFinished(() => {
      closeSync(fd);
    });
    const limited = ["bash", "-c", `ulimit -f 10; exec ${PROGRAM} "$@"`, "bash"];
    const demo = await startDemo(fd, limited);
    await eventually(async () => {
      expect(await demo.lost()).toBeGreaterThan(0);
    }, WAIT_MS);
    const [, torn = ""] = readFileSync(log, "utf8").split("\n");
    expect(torn).toMatch(/^\{"level":/);
    truncateSync(log, 0);
    demo.child.kill("SIGTERM");
    expect(await demo.ended).toEqual([0, null]);
    const [cut, ...lines] = readFileSync(log, "utf8").split("\n");
    expect(cut).toBe("");
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain("stopping");
  });
});

/** A simulator with what a command needs to poll it. */
async function simulated(): Promise<Record<string, string>> {
  const simulator = await startSimulator({ port: 0, seed: 1, now: () => Date.now() });
  onTestFinished(() => simulator.close());
  const [workspace] = simulator.workspaces;
  return {
    ROBOFLOW_API_URL: simulator.url,
    ROBOFLOW_API_KEY: workspace?.apiKey ?? "",
    ROBOFLOW_WORKSPACE: workspace?.name ?? "",
  };
}

describe("a command whose output is not taken whole", () => {
  const FULL =
    /^standard output: cannot be written completely \(ENOSPC\); .*$|^standard output cannot be written \(ENOSPC\); .*$/m;

  test.each(["--version", "--help", "once --help", "--config.check", "once", "doctor", "doctor --json", "raw"])(
    "says so and does not exit 0: %s",
    async (command) => {
      const { status, stderr } = await bash(`${PROGRAM} ${command} > /dev/full`, await simulated());
      expect({ status, stderr }).toEqual({
        status: /doctor|raw/.test(command) ? 2 : 1,
        stderr: expect.stringMatching(FULL) as unknown,
      });
      expect(stderr).not.toMatch(/^ {4}at /m);
    },
  );

  test.each(["--help", "once", "doctor"])("says so and fails when its reader has gone away: %s", async (command) => {
    const env = { ...(await simulated()), PATH: process.env["PATH"] };
    const child = spawn(process.execPath, ["dist/main.js", command], { env, stdio: ["ignore", closedPipe(), "pipe"] });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const [status] = (await once(child, "close")) as [number | null];
    expect({ status, stderr }).toEqual({
      status: command === "doctor" ? 2 : 141,
      // doctor says beforehand how much it will ask.
      stderr: expect.stringMatching(
        /^(.*: up to \d+ requests to .*\n)?standard output: its reader closed it before everything was written\n$/,
      ) as unknown,
    });
  });

  test("ends on SIGTERM although its reader does not read", async () => {
    const env = { ...(await simulated()), ROBOFLOW_API_KEY: "another-key-0123456789", PATH: process.env["PATH"] };
    const child = spawn(process.execPath, ["dist/main.js", "once"], { env, stdio: ["ignore", fullPipe(), "pipe"] });
    // What it says before it writes.
    await new Promise((resolve) => child.stderr?.once("data", resolve));
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([1, null]);
  });

  test("has a standard error that cannot be written either: the status is the same", async () => {
    expect((await bash(`${PROGRAM} --version > /dev/full 2> /dev/full`)).status).toBe(1);
    expect((await bash(`${PROGRAM} --frobnicate 2> /dev/full`)).status).toBe(1);
  });
});
