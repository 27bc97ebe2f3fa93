import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { run } from "../../src/cli/program.ts";
import { systemClock } from "../../src/clock.ts";
import { DATA_METRICS } from "../../src/exposition/catalogue.ts";
import { HEALTH_METRICS } from "../../src/exposition/health.ts";
import { createRedactor } from "../../src/redact.ts";
import { SELF_METRICS } from "../../src/self/metrics.ts";
import {
  type HarnessDeps,
  type ScriptedAnswer,
  configFrom,
  startHarness,
  startScriptedApi,
} from "../support/exporter-harness.ts";
import { fixture } from "../support/golden.ts";
import { needs, run as runProgram } from "../support/programs.ts";
import { createTestHost } from "../support/test-host.ts";

const KEY = `k/e+y&'"-9f86d081884c7d65`;
const TAIL = "9f86d081884c7d65";
const PAGES = ["/", "/polls", "/config", "/sd", "/probe?target=acme", "/metrics"];

type Document = Readonly<Record<string, unknown>>;

/** A running exporter on an API that answers as told, and what each of its pages says. */
async function exporterOn(
  answer: (url: URL) => ScriptedAnswer,
  document: Document = {},
  deps: Partial<HarnessDeps> = {},
) {
  const api = await startScriptedApi(answer);
  const workspaces = document["workspaces"] ?? [{ name: "acme", api_key: KEY }];
  const settings = { api: { url: api.url, retries: 0 }, poll: { jitter: "0s" }, windows: ["7d"] };
  const config = configFrom({ ...settings, ...document, workspaces });
  const harness = await startHarness(config, { clock: systemClock, redact: createRedactor([KEY]), ...deps });
  onTestFinished(async () => {
    await harness.exporter.stop();
    await api.close();
  });
  const get = async (path: string, accept = "text/html") => {
    const response = await fetch(`${harness.url}${path}`, { headers: { accept } });
    return response.text();
  };
  return { ...harness, api, get };
}

interface JournalOfSource {
  readonly workspace: string;
  readonly failing_since: string | null;
  readonly recent: readonly Document[];
}

const journalIn = (text: string) => JSON.parse(text) as readonly JournalOfSource[];

test("a poll is in the journal with its requests, its rows and its series", async () => {
  const { get, polls, api } = await exporterOn(() => ({ json: fixture("seed-sample") }));
  await polls(1);
  const [source] = journalIn(await get("/polls", "application/json"));
  expect(source).toMatchObject({ workspace: "acme", failing_since: null, recent: [{ outcome: "ok", rows: 1 }] });
  const [entry] = source?.recent ?? [];
  expect(entry?.["series"]).toBeGreaterThan(5);
  expect(entry?.["requests"]).toEqual([
    {
      method: "GET",
      url: expect.stringContaining(`${api.url}/acme/stats?startDate=`) as string,
      status: 200,
      seconds: expect.any(Number) as number,
    },
  ]);
  expect(await get("/")).toContain("up to date");
});

test.each<[string, (url: URL) => ScriptedAnswer]>([
  ["rejects it", () => ({ status: 401, json: { error: { message: `no such key: ${KEY}` } } })],
  [
    "gives it as names",
    () => ({
      json: { data: [{ projectId: "p", projectName: KEY, labelerId: "l", approved: 1 }], stats: {}, [KEY]: 1 },
    }),
  ],
  ["takes it for a filter", ({ searchParams }) => ({ status: 404, json: { error: searchParams.toString() } })],
])("no page shows the key to an API that %s", async (_name, answer) => {
  const { get, polls, api } = await exporterOn(answer);
  await polls(1);
  for (const path of PAGES) expect(await get(path)).not.toContain(TAIL);
  expect(await get("/polls", "application/json")).not.toContain(TAIL);
  expect(api.requests[0]?.searchParams.get("api_key")).toBe(KEY);
});

const PERSON = { id: "u7Jq2Person", displayName: "Ann Example", email: "ann@example.com" };

function answerAbout(url: URL): ScriptedAnswer {
  if (url.searchParams.has("userId"))
    return { status: 500, json: { error: { message: `${PERSON.displayName} <${PERSON.email}> ${PERSON.id} failed` } } };
  const data = [{ projectId: "p", projectName: "Cells", labelerId: PERSON.id, imagesLabeled: 3, [PERSON.email]: 1 }];
  return { json: { data, labelers: [PERSON], stats: {} } };
}

test("in the strictest mode no page names a person, even when the API does", async () => {
  const { get, polls } = await exporterOn(answerAbout, {
    people: { identity: "hmac", hmac_key_file: "/hmac", names: false, teams: { A: [PERSON.id] } },
    workspaces: [{ name: "acme", api_key: KEY, totals: ["labeler"] }],
  });
  await polls(1);
  // The metrics have tests of their own.
  for (const path of ["/", "/polls", "/config", "/sd"])
    for (const personal of Object.values(PERSON)) expect(await get(path)).not.toContain(personal);
  const journal = await get("/polls", "application/json");
  for (const personal of Object.values(PERSON)) expect(journal).not.toContain(personal);
  const requests = journalIn(journal)[0]?.recent[0]?.["requests"] as { url: string; status: number }[];
  expect(requests.map(({ status }) => status)).toEqual([200, 500]);
  expect(requests[1]?.url).toMatch(/userId=[0-9a-f]{16}/);
});

test("polls before the name was known are kept under it", async () => {
  let isDown = true;
  const { get, logged } = await exporterOn(
    ({ pathname }) => {
      if (isDown) return { status: 503, json: {} };
      return { json: pathname === "/" ? { workspace: "found" } : fixture("seed-sample") };
    },
    { poll: { interval: "1s", jitter: "0s" }, workspaces: [{ api_key: KEY }] },
  );
  await logged(/^poll failed$/);
  expect(await get("/")).toMatch(/failing since[^]*What to do:/);
  expect(await get("/sd")).toBe("[]");
  isDown = false;
  await logged(/^poll succeeded$/);
  const [source] = journalIn(await get("/polls", "application/json"));
  expect(source?.workspace).toBe("found");
  expect(source?.recent.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(["ok", "http"]));
  expect(source?.recent.at(-1)).toMatchObject({ outcome: "http", status: 503, requestCount: 1 });
  expect(await get("/sd")).toContain('"__param_target":"found"');
});

test("the program shows its own configuration, and where each value comes from", async () => {
  const api = await startScriptedApi(() => ({ json: fixture("seed-sample") }));
  onTestFinished(() => api.close());
  const { host, stop, waitFor } = createTestHost({ ROBOFLOW_API_KEY: KEY, ROBOFLOW_API_URL: api.url, WINDOWS: "7d" });
  const running = run(["--web.listen-address=127.0.0.1:0", "--web.max-requests=7"], host);
  const [, url = ""] = await waitFor(/"addresses":\["([^"]+)"/);
  const yaml = await (await fetch(`${url}/config`)).text();
  stop();
  await running;
  expect(yaml).toContain("--web.max-requests: 7 # flag --web.max-requests");
  expect(yaml).toContain("windows: [7d] # environment variable WINDOWS");
  expect(yaml).toContain("api_key: <secret> # environment variable ROBOFLOW_API_KEY");
  expect(yaml).not.toContain(TAIL);
  expect(parse(yaml)).toMatchObject({ workspaces: [{ api: { url: api.url } }] });
});

const [, example = ""] = /```yaml\n([^]*?)```/.exec(readFileSync("docs/pages.md", "utf8")) ?? [];

test("promtool accepts the documented scrape configuration", async (context) => {
  await needs("promtool", context);
  const folder = mkdtempSync(join(tmpdir(), "roboflow-pages-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "prometheus.yml");
  writeFileSync(file, example);
  const { code, output } = await runProgram("promtool", ["check", "config", file]);
  expect([code, output]).toEqual([0, expect.stringContaining("SUCCESS")]);
});

test("of the exporter's own job the documented scrape configuration keeps what no probe has", () => {
  const { scrape_configs: jobs } = parse(example) as {
    scrape_configs: readonly { metric_relabel_configs?: readonly { regex: string; action: string }[] }[];
  };
  const [rule] = jobs.flatMap(({ metric_relabel_configs: rules = [] }) => rules);
  const isKept = (name: string) => new RegExp(`^(?:${rule?.regex ?? ""})$`).test(name);
  expect(rule?.action).toBe("keep");
  const seriesOf = ({ name, type }: { readonly name: string; readonly type: string }) =>
    type === "histogram" ? `${name}_bucket` : name;
  expect(
    Object.values(SELF_METRICS)
      .map(seriesOf)
      .filter((name) => !isKept(name)),
  ).toEqual([]);
  expect([...DATA_METRICS, ...Object.values(HEALTH_METRICS)].map(seriesOf).filter(isKept)).toEqual([]);
});
