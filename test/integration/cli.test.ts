import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { FLAGS, VARIABLES } from "../../src/config/keys.ts";
import { defaultText } from "../../src/config/table.ts";
import { parseExposition, samplesOf } from "../support/exposition.ts";
import { createTestHost } from "../support/test-host.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "roboflow-exporter-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

const ANY_PORT = "--web.listen-address=127.0.0.1:0";

test("the demo serves both workspaces and stops when asked", async () => {
  const { host, output, stop, waitFor } = createTestHost();
  const running = run(["demo", ANY_PORT, "--log.format=pretty"], host);
  const [, url = ""] = await waitFor(/Metrics\s+(http:\S+)/);
  await waitFor(/poll succeeded.*harbor-vision/);
  expect(await (await fetch(url)).text()).toContain('roboflow_up{workspace="harbor-vision",source="insights"} 1');
  const [metrics, page] = await Promise.all([url, new URL("/", url)].map(async (one) => (await fetch(one)).text()));
  expect(metrics).toMatch(/^roboflow_exporter_demo 1$/m);
  expect(page).toContain("<strong>Demo data.</strong>");
  const teams = [...(metrics ?? "").matchAll(/^roboflow_labeler_info\{.*team="(.*?)"/gm)].map(([, team]) => team);
  expect(new Set(teams)).toEqual(new Set(["In-house", "Agency", ""]));
  stop();
  expect(await running).toBe(0);
  expect(output.stderr).toContain("stopping");
});

test("the demo has the legacy endpoint's metrics for one workspace, and none when it is gone", async () => {
  const served = createTestHost();
  const running = run(["demo", ANY_PORT], served.host);
  const [, url = ""] = await served.waitFor(/Metrics\s+(http:\S+)/);
  await served.waitFor(/"source":"legacy"[^}]*"msg":"poll succeeded"/);
  const families = parseExposition(await (await fetch(url)).text());
  const workspaces = (name: string) => samplesOf(families, name).map(({ labels }) => labels["workspace"]);
  const available = samplesOf(families, "roboflow_source_available").map(({ labels }) => labels);
  expect(available.filter(({ source }) => source === "legacy").map(({ workspace }) => workspace)).toEqual([
    "aerial-survey",
  ]);
  expect(new Set(workspaces("roboflow_legacy_annotating_seconds"))).toEqual(new Set(["aerial-survey"]));
  served.stop();
  const gone = createTestHost();
  const second = run(["demo", ANY_PORT, "--workspace-stats=gone"], gone.host);
  await gone.waitFor(/"status":410,"msg":"the endpoint is gone/);
  gone.stop();
  expect(await Promise.all([running, second])).toEqual([0, 0]);
});

test("the demo obeys a fault script", async () => {
  const { host, stop, waitFor } = createTestHost();
  const faults = write("faults.json", JSON.stringify([{ match: { endpoint: "stats" }, status: 402 }]));
  const running = run(["demo", ANY_PORT, `--faults=${faults}`], host);
  await waitFor(/"reason":"plan"/);
  stop();
  expect(await running).toBe(0);
});

test.each([
  {
    name: "a count that is not one",
    args: ["--projects=0"],
    problem: '--projects: "0" is not a whole number from 1 to 1000; give one',
  },
  {
    name: "a seed that is text",
    args: ["--seed=x"],
    problem: '--seed: "x" is not a whole number from 0 to 4294967295; give one',
  },
  {
    name: "a fault script that is not there",
    args: ["--faults=/no/such/file"],
    problem: /^--faults: "\/no\/such\/file" is not a fault script: ENOENT/,
  },
  {
    name: "an unknown behaviour",
    args: ["--auth=none"],
    problem: '--auth: "none" is not one of both, query-only, bearer-only; use one of them',
  },
  {
    name: "a behaviour with nothing given",
    args: ["--approval-of-nothing="],
    problem: '--approval-of-nothing: "" is not one of 0, 100, null, absent; use one of them',
  },
  {
    name: "an unknown time zone",
    args: ["--time-zone=Mars/Olympus"],
    problem: '--time-zone: "Mars/Olympus" is not an IANA time zone; use a name like UTC or Europe/Berlin',
  },
  {
    name: "an unknown state of /workspace-stats",
    args: ["--workspace-stats=maybe"],
    problem: '--workspace-stats: "maybe" is not one of served, gone; use one of them',
  },
  {
    name: "what is not an address",
    args: ["--web.listen-address=nowhere"],
    problem: /^--web\.listen-address: "nowhere" is not an address/,
  },
])("simulate refuses $name", async ({ args, problem }) => {
  const { host, output } = createTestHost();
  expect(await run(["simulate", ...args], host)).toBe(1);
  expect(output.stderr.trim()).toEqual(typeof problem === "string" ? problem : expect.stringMatching(problem));
});

test("simulate serves until it is stopped", async () => {
  const { host, stop, waitFor } = createTestHost();
  const running = run(["simulate", ANY_PORT, "--projects=3", "--labelers=4"], host);
  const [, api = "", workspace = "", key = ""] = await waitFor(
    /URL=(\S+) ROBOFLOW_WORKSPACE=(\S+) ROBOFLOW_API_KEY=(\S+)/,
  );
  const answer = await fetch(`${api}/${workspace}?api_key=${key}`);
  const { workspace: listed } = (await answer.json()) as { workspace: { projects: unknown[] } };
  expect(listed.projects).toHaveLength(3);
  stop();
  expect(await running).toBe(0);
});

test("the exporter runs on a configuration file against the simulator", async () => {
  const simulator = createTestHost();
  const simulating = run(["simulate", ANY_PORT], simulator.host);
  const [, api = "", name = "", key = ""] = await simulator.waitFor(
    /URL=(\S+) ROBOFLOW_WORKSPACE=(\S+) ROBOFLOW_API_KEY=(\S+)/,
  );
  const keyFile = write("key", `${key}\n`);
  const config = write(
    "config.yaml",
    `api: {url: "${api}"}\nworkspaces: [{name: ${name}, api_key_file: "${keyFile}"}]\n`,
  );
  const { host, stop, waitFor } = createTestHost();
  const running = run([`--config.file=${config}`, ANY_PORT, "--web.telemetry-path=/prom"], host);
  await waitFor(/poll succeeded/);
  const [, url = ""] = await waitFor(/"addresses":\["([^"]+)"/);
  expect(await (await fetch(`${url}/prom`)).text()).toContain(`roboflow_up{workspace="${name}",source="insights"} 1`);
  stop();
  simulator.stop();
  expect(await Promise.all([running, simulating])).toEqual([0, 0]);
});

test("--config.check names the workspaces, or says that the key decides", async () => {
  const { host, output } = createTestHost({ ROBOFLOW_API_KEY: "abcdefgh1" });
  expect(await run(["--config.check"], host)).toBe(0);
  expect(output.stdout).toMatch(/^The configuration is valid: the API key's own workspace\.\n/);
});

test("--config.check warns of days that are not Roboflow's, and is content", async () => {
  const config = write("zone.yaml", 'poll: {timezone: Europe/London}\nworkspaces: [{name: a, api_key: "0123456789"}]');
  const { host, output } = createTestHost();
  expect(await run([`--config.file=${config}`, "--config.check"], host)).toBe(0);
  expect(output).toEqual({
    stdout: expect.stringMatching(/^The configuration is valid: a\.\n/) as string,
    stderr:
      'warning: poll.timezone: "Europe/London" shifts the days: Roboflow counts work on UTC days, so for some hours "today" is yesterday\'s or tomorrow\'s work; remove it to use UTC\n',
  });
});

test("--config.check warns of a mistyped variable", async () => {
  const { host, output } = createTestHost({ ROBOFLOW_API_KEY: "abcdefgh1", ROBOFLOW_WINDOW: "today" });
  expect(await run(["--config.check"], host)).toBe(0);
  expect(output.stderr).toBe(
    'warning: ROBOFLOW_WINDOW: is not a known variable and has no effect; did you mean "ROBOFLOW_WINDOWS"?\n',
  );
});

test("the exporter logs the same warning at its start", async () => {
  const config = write(
    "zone.yaml",
    'api: {url: "http://127.0.0.1:9"}\npoll: {timezone: Asia/Tokyo}\nworkspaces: [{name: a, api_key: "0123456789"}]',
  );
  const { host, stop, waitFor } = createTestHost();
  const running = run([`--config.file=${config}`, ANY_PORT], host);
  await waitFor(/"level":"warn".*poll.timezone: \\"Asia\/Tokyo\\" shifts the days/);
  stop();
  expect(await running).toBe(0);
});

test("an unusable configuration is exit code 1, one line per problem", async () => {
  const { host, output } = createTestHost({ ROBOFLOW_API_KEY: "abcdefgh1", WINDOWS: "today,yesterday" });
  expect(await run(["--log.format=xml"], host)).toBe(1);
  expect(output.stderr.trim().split("\n")).toHaveLength(2);
});

test("healthcheck distinguishes a server that answers otherwise from one that is not there", async () => {
  const { host, stop, waitFor } = createTestHost();
  const running = run(["simulate", ANY_PORT], host);
  const [, address = ""] = await waitFor(/API is at http:\/\/(\S+)\./);
  const other = createTestHost();
  expect(await run(["healthcheck", `--web.listen-address=${address}`], other.host)).toBe(1);
  expect(other.output.stderr).toMatch(/\/-\/healthy answered 404\n$/);
  stop();
  await running;
  const none = createTestHost();
  expect(await run(["healthcheck", `--web.listen-address=${address}`], none.host)).toBe(1);
  expect(none.output.stderr).toContain("cannot be reached");
});

test("simulate reports a port that is taken", async () => {
  const { host, stop, waitFor } = createTestHost();
  const running = run(["simulate", ANY_PORT], host);
  const [, address = ""] = await waitFor(/API is at http:\/\/(\S+)\. /);
  const second = createTestHost();
  expect(await run(["simulate", `--web.listen-address=${address}`], second.host)).toBe(1);
  expect(second.output.stderr).toBe(
    `--web.listen-address: "${address}" cannot be listened on: the address is already in use; stop the other program or choose another port\n`,
  );
  stop();
  await running;
});

test("the demo takes no notice of a proxy, which could not reach the simulator", async () => {
  const { host, stop, waitFor } = createTestHost({
    HTTP_PROXY: "http://127.0.0.1:9",
    http_proxy: "http://127.0.0.1:9",
  });
  const running = run(["demo", ANY_PORT], host);
  await waitFor(/"msg":"poll succeeded"/);
  stop();
  expect(await running).toBe(0);
});

test.each(["HTTP_PROXY", "HTTPS_PROXY", "https_proxy"])(
  "a value of %s that is not a URL is reported, but not shown",
  async (name) => {
    const { host, output } = createTestHost({ ROBOFLOW_API_KEY: "abcdefgh1", [name]: "user:pass@proxy.example:3128" });
    expect(await run([ANY_PORT], host)).toBe(1);
    expect(output.stderr).toMatch(new RegExp(`^${name}: its value is not the URL of a proxy; write it like `));
    expect(output.stderr).not.toContain("pass");
  },
);

test("the flags of the documentation are those of the command line", async () => {
  const { host, output } = createTestHost();
  expect(await run(["--help"], host)).toBe(0);
  const flagsIn = (text: string) => new Set([...text.matchAll(/--[a-z][a-z.-]*/g)].map(([flag]) => flag));
  const documented =
    readFileSync("docs/configuration.md", "utf8")
      .match(/^\| `--[^`]+`/gm)
      ?.join("\n") ?? "";
  expect([...flagsIn(documented)].sort()).toEqual([...flagsIn(output.stdout.replaceAll(/Commands:[^]*/g, ""))].sort());
});

test("--help has every flag with its default, and every variable with an example", async () => {
  const { host, output } = createTestHost();
  await run(["--help"], host);
  const help = output.stdout.replaceAll(/\s+/g, " ");
  for (const row of FLAGS) expect(help).toContain(`default: ${defaultText(row) ?? ""})`);
  for (const row of VARIABLES) expect(help).toMatch(new RegExp(` ${row.name}=\\S`));
  expect(help).toContain('POLL_SCHEDULE="0 6-20 * * 1-5" (or ROBOFLOW_POLL_SCHEDULE) When to poll');
  expect(help).toContain("(json or pretty; default: json)");
});

test("words that a command does not take are refused", async () => {
  const { host } = createTestHost();
  expect(await run(["demo", "extra"], host)).toBe(1);
});

test("an unknown command is refused", async () => {
  const { host, output } = createTestHost();
  expect(await run(["dance"], host)).toBe(1);
  expect(output.stderr).toBe(
    'command: "dance" is not a command; use once, doctor, raw, backfill, rules, dashboards, demo, simulate, healthcheck, or no command to run the exporter\n',
  );
});
