import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { createTestHost } from "../support/test-host.ts";
import { standingClock } from "../support/manual-clock.ts";

const NOW = Date.parse("2024-03-20T10:30:00Z");
const directory = mkdtempSync(path.join(tmpdir(), "roboflow-backfill-"));
const simulator = await startSimulator({ port: 0, seed: 1, now: () => NOW });
afterAll(async () => {
  await simulator.close();
  rmSync(directory, { recursive: true });
});

async function backfill({ flags, apiKey }: { readonly flags: readonly string[]; readonly apiKey?: string }) {
  const [workspace] = simulator.workspaces;
  const { host, output } = createTestHost({
    ROBOFLOW_API_URL: simulator.url,
    ROBOFLOW_WORKSPACE: workspace?.name ?? "",
    ROBOFLOW_API_KEY: apiKey ?? workspace?.apiKey ?? "",
    WINDOWS: "today",
  });
  const args = ["backfill", "--output", path.join(directory, "history.om"), "--requests-per-second", "1000", ...flags];
  const exitCode = await run(args, { ...host, clock: standingClock(NOW) });
  return { exitCode, ...output };
}

test.each([
  {
    flags: ["--from", "2023-07-31"],
    problem:
      '--from: "2023-07-31" is before the first day that the API has; use 2023-08-01 or later, or --legacy for days before',
  },
  {
    flags: ["--from", "2024-02-30"],
    problem: '--from: "2024-02-30" is not a day of the calendar; write it as 2026-12-25',
  },
  {
    flags: ["--to", "2024-03-20"],
    problem: '--to: "2024-03-20" is not finished; live scrapes cover it. Use yesterday or earlier',
  },
  {
    flags: ["--from", "2024-03-03", "--to", "2024-03-02"],
    problem: '--from: "2024-03-03" is after --to 2024-03-02; exchange them',
  },
  { flags: ["--step", "10s"], problem: '--step: "10s" is out of range; use 1m to 1d' },
  { flags: ["--settle", "12h"], problem: '--settle: "12h" is not a number of days; write it like 14d' },
  {
    flags: ["--requests-per-second", "0"],
    problem: '--requests-per-second: "0" is not a number from 0.1 to 1000; use one in that range',
  },
  { flags: ["--job", ""], problem: '--job: "" is empty; give a value' },
  {
    flags: ["--workspace", "nobody"],
    problem: '--workspace: "nobody" is not in the configuration; valid names: aerial-survey',
  },
  {
    flags: ["--cache", "/dev/null/x"],
    problem:
      '--cache: "/dev/null/x" cannot be used (ENOTDIR: not a directory); give a place with free space to which this user may write',
  },
])("$flags is refused: $problem", async ({ flags, problem }) => {
  const { exitCode, stderr } = await backfill({ flags });
  expect(stderr).toContain(problem);
  expect(exitCode).toBe(1);
});

test("a key that was given in a wrong place is not shown", async () => {
  const apiKey = simulator.workspaces[0]?.apiKey ?? "";
  const { exitCode, stderr } = await backfill({ flags: ["--workspace", apiKey] });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("--workspace: ");
  expect(stderr).not.toContain(apiKey);
});

test("a run whose first request fails says that nothing was kept", async () => {
  const { exitCode, stderr } = await backfill({ flags: [], apiKey: "a-wrong-key-of-a-test" });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/\n2023-08-01: the API answered 401.*\nThis run kept no responses\.\n$/);
});

test("standard output needs a place for the answers", async () => {
  const { exitCode, stderr } = await backfill({ flags: ["--output", "-"] });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: '--cache: is not given, and no directory can be made next to "-"; give a directory\n',
  });
});

test.each([
  { name: "a directory that is not there", output: () => path.join(directory, "no", "file"), code: "ENOENT" },
  { name: "a directory", output: () => directory, code: "EISDIR" },
  { name: "a path through a file", output: () => path.join(import.meta.filename, "file"), code: "ENOTDIR" },
  { name: "a directory that takes no files", output: () => "/proc/history.om", code: "ENOENT" },
  { name: "a name that is too long", output: () => path.join(directory, "x".repeat(250)), code: "ENAMETOOLONG" },
])("an output that cannot be written is named before anything is asked: $name", async ({ output, code }) => {
  const asked = simulator.requests.length;
  const cache = path.join(directory, "cache");
  const flags = ["--from", "2024-03-19", "--output", output(), "--cache", cache];
  const { exitCode, stderr } = await backfill({ flags });
  expect(stderr).toContain(`--output: "${output()}" cannot be used (${code}: `);
  expect(exitCode).toBe(1);
  expect(simulator.requests).toHaveLength(asked);
});
