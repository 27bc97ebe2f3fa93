import { describe, expect, test } from "vitest";
import { runDoctor } from "../../src/cli/doctor.ts";
import { NAME } from "../support/diagnosis.ts";
import { configOf, simulated, commandOutput } from "../support/simulated-run.ts";
import { createTestHost } from "../support/test-host.ts";

describe("exit code 2, could not run:", () => {
  test("a configuration that cannot be used, reported as the exporter reports it", async () => {
    const { code, stdout, stderr } = await commandOutput(["doctor"], { windows: ["yesterday"] });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('windows[0]: "yesterday" is not a window');
  });

  test("a flag or a workspace that there is not", async () => {
    const config = configOf("http://127.0.0.1:9", { name: NAME });
    expect((await commandOutput(["doctor", "--jsn"], config)).code).toBe(2);
    expect((await commandOutput(["doctor", "--help"], config)).code).toBe(0);
    expect((await commandOutput(["doctor", "--workspace=x"], config)).code).toBe(2);
  });

  test("an API that is not there", async () => {
    const { url, stop } = await simulated();
    await stop();
    const { code, stdout } = await commandOutput(["doctor"], configOf(url, { name: NAME }, { name: "harbor-vision" }));
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^problem +key +cannot connect to 127\.0\.0\.1:\d+: the connection was refused \(ECONNREFUSED\); /m,
    );
  });

  test("but one workspace that answers is a run", async () => {
    const [open, closed] = [await simulated(), await simulated()];
    await closed.stop();
    const config = configOf(open.url, { name: NAME }, { name: "harbor-vision", api: { url: closed.url } });
    expect((await commandOutput(["doctor"], config)).code).toBe(1);
    expect((await commandOutput(["doctor", `--workspace=${NAME}`], config)).code).toBe(0);
  });
});

test("the table has a line for each topic, the setting below it", async () => {
  const { url } = await simulated(["--end-date=exclusive"]);
  const { stdout } = await commandOutput(["doctor"], configOf(url, { name: NAME }));
  expect(stdout).toContain(`workspace aerial-survey, ${url}\n`);
  expect(stdout).toMatch(/^problem {2}end date {8}exclusive: .*\n {25}→ api\.end_date: exclusive$/m);
  expect(stdout).toMatch(/^1 problem, 1\d ok, \d info, \d unknown; \d+ requests$/m);
});

test("the table has one line for all that could not be asked", async () => {
  const { url } = await simulated();
  const { stdout } = await commandOutput(["doctor"], configOf(url, { name: NAME, api_key: "wrong-key-of-a-test" }));
  expect(stdout.match(/^unknown .*not asked.*$/gm)).toEqual([
    expect.stringMatching(/not asked, because the statistics cannot be read: end date, .*, legacy, rows, .*, series$/),
  ]);
  expect(stdout).toMatch(/^2 problem, 0 ok, 0 info, 1\d unknown; 3 requests$/m);
});

test("a key in the place of a proxy variable is not shown", async () => {
  const KEY = "k3y-of-a-test/99";
  const { host, output } = createTestHost({
    ...{ ROBOFLOW_API_KEY: KEY, ROBOFLOW_API_URL: "http://127.0.0.1:9" },
    ...{ NO_PROXY: KEY, HTTP_PROXY: "http://127.0.0.1:9" },
  });
  expect(await runDoctor({}, host)).toBe(2);
  expect(output.stderr).toContain("NO_PROXY");
  expect(output.stderr).toContain("<secret>");
  expect(output.stderr).not.toContain(KEY);
});
