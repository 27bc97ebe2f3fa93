import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import files from "node:fs/promises";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import type { Files } from "../../src/storage/files.ts";
import { makePipe } from "../support/pipe.ts";
import { temporaryDirectory } from "../support/restarts.ts";
import { PROGRAM, bash } from "../support/shell.ts";
import { createTestHost } from "../support/test-host.ts";

const NOW = Date.now();
const DAY_MS = 86_400_000;
const simulator = await startSimulator({ port: 0, seed: 1, now: () => NOW });
afterAll(() => simulator.close());
const [workspace] = simulator.workspaces;
const ENV = {
  ROBOFLOW_API_URL: simulator.url,
  ROBOFLOW_WORKSPACE: workspace?.name ?? "",
  ROBOFLOW_API_KEY: workspace?.apiKey ?? "",
  WINDOWS: "7d",
};
const daysAgo = (days: number) => new Date(NOW - days * DAY_MS).toISOString().slice(0, 10);
// Over for more than a day: what is written of it is the same before and after a midnight.
const PERIOD = ["--from", daysAgo(4), "--to", daysAgo(2), "--requests-per-second", "1000"];

/** Not shown when it is not: it has hundreds of kilobytes. */
const isWhole = (text: string) => text.startsWith("# ") && text.endsWith("\n# EOF\n");

/** Were the program wrong, it would be this machine's devices that it replaces. */
const renameOwn: Files["rename"] = (from, to) =>
  String(to).startsWith("/dev/") ? Promise.reject(new Error("a device")) : files.rename(from, to);

function start(directory: string, output: string, own: Partial<Files> = {}) {
  const { host, ...rest } = createTestHost(ENV);
  const args = ["backfill", "--output", output, "--cache", path.join(directory, "cache"), ...PERIOD];
  return { ...rest, ending: run(args, { ...host, files: { ...files, rename: renameOwn, ...own } }) };
}

async function backfill(directory: string, output: string, own: Partial<Files> = {}) {
  const { ending, output: said } = start(directory, output, own);
  return { exitCode: await ending, ...said };
}

function namesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name !== "cache")
    .sort();
}

describe("a regular file", () => {
  test("that is new is this user's alone; nothing is left next to it", async () => {
    const directory = temporaryDirectory();
    const output = path.join(directory, "history.om");
    expect(await backfill(directory, output)).toMatchObject({ exitCode: 0 });
    expect(isWhole(readFileSync(output, "utf8"))).toBe(true);
    expect(statSync(output).mode & 0o777).toBe(0o600);
    expect(namesIn(directory)).toEqual(["history.om"]);
  });

  test("that is there keeps its permissions, and is replaced at once", async () => {
    const directory = temporaryDirectory();
    const output = path.join(directory, "history.om");
    writeFileSync(output, "old");
    chmodSync(output, 0o640);
    const reader = openSync(output, "r");
    expect(await backfill(directory, output)).toMatchObject({ exitCode: 0 });
    expect(statSync(output).mode & 0o777).toBe(0o640);
    // A reader of the old one still has it whole.
    expect(readFileSync(reader, "utf8")).toBe("old");
    closeSync(reader);
  });

  test("is written by way of a name at which there is no link", async () => {
    const directory = temporaryDirectory();
    const output = path.join(directory, "history.om");
    const victim = path.join(directory, "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, `${output}.partial`);
    const flags: unknown[] = [];
    const open: Files["open"] = (file, ...rest) => {
      if (String(file).endsWith(".partial")) flags.push(rest);
      return files.open(file, ...rest);
    };
    expect(await backfill(directory, output, { open })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(new Set(flags.map(String))).toEqual(new Set([String(["wx", 0o600])]));
  });

  test("that is a mount of its own cannot be replaced, and is written", async () => {
    const directory = temporaryDirectory();
    const output = path.join(directory, "history.om");
    writeFileSync(output, "old");
    const inode = statSync(output).ino;
    const busy = Object.assign(new Error("EBUSY: resource busy or locked, rename"), { code: "EBUSY" });
    const rename: Files["rename"] = (from, to) =>
      String(to) === output ? Promise.reject(busy) : files.rename(from, to);
    expect(await backfill(directory, output, { rename })).toMatchObject({ exitCode: 0 });
    expect(isWhole(readFileSync(output, "utf8"))).toBe(true);
    expect(statSync(output).ino).toBe(inode);
    expect(namesIn(directory)).toEqual(["history.om"]);
  });

  test("stays as it is when the disk is full, and gets back what was written", async () => {
    const directory = temporaryDirectory();
    const output = path.join(directory, "history.om");
    writeFileSync(output, "of an earlier run");
    const line = `ulimit -f 60; ${PROGRAM} backfill --output ${output} --cache ${directory}/cache --step 1m ${PERIOD.join(" ")}`;
    const { status, stderr } = await bash(line, ENV);
    expect(stderr).toContain(`--output: "${output}" cannot be used (EFBIG: file too large)`);
    expect(status).toBe(1);
    expect(readFileSync(output, "utf8")).toBe("of an earlier run");
    expect(namesIn(directory)).toEqual(["history.om"]);
  });

  test("of which a killed run left a part: that is removed after a day without growth", async () => {
    const directory = temporaryDirectory();
    const output = path.join(directory, "history.om");
    const [old, young] = [`${output}.0123456789ab.partial`, `${output}.ba9876543210.partial`];
    for (const each of [old, young]) writeFileSync(each, "half");
    const hoursAgo = (hours: number) => new Date(statSync(directory).mtimeMs - hours * 3_600_000);
    utimesSync(old, hoursAgo(25), hoursAgo(25));
    utimesSync(young, hoursAgo(23), hoursAgo(23));
    expect(await backfill(directory, output)).toMatchObject({ exitCode: 0 });
    expect(namesIn(directory)).toEqual(["history.om", path.basename(young)]);
  });
});

describe("a link", () => {
  test.each([
    { name: "to a file", fill: true },
    { name: "to a file that is not there yet", fill: false },
  ])("$name stays a link, and the file is replaced", async ({ fill }) => {
    const directory = temporaryDirectory();
    const links = path.join(directory, "links");
    mkdirSync(links);
    mkdirSync(path.join(directory, "data"));
    const real = path.join(directory, "data", "real.om");
    if (fill) writeFileSync(real, "old");
    symlinkSync("../data/real.om", path.join(links, "second"));
    symlinkSync(path.join(links, "second"), path.join(directory, "link.om"));
    expect(await backfill(directory, path.join(directory, "link.om"))).toMatchObject({ exitCode: 0 });
    expect(readlinkSync(path.join(directory, "link.om"))).toBe(path.join(links, "second"));
    expect(lstatSync(path.join(links, "second")).isSymbolicLink()).toBe(true);
    expect(isWhole(readFileSync(real, "utf8"))).toBe(true);
  });

  test("that leads to itself is refused", async () => {
    const directory = temporaryDirectory();
    const link = path.join(directory, "link.om");
    symlinkSync(link, link);
    const asked = simulator.requests.length;
    const { exitCode, stderr } = await backfill(directory, link);
    expect(stderr).toContain(`--output: "${link}" cannot be used (ELOOP: `);
    expect(exitCode).toBe(1);
    expect(simulator.requests).toHaveLength(asked);
  });
});

describe("what is not a regular file is written through", () => {
  test("a named pipe: its reader gets all of it, and it is a pipe still", async () => {
    const directory = temporaryDirectory();
    const pipe = makePipe();
    const running = backfill(directory, pipe);
    const text = await files.readFile(pipe, "utf8");
    const { exitCode, stdout } = await running;
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(pipe) as unknown });
    expect(isWhole(text)).toBe(true);
    expect(statSync(pipe).isFIFO()).toBe(true);
    expect(Buffer.byteLength(text).toLocaleString("en-US")).toBe(/\(([\d,]+) bytes\)/.exec(stdout)?.[1]);
  });

  test("a pipe whose reader has seen enough ends it with a word", async () => {
    const directory = temporaryDirectory();
    const pipe = makePipe();
    const running = backfill(directory, pipe);
    const reader = await files.open(pipe, "r");
    await reader.read(Buffer.alloc(10), 0, 10);
    await reader.close();
    expect(await running).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`--output: "${pipe}" cannot be used (EPIPE: broken pipe)`) as unknown,
    });
  });

  test("a pipe that is not opened or not read does not hold up an interruption", async () => {
    const directory = temporaryDirectory();
    const pipe = makePipe();
    const unopened = start(directory, pipe);
    unopened.stop();
    expect(await unopened.ending).toBe(2);
    // Lets the thread go that waits for a reader.
    const reader = await files.open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const unread = start(directory, pipe);
    await unread.waitFor(/responses are needed/);
    unread.stop();
    expect(await unread.ending).toBe(2);
    await reader.close();
  });

  test("the device that takes everything, by its own name or a link to it", async () => {
    const directory = temporaryDirectory();
    const link = path.join(directory, "null");
    symlinkSync("/dev/null", link);
    for (const output of ["/dev/null", link]) {
      expect(await backfill(directory, output)).toMatchObject({ exitCode: 0 });
      expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    }
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test("a device that is full", async () => {
    const { exitCode, stderr } = await backfill(temporaryDirectory(), "/dev/full");
    expect(stderr).toContain('--output: "/dev/full" cannot be used (ENOSPC: no space left on device)');
    expect(exitCode).toBe(1);
  });

  test.each(["-", "/dev/fd/1", "link"])("standard output as %s holds the text and nothing else", async (name) => {
    const directory = temporaryDirectory();
    const link = path.join(directory, "link");
    symlinkSync("/proc/self/fd/1", link);
    const output = name === "link" ? link : name;
    const file = path.join(directory, "all.om");
    writeFileSync(file, "before\n");
    const command = `${PROGRAM} backfill --output ${output} --cache ${directory}/cache ${PERIOD.join(" ")}`;
    const piped = await bash(`${command} | cat`, ENV);
    expect(piped.status).toBe(0);
    expect(isWhole(piped.stdout)).toBe(true);
    expect((await bash(`${command} >> ${file}`, ENV)).status).toBe(0);
    expect(readFileSync(file, "utf8") === `before\n${piped.stdout}`).toBe(true);
  });
});

test("runs that share a cache and an output at the same time all succeed", async () => {
  const directory = temporaryDirectory();
  const output = path.join(directory, "history.om");
  const runs = await Promise.all(["one", "two", "three"].map(() => backfill(directory, output)));
  expect(runs.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
  expect(isWhole(readFileSync(output, "utf8"))).toBe(true);
  expect(namesIn(directory)).toEqual(["history.om"]);
  const cached = readdirSync(path.join(directory, "cache"), { recursive: true }).map(String);
  expect(cached.filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
