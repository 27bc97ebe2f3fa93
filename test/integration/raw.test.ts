import { DEFAULT_START, ManualClock } from "../support/manual-clock.ts";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { startSimulator } from "../../src/simulator/server.ts";
import { type Answer, hang, json, raw as text } from "../support/api-server.ts";
import { parseCsv } from "../support/csv.ts";
import { KEY, makeRows, ndjson, pagesOf, serveRows } from "../support/row-server.ts";
import { type HostParts, createTestHost } from "../support/test-host.ts";

type Environment = Readonly<Record<string, string>>;

/** Runs `raw` to its end. */
async function raw(
  env: Environment,
  args: readonly string[] = [],
  parts: HostParts = { clock: new ManualClock(DEFAULT_START, { wakes: "at once" }) },
) {
  const { host, output } = createTestHost(env, parts);
  const status = await run(["raw", ...args], host);
  return { status, ...output };
}

const ROWS = makeRows(25);
const failing = (status: number): Answer => json({ error: "no" }, status);

async function startAerial() {
  const simulator = await startSimulator({ port: 0, seed: 1, now: () => Date.parse("2026-11-18T15:00:00Z") });
  onTestFinished(() => simulator.close());
  const [workspace] = simulator.workspaces;
  if (!workspace) throw new Error("no workspace");
  return { simulator, workspace, env: { ROBOFLOW_API_URL: simulator.url, ROBOFLOW_API_KEY: workspace.apiKey } };
}

async function rowsOf(url: string, query: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const response = await fetch(
    `${url}/workspace-stats?${new URLSearchParams({ rawData: "true", ...query }).toString()}`,
  );
  return ((await response.json()) as { data: unknown[] }).data;
}

test("all rows of the simulator come out, page by page, and with a project only its own", async () => {
  const { simulator, workspace, env } = await startAerial();
  const project = workspace.projects[1]?.id ?? "";
  const span = { start: Date.parse("2026-11-09"), end: Date.parse("2026-11-12") - 1 };
  const query = { api_key: workspace.apiKey, start: String(span.start), end: String(span.end), limit: "10000" };
  const days = ["--from=2026-11-09", "--to=2026-11-11", "--limit=250"];
  const all = await rowsOf(simulator.url, query);
  expect(all.length).toBeGreaterThan(1000);
  expect(await raw(env, [...days, `--workspace=${workspace.name}`])).toEqual({
    status: 0,
    stdout: ndjson(all),
    stderr: `complete: ${all.length} rows written\n`,
  });
  const own = await rowsOf(simulator.url, { ...query, projectId: project });
  expect(own.length).toBeGreaterThan(100);
  expect((await raw(env, [...days, `--project=${project}`])).stdout).toBe(ndjson(own));
});

test.each([
  {
    name: "all time until today",
    zone: "UTC",
    args: [],
    start: "2016-01-01T00:00:00.000Z",
    end: "2026-11-18T23:59:59.999Z",
  },
  {
    name: "days in the configured zone, both included",
    zone: "Europe/Berlin",
    args: ["--from=2026-03-29", "--to=2026-10-25"],
    start: "2026-03-28T23:00:00.000Z",
    end: "2026-10-25T22:59:59.999Z",
  },
])("it asks for $name", async ({ zone, args, start, end }) => {
  const { server, env } = await serveRows(json({ data: [] }));
  const host = createTestHost({}, { clock: new ManualClock(DEFAULT_START, { wakes: "at once" }) });
  const file = {
    api: { url: server.url },
    poll: { timezone: zone },
    workspaces: [{ api_key: env["ROBOFLOW_API_KEY"] }],
  };
  const readFile = () => JSON.stringify(file);
  expect(await run(["raw", "--config.file=c.yaml", ...args], { ...host.host, readFile })).toBe(0);
  const { searchParams } = new URL(server.requests[0]?.target ?? "", server.url);
  const [asked, until] = ["start", "end"].map((name) => new Date(Number(searchParams.get(name))).toISOString());
  expect([asked, until, searchParams.get("limit")]).toEqual([start, end, "1000"]);
});

test("a server that gives fewer rows than asked for is followed to its end", async () => {
  const capped = pagesOf(ROWS, ({ offset }) => json(ROWS.slice(offset, offset + 4)));
  const { env, asked } = await serveRows(capped);
  expect(await raw(env)).toEqual({ status: 0, stdout: ndjson(ROWS), stderr: "complete: 25 rows written\n" });
  expect(asked().map(({ offset }) => offset)).toEqual([0, 4, 8, 12, 16, 20, 24, 25]);
});

test("nothing at all is complete, too", async () => {
  const { env } = await serveRows(json({ data: [] }));
  expect(await raw(env, ["--format=csv"])).toEqual({ status: 0, stdout: "", stderr: "complete: 0 rows written\n" });
});

test("a server that ignores the offset is not believed: its page is written once", async () => {
  const { env } = await serveRows(json({ data: ROWS }));
  const first = await raw(env);
  expect(first).toMatchObject({ status: 2, stdout: ndjson(ROWS) });
  expect(first.stderr).toMatch(
    /^the page at offset 25 repeats an earlier one: .*\nincomplete: 25 rows written; resume/,
  );
  const resumed = await raw(env, ["--offset=25"]);
  expect(resumed).toMatchObject({ status: 1, stdout: "" });
  expect(resumed.stderr).toMatch(/^the page at offset 25 repeats .*\nfailed: nothing was written\n$/);
});

test.each(["ndjson", "csv"])("a run that fails in the middle is resumed to the same %s", async (format) => {
  const options = [`--format=${format}`, "--limit=4"];
  const whole = await raw((await serveRows(pagesOf(ROWS))).env, options);
  const { env } = await serveRows(pagesOf(ROWS, ({ offset }) => (offset === 12 ? failing(400) : undefined)));
  const first = await raw(env, options);
  expect(first.status).toBe(2);
  expect(first.stderr).toBe("the API answered 400: no\nincomplete: 12 rows written; resume with --offset 12\n");
  const rest = await raw((await serveRows(pagesOf(ROWS))).env, [...options, "--offset=12"]);
  expect(rest.stderr).toBe("complete: 13 rows written\n");
  expect(first.stdout + rest.stdout).toBe(whole.stdout);
});

test("a resumed run that fails says where to resume, counted from the very first row", async () => {
  const { env } = await serveRows(pagesOf(ROWS, ({ offset }) => (offset === 14 ? failing(403) : undefined)));
  const { status, stderr } = await raw(env, ["--offset=6", "--limit=4"]);
  expect([status, stderr.split("\n")[1]]).toEqual([2, "incomplete: 8 rows written; resume with --offset 14"]);
});

test("CSV's columns are the first page's keys, and no value is lost", async () => {
  const { env } = await serveRows(pagesOf(ROWS));
  const { stdout } = await raw(env, ["--format=csv", "--limit=3"]);
  const [header, ...records] = parseCsv(stdout).map((cells) => cells.map(({ text }) => text));
  expect(header).toEqual(["id", "tags", "_extra"]);
  expect(records).toHaveLength(25);
  expect(records[3]).toEqual(["3", "", JSON.stringify({ note: 'a "b",\n3' })]);
});

test("a failure that may pass is reported and tried again", async () => {
  const { env } = await serveRows(failing(503), pagesOf(ROWS));
  const { status, stdout, stderr } = await raw(env);
  expect({ status, stdout }).toEqual({ status: 0, stdout: ndjson(ROWS) });
  expect(stderr).toMatch(/^the API answered 503: no; asking again in \d\.\d s\ncomplete: 25 rows written\n$/);
});

test.each([
  {
    status: 410,
    args: [],
    line: "the API answered 410: Roboflow has removed GET /workspace-stats, and the raw rows with it",
  },
  {
    status: 404,
    args: [],
    line: "the API answered 404: Roboflow has removed GET /workspace-stats, and the raw rows with it",
  },
  {
    status: 404,
    args: ["--project=roofs"],
    line: /^--project: "roofs" is not found by the API \(404\); give the project's id/,
  },
  { status: 401, args: [], line: /^the API answered 401: the API key was rejected/ },
])("an API that answers $status at once is a failure: $line", async ({ status, args, line }) => {
  const { env } = await serveRows(text(status, "no"));
  const result = await raw(env, args);
  const [problem, summary] = result.stderr.split("\n");
  expect([result.status, result.stdout, summary]).toEqual([1, "", "failed: nothing was written"]);
  expect(problem).toEqual(typeof line === "string" ? line : expect.stringMatching(line));
});

test("a simulator without the legacy endpoint says that it is gone", async () => {
  const simulator = await startSimulator({
    port: 0,
    seed: 1,
    now: () => Date.now(),
    behaviour: { workspaceStats: "gone" },
  });
  onTestFinished(() => simulator.close());
  const env = { ROBOFLOW_API_URL: simulator.url, ROBOFLOW_API_KEY: simulator.workspaces[0]?.apiKey ?? "" };
  expect((await raw(env)).stderr).toContain("the API answered 410: Roboflow has removed GET /workspace-stats");
});

test("a page that is too large is met by a lower limit", async () => {
  const { server, env } = await serveRows(json({ data: ["x".repeat(2000)] }));
  const { host, output } = createTestHost({}, { clock: new ManualClock(DEFAULT_START, { wakes: "at once" }) });
  const file = {
    api: { url: server.url, max_response_bytes: "1KiB" },
    workspaces: [{ api_key: env["ROBOFLOW_API_KEY"] }],
  };
  expect(await run(["raw", "--config.file=c"], { ...host, readFile: () => JSON.stringify(file) })).toBe(1);
  expect(output.stderr).toContain("raise api.max_response_bytes, or lower --limit\n");
});

test("an interruption while a page is awaited ends it at once, with where to resume", async () => {
  const { env } = await serveRows(pagesOf(ROWS, ({ offset }) => (offset === 20 ? hang : undefined)));
  const { host, output, stop, waitFor } = createTestHost(env);
  const running = run(["raw", "--limit=10"], host);
  await waitFor(/"id":19/);
  stop();
  expect(await running).toBe(2);
  expect(output).toEqual({
    stdout: ndjson(ROWS.slice(0, 20)),
    stderr: "interrupted\nincomplete: 20 rows written; resume with --offset 20\n",
  });
});

test("an interruption while a page is written lets it be written", async () => {
  const { env } = await serveRows(pagesOf(ROWS));
  let stop: () => void = () => undefined;
  let written = "";
  const writeData = (page: string) => {
    written += page;
    stop();
    return Promise.resolve(undefined);
  };
  const made = createTestHost(env, { writeData });
  stop = made.stop;
  expect(await run(["raw", "--limit=10"], made.host)).toBe(2);
  expect(written).toBe(ndjson(ROWS.slice(0, 10)));
  expect(made.output.stderr).toBe("interrupted\nincomplete: 10 rows written; resume with --offset 10\n");
});

test("no page is asked for before the one at hand is out", async () => {
  const { server, env } = await serveRows(pagesOf(ROWS));
  const askedMeanwhile: number[] = [];
  const writeData = async () => {
    const before = server.requests.length;
    // Whatever was asked for by now is there before the second of these.
    for (const time of ["first", "second"]) await fetch(`${server.url}/?${time}`);
    askedMeanwhile.push(server.requests.length - before - 2);
    return undefined;
  };
  expect((await raw(env, ["--limit=10"], { writeData })).status).toBe(0);
  expect(askedMeanwhile).toEqual([0, 0, 0]);
});

test("an output that takes no more ends it, with how much of it to keep", async () => {
  const { env } = await serveRows(pagesOf(ROWS));
  const codes = [undefined, "ENOSPC"];
  const { status, stderr } = await raw(env, ["--limit=10"], { writeData: () => Promise.resolve(codes.shift()) });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr:
      "standard output cannot be written (ENOSPC); keep 10 rows of what this run wrote\n" +
      "incomplete: 10 rows written; resume with --offset 10\n",
  });
});

test("a terminal sees how far it is, five times a second at most, and the summary in its place", async () => {
  const { env } = await serveRows(pagesOf(ROWS));
  const clock = new ManualClock(DEFAULT_START, { wakes: "at once" });
  const writeData = () => {
    clock.advance(150);
    return Promise.resolve(undefined);
  };
  const { stderr } = await raw(env, ["--limit=5"], { clock, writeData, terminals: ["stderr"] });
  expect(stderr.split("\r\x1b[K")).toEqual([
    "",
    "5 rows, 33 rows/s",
    "15 rows, 33 rows/s",
    "25 rows, 33 rows/s",
    "complete: 25 rows written\n",
  ]);
  const both = await raw(env, [], { terminals: ["stderr", "stdout"] });
  expect(both.stderr).toBe("complete: 25 rows written\n");
});

test.each([
  {
    args: ["--from=2026-02-30", "--to=9999-12-31", "--format=cvs", "--limit=0", "--offset=-1", "--project="],
    problems: [
      '--project: "" is empty; give a value or remove it',
      '--from: "2026-02-30" is not a day of the calendar; write it as 2026-12-25',
      '--to: "9999-12-31" is not a day of this century; write it as 2026-12-25',
      '--format: "cvs" is not a format; did you mean "csv"?',
      '--limit: "0" is not an integer from 1 to 10000; use one in that range',
      '--offset: "-1" is not an integer from 0 to 999999999; use one in that range',
    ],
  },
  {
    args: ["--from=2026-11-19"],
    problems: ['--from: "2026-11-19" is after the last day asked for, 2026-11-18; give an earlier one'],
  },
  {
    args: [`--workspace=${KEY}`, `--limit=${KEY}`],
    problems: ['--limit: "<secret>" is not an integer from 1 to 10000; use one in that range'],
  },
])("$args are refused before anything is asked", async ({ args, problems }) => {
  const { server, env } = await serveRows(json({ data: [] }));
  expect(await raw(env, args)).toEqual({ status: 1, stdout: "", stderr: `${problems.join("\n")}\n` });
  expect(server.requests).toEqual([]);
});

const TWO = JSON.stringify({
  workspaces: [
    { name: "acme", api_key: "first-key" },
    { name: "harbor", api_key: "second-key" },
  ],
});

test.each([
  { args: [], problem: "--workspace: is not given, and there are several; choose one of acme, harbor" },
  {
    args: ["--workspace=harbour"],
    problem: '--workspace: "harbour" is not in the configuration; did you mean "harbor"?',
  },
])("of several workspaces one must be named: $args", async ({ args, problem }) => {
  const { host, output } = createTestHost();
  expect(await run(["raw", "--config.file=c", ...args], { ...host, readFile: () => TWO })).toBe(1);
  expect(output.stderr).toBe(`${problem}\n`);
});

test("the key is that of the workspace that is named; the file may be named before the command", async () => {
  const { server } = await serveRows(json({ data: [] }));
  const { host } = createTestHost({ ROBOFLOW_API_URL: server.url });
  const args = ["--config.file=c", "raw", "--workspace=harbor"];
  expect(await run(args, { ...host, readFile: () => TWO })).toBe(0);
  expect(server.requests.map(({ target }) => new URL(target, server.url).searchParams.get("api_key"))).toEqual([
    "second-key",
  ]);
});

test("a workspace that is named nowhere must be the key's own", async () => {
  const { env } = await startAerial();
  const days = ["--from=2026-11-09", "--to=2026-11-09"];
  expect((await raw(env, ["--workspace=aerial-survey", ...days])).status).toBe(0);
  expect(await raw(env, ["--workspace=harbor-vision", ...days])).toEqual({
    status: 1,
    stdout: "",
    stderr: '--workspace: "harbor-vision" is not the API key\'s workspace, "aerial-survey"; use its key\n',
  });
});

test("csv-safe has no formula in it", async () => {
  const { env } = await serveRows(pagesOf([{ name: "=1+1", count: -5 }]));
  const { status, stdout } = await raw(env, ["--format=csv-safe"]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "name,count,_extra\r\n'=1+1,-5,\r\n" });
});

test.each(["ndjson", "csv"])(
  "an API that repeats the key gets it into nothing that is written, not into %s",
  async (format) => {
    const echo: Answer = (request, response) => {
      const { searchParams } = new URL(request.url ?? "", "http://api");
      const rows = [{ url: request.url, key: KEY, [KEY]: [KEY], note: `key: "${KEY}"` }];
      const answer =
        searchParams.get("offset") === "0" ? json({ data: rows }) : json({ error: `not with ${KEY}` }, 503);
      answer(request, response);
    };
    const { env } = await serveRows(echo);
    const { status, stdout, stderr } = await raw(env, [`--format=${format}`]);
    expect(status).toBe(2);
    expect(stdout).toContain("<secret>");
    expect(stderr).toContain("not with <secret>; asking again");
    for (const spelling of [KEY, encodeURIComponent(KEY), "9f86d081"]) expect(stdout + stderr).not.toContain(spelling);
  },
);
