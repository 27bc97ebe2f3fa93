import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { standingClock } from "../support/manual-clock.ts";
import { createTestHost } from "../support/test-host.ts";

const directory = mkdtempSync(path.join(tmpdir(), "command-line-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const ENV = { ROBOFLOW_API_KEY: "the-key-of-a-test-1", ROBOFLOW_WORKSPACE: "acme" };
const clock = standingClock("2026-11-18T15:00:00Z");

async function ran(args: readonly string[], env: Readonly<Record<string, string>> = ENV) {
  const { host, output } = createTestHost(env, { clock });
  const code = await run(args, host);
  return { code, ...output };
}

/** Runs `--config.check` on a file. */
async function check(yaml: string, env: Readonly<Record<string, string>> = {}) {
  const file = path.join(directory, "config.yaml");
  writeFileSync(file, yaml);
  return ran(["--config.check", `--config.file=${file}`], env);
}

/** What is shown for a key, first of all workspaces and of the first one, then of the next. */
function shown(stdout: string, key: string): string[] {
  return [...stdout.matchAll(/^ *(\S+) {2,}(.*)$/gm)].flatMap(([, name, value = ""]) => (name === key ? [value] : []));
}

describe("--config.check", () => {
  test("shows what holds where nothing is given, and what it costs", async () => {
    const { code, stdout, stderr } = await ran(["--config.check", "--log.level=debug"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^The configuration is valid: acme\.\n\n--config\.file +none\n/);
    expect(stdout).toContain("\nacme: about 480 requests a day (insights 5 × 96 polls)\n");
    expect(shown(stdout, "--log.level")).toEqual(["debug"]);
    expect(shown(stdout, "--web.max-requests")).toEqual(["40"]);
    expect(shown(stdout, "windows")).toEqual(["today, 7d, 14d, 28d, all"]);
    expect(shown(stdout, "people.names")).toEqual(["true with id, false with hmac"]);
    expect(shown(stdout, "api_key")).toEqual(["<secret>"]);
    // Given in no layer, and without effect.
    expect(["poll.schedule", "calendar.hours"].flatMap((key) => shown(stdout, key))).toEqual([]);
  });

  test("shows the workspace's own value before the general one, and a variable's before both", async () => {
    const { stdout } = await check(
      [
        "api: {timeout: 10s, retries: 1}",
        "poll: {interval: 1h}",
        "calendar: {}",
        "workspaces:",
        "  - {name: a, api_key: AbcdEfgh1234, api: {timeout: 20s}, approval_target: {default: 0.9}}",
        "  - {name: b, api_key: Bbcdefgh1234, poll: {schedule: '0 6 * * *'}, legacy: true, totals: [project]}",
      ].join("\n"),
      { WINDOWS: "today,7d", ROBOFLOW_API_URL: "https://api.roboflow.eu" },
    );
    expect(shown(stdout, "api.timeout")).toEqual(["20s", "10s"]);
    expect(shown(stdout, "api.retries")).toEqual(["1", "1"]);
    expect(shown(stdout, "windows")).toEqual(["today, 7d", "today, 7d"]);
    expect(shown(stdout, "api.url")).toEqual(["https://api.roboflow.eu", "https://api.roboflow.eu"]);
    expect(shown(stdout, "poll.interval")).toEqual(["1h"]);
    expect(shown(stdout, "poll.schedule")).toEqual(["0 6 * * *"]);
    expect(shown(stdout, "calendar.hours")).toEqual(["09:00-18:00", "09:00-18:00"]);
    expect(shown(stdout, "approval_target")).toEqual(['{"default":0.9}', "none"]);
    expect(stdout).toContain("\na: about 48 requests a day (insights 2 × 24 polls)\n");
    expect(stdout).toContain(
      "\nb: about 50 requests a day (insights 2 × 1, legacy 2 × 24 polls); those for totals come on top\n",
    );
  });

  test("shows the keys of what can be switched on where it is on, and the requests that it may make", async () => {
    const { stdout } = await check(
      [
        "workspaces:",
        "  - {name: a, api_key: AbcdEfgh1234}",
        "  - {name: b, api_key: Bbcdefgh1234, windows: [7d], backlog: {interval: 2h, max_projects: 10}}",
        "  - {name: c, api_key: Cbcdefgh1234, windows: [7d], projects: [x, y], backlog: true, deadline: {x: 2026-12-24}}",
        "  - {name: d, api_key: Dbcdefgh1234, backlog: false}",
      ].join("\n"),
    );
    expect(shown(stdout, "backlog")).toEqual(["false", "true", "true", "false"]);
    expect(shown(stdout, "backlog.interval")).toEqual(["2h", "1h"]);
    expect(shown(stdout, "backlog.max_projects")).toEqual(["10", "50"]);
    expect(shown(stdout, "backlog.annotations")).toEqual(["false", "false"]);
    expect(shown(stdout, "deadline")).toEqual(["none", "none", '{"x":"2026-12-24"}', "none"]);
    expect(stdout).toContain("\nb: about 348 requests a day (insights 1 × 96, backlog 21 × 12 polls)\n");
    expect(stdout).toContain("\nc: about 312 requests a day (insights 2 × 96, backlog 5 × 24 polls)\n");
  });

  test("shows a key's file, and no key", async () => {
    const file = path.join(directory, "key");
    writeFileSync(file, "AbcdEfgh1234");
    const { stdout } = await check(`workspaces: [{name: a, api_key_file: "${file}", labelers: [AbcdEfgh1234]}]`);
    expect(shown(stdout, "api_key_file")).toEqual([file]);
    expect(shown(stdout, "labelers")).toEqual(["<secret>"]);
    expect(stdout).not.toContain("AbcdEfgh1234");
  });

  test("shows no key that stands in a flag's place", async () => {
    const { code, stdout } = await ran(["--config.check", "--storage.path=q7Kd93hTzVbn52XwLmPa"]);
    expect(code).toBe(0);
    expect(shown(stdout, "--storage.path")).toEqual(["<secret>"]);
  });

  test.each(["once", "doctor", "raw", "backfill --output=-"])(
    "works with %s, before its name and after",
    async (text) => {
      const words = text.split(" ");
      for (const args of [
        ["--config.check", ...words],
        [...words, "--config.check"],
      ]) {
        const { code, stdout } = await ran(args);
        expect({ code, stdout }).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/^The configuration is valid: acme\./) as string,
        });
      }
    },
  );
});

describe("flags of the program", () => {
  test.each(["once", "doctor", "raw"])("are read by %s wherever they stand", async (command) => {
    const flag = "--log.level=loud";
    for (const args of [
      [flag, command],
      [command, flag],
    ])
      expect((await ran(args)).stderr).toBe(
        '--log.level: "loud" is not one of debug, info, warn, error; use one of them\n',
      );
  });

  test("before a command's name give way to those after it", async () => {
    const { stderr } = await ran(["--web.listen-address=before", "healthcheck", "--web.listen-address=after"]);
    expect(stderr).toMatch(/^--web\.listen-address: "after" is not an address/);
    const { stderr: before } = await ran(["--web.listen-address=before", "simulate"]);
    expect(before).toMatch(/^--web\.listen-address: "before" is not an address/);
  });

  test.each(["demo", "simulate", "healthcheck"])("that %s does not have are refused", async (command) => {
    const { code, stderr } = await ran(["--storage.path=/tmp", command]);
    expect(code).toBe(1);
    expect(stderr).toBe(`error: unknown option '--storage.path' for ${command}\n`);
  });
});

test.each(["-v", "-V", "--version"])("%s prints the version", async (flag) => {
  expect(await ran([flag], {})).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^roboflow-exporter \d+\.\d+\.\d+\n$/) as string,
    stderr: "",
  });
});

test("help prints what --help prints, of a command too", async () => {
  const [help, flag] = [await ran(["help"], {}), await ran(["--help"], {})];
  expect(help).toEqual({ ...flag, code: 0 });
  const [ofDoctor, doctorFlag] = [await ran(["help", "doctor"], {}), await ran(["doctor", "--help"], {})];
  expect(ofDoctor).toEqual({ ...doctorFlag, code: 0 });
  expect(ofDoctor.stdout).toContain("--config.check");
});

test.each([["once"], ["raw", "--limit=0"]])("%s warns of a mistyped variable", async (...args) => {
  const env = { ...ENV, ROBOFLOW_API_URL: "http://127.0.0.1:9", ROBOFLOW_WINDOW: "today", WINDOWS: "today" };
  const file = path.join(directory, "no-retries.yaml");
  writeFileSync(file, "api: {retries: 0}");
  const { code, stderr } = await ran([...args, `--config.file=${file}`], env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^warning: ROBOFLOW_WINDOW: is not a known variable and has no effect; /);
});
