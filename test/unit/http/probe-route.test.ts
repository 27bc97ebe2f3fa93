import { gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { discoveryTargets } from "../../../src/http/discovery.ts";
import { patienceMs } from "../../../src/http/probe-route.ts";
import { UNRESOLVED } from "../../../src/poller/state.ts";
import { parseExposition } from "../../support/exposition.ts";
import { ask, sampleState, serveApp, type ServedApp } from "./support.ts";

async function serve(options: Parameters<typeof serveApp>[0] = {}): Promise<ServedApp> {
  const app = await serveApp(options);
  onTestFinished(app.close);
  return app;
}

/** Two workspaces with the same data, but for their names' place in it. */
async function twoStates() {
  const state = await sampleState();
  return [state, { ...state, workspace: "other", sources: new Map() }];
}

describe("/probe", () => {
  test("has the data and the health of the one workspace, and nothing of others or of the program", async () => {
    const app = await serve({ states: await twoStates() });
    const all = parseExposition((await ask(app.port, "/metrics")).body.toString());
    const one = parseExposition((await ask(app.port, "/probe?target=acme")).body.toString());
    const samples = [...one.values()].flatMap((family) => family.samples);
    expect(new Set(samples.map(({ labels }) => labels["workspace"]))).toEqual(new Set(["acme"]));
    expect(one.get("roboflow_up")?.samples).toMatchObject([
      { labels: { workspace: "acme", source: "insights" }, value: 1 },
    ]);
    for (const [name, { samples: own }] of one)
      expect(all.get(name)?.samples.filter(({ labels }) => labels["workspace"] === "acme")).toEqual(own);
    expect([...one.keys()].filter((name) => /^(?:process_|nodejs_|roboflow_exporter_build)/.test(name))).toEqual([]);
    const [text, other] = await Promise.all(["acme", "other"].map((name) => ask(app.port, `/probe?target=${name}`)));
    expect(text?.body.toString()).toContain("roboflow_images_labeled{");
    expect(other?.body.toString()).not.toContain("roboflow_images_labeled{");
  });

  test("speaks both formats, plain and compressed, and HEAD", async () => {
    const { port } = await serve();
    const path = "/probe?target=acme";
    const plain = await ask(port, path);
    expect(plain.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(plain.headers["vary"]).toBe("Accept, Accept-Encoding");
    const metrics = await ask(port, path, { Accept: "application/openmetrics-text", "Accept-Encoding": "gzip" });
    expect(metrics.headers["content-type"]).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(gunzipSync(metrics.body).toString()).toBe(`${plain.body.toString()}# EOF\n`);
    const zipped = await ask(port, path, { "Accept-Encoding": "gzip" });
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    const head = await ask(port, path, {}, "HEAD");
    expect([head.body.length, head.headers["content-length"]]).toEqual([0, String(plain.body.length)]);
  });

  test.each([
    { path: "/probe", says: "Give one workspace as ?target=NAME; configured are: acme.", status: 400 },
    { path: "/probe?target=", says: "Give one workspace as ?target=NAME; configured are: acme.", status: 400 },
    {
      path: "/probe?target=acme&target=b",
      says: "Give one workspace as ?target=NAME; configured are: acme.",
      status: 400,
    },
    { path: "/probe?target=ACME", says: '"ACME" is not a configured workspace; configured are: acme.', status: 404 },
    {
      path: "/probe?target=a%0A%22b",
      says: '"a\\n\\"b" is not a configured workspace; configured are: acme.',
      status: 404,
    },
    {
      ...{ path: `/probe?target=${"x".repeat(500)}`, status: 404 },
      says: `"${"x".repeat(128)}…" is not a configured workspace; configured are: acme.`,
    },
    {
      ...{ path: "/probe?target=https%3A%2F%2Fu%3Ap%40host%2F%3Fapi_key%3Dk", status: 404 },
      says: "<secret> is not a configured workspace; configured are: acme.",
    },
    {
      ...{ path: "/probe?target=rf_AbCdEf0123456789", status: 404 },
      says: "<secret> is not a configured workspace; configured are: acme.",
    },
  ])("$path is refused with $status and a sentence", async ({ path, says, status }) => {
    const answer = await ask((await serve()).port, path);
    expect([answer.status, answer.body.toString()]).toEqual([status, `${says}\n`]);
    expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
  });

  test("names twenty of many workspaces, and none whose name is unknown", async () => {
    const state = await sampleState();
    const states = Array.from({ length: 23 }, (_, index) => ({ ...state, workspace: `w${index}` }));
    const many = (await ask((await serve({ states })).port, "/probe?target=x")).body.toString();
    expect(many).toContain("configured are: w0, w1, ");
    expect(many).toMatch(/ w19 and 3 more\.\n$/);
    const unnamed = await serve({ states: [{ ...state, workspace: UNRESOLVED }] });
    const { status, body } = await ask(unnamed.port, `/probe?target=${encodeURIComponent(UNRESOLVED)}`);
    expect([status, body.toString()]).toEqual([
      404,
      '"(unresolved)" is not a configured workspace; no workspace\'s name is known yet.\n',
    ]);
  });

  test("does not wait longer than Prometheus does", async () => {
    const app = await serve({ ofWorkspace: () => new Promise(() => undefined) });
    const probing = ask(app.port, "/probe?target=acme", { "X-Prometheus-Scrape-Timeout-Seconds": "10" });
    await app.clock.whenAsleep();
    expect(app.clock.asked).toEqual([9_500]);
    app.clock.advance(9_500);
    const { status, headers, body } = await probing;
    expect([status, headers["retry-after"]]).toEqual([503, "1"]);
    expect(body.toString()).toMatch(/takes longer than the scrape may/);
  });

  test("is answered in time without a trace of the wait, and a failure is a 500", async () => {
    const app = await serve();
    const patient = { "X-Prometheus-Scrape-Timeout-Seconds": "10" };
    expect((await ask(app.port, "/probe?target=acme", patient)).status).toBe(200);
    expect(app.clock.sleeping).toBe(0);
    const broken = await serve({ ofWorkspace: () => Promise.reject(new Error("bug")) });
    expect((await ask(broken.port, "/probe?target=acme", patient)).status).toBe(500);
    expect(broken.clock.sleeping).toBe(0);
  });

  test.each([
    ["10", 9_500],
    ["1.0001", 500.1],
    ["1", 500],
    ["0.2", 100],
    ["0", undefined],
    ["-1", undefined],
    ["soon", undefined],
    ["Infinity", undefined],
    [undefined, undefined],
  ])("a scrape timeout of %s gives %s ms", (header, ms) => {
    const headers = header === undefined ? {} : { "x-prometheus-scrape-timeout-seconds": header };
    const patience = patienceMs({ headers });
    if (ms === undefined) expect(patience).toBeUndefined();
    else expect(patience).toBeCloseTo(ms);
  });
});

describe("/sd", () => {
  test("lists a target for each workspace at the address that was asked", async () => {
    const state = await sampleState();
    const states = [state, { ...state, workspace: "other" }, { ...state, workspace: UNRESOLVED }];
    const { headers, body } = await ask((await serve({ states })).port, "/sd", { Host: "exporter.example:17626" });
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(headers["cache-control"]).toBe("no-store");
    const labelsOf = (name: string) => ({ __metrics_path__: "/probe", __param_target: name, instance: name });
    expect(JSON.parse(body.toString())).toEqual(
      ["acme", "other"].map((name) => ({ targets: ["exporter.example:17626"], labels: labelsOf(name) })),
    );
  });

  test("says that Prometheus must use TLS where it asked with it", () => {
    expect(discoveryTargets(["acme"], "h:1", true)).toMatchObject([
      { targets: ["h:1"], labels: { __scheme__: "https" } },
    ]);
  });

  test.each(["[::1]:17626", "10.0.0.1", "a-b_c.example:1"])("%s is an address", async (host) => {
    const { status, body } = await ask((await serve()).port, "/sd", { Host: host });
    expect([status, JSON.parse(body.toString())]).toMatchObject([200, [{ targets: [host] }]]);
  });

  test.each(["a b", "user@host", "host/path", "host:123456", "x".repeat(300), "<b>"])("%s is not", async (host) => {
    const { status, body } = await ask((await serve()).port, "/sd", { Host: host });
    expect([status, body.toString()]).toEqual([
      400,
      "The header Host is not an address that Prometheus could scrape.\n",
    ]);
  });
});
