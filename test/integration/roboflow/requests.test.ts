import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Ask } from "../../../src/roboflow/client.ts";
import { fetchProjects } from "../../../src/roboflow/workspaces.ts";
import type { StatsQuery } from "../../../src/sources/insights/requests.ts";
import { fetchWorkspaceName } from "../../../src/roboflow/workspaces.ts";
import { json } from "../../support/api-server.ts";
import { EMPTY_STATS, KEY, WEEK, clientFor, failureOf, serve, serveClient } from "./support.ts";

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

async function requestOf(workspace: string, query: StatsQuery, auth: "query" | "bearer" = "query") {
  const { server, fetchStatsOf } = await serveClient([json(EMPTY_STATS)], { auth });
  await fetchStatsOf(workspace)(query, new AbortController().signal);
  const request = server.requests[0];
  const url = new URL(request?.target ?? "", server.url);
  return { request, path: url.pathname, parameters: Object.fromEntries(url.searchParams) };
}

describe("a request for stats", () => {
  test("names the days and, by default, carries the key as a parameter", async () => {
    const { request, path, parameters } = await requestOf("acme", WEEK);
    expect({ method: request?.method, path, parameters }).toEqual({
      method: "GET",
      path: "/acme/stats",
      parameters: { startDate: "2026-11-12", endDate: "2026-11-18", api_key: KEY },
    });
    expect(request?.headers.authorization).toBeUndefined();
  });

  test("carries the key in the header alone with bearer", async () => {
    const { request, parameters } = await requestOf("acme", WEEK, "bearer");
    expect(parameters).toEqual(WEEK);
    expect(request?.target).toBe("/acme/stats?startDate=2026-11-12&endDate=2026-11-18");
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test("names the day after the last one for an API that does not count it", async () => {
    const { server, fetchStatsOf } = await serveClient([json(EMPTY_STATS)], { auth: "bearer", endDate: "exclusive" });
    await fetchStatsOf("acme")({ ...WEEK, endDate: "2026-11-30" }, new AbortController().signal);
    expect(server.requests[0]?.target).toBe("/acme/stats?startDate=2026-11-12&endDate=2026-12-01");
  });

  test("carries both filters", async () => {
    const { parameters } = await requestOf("acme", { ...WEEK, project: "röntgen&co", userId: "u 1/2" }, "bearer");
    expect(parameters).toEqual({ ...WEEK, project: "röntgen&co", userId: "u 1/2" });
  });

  test.each([
    { workspace: "a/b", path: "/a%2Fb/stats" },
    { workspace: "ä b", path: "/%C3%A4%20b/stats" },
    { workspace: "what?#", path: "/what%3F%23/stats" },
  ])("encodes the workspace $workspace", async ({ workspace, path }) => {
    expect((await requestOf(workspace, WEEK)).path).toBe(path);
  });

  test("says who asks and what for", async () => {
    const { request } = await requestOf("acme", WEEK);
    expect(request?.headers).toMatchObject({
      "user-agent": `roboflow-exporter/${version}`,
      accept: "application/json",
    });
  });

  test("keeps the path of the API's URL", async () => {
    const server = await serve(json(EMPTY_STATS));
    const { fetchStatsOf } = clientFor(`${server.url}/gateway/v1`, { auth: "bearer" });
    await fetchStatsOf("acme")(WEEK, new AbortController().signal);
    expect(server.requests[0]?.target).toBe("/gateway/v1/acme/stats?startDate=2026-11-12&endDate=2026-11-18");
  });
});

describe("the workspace's name", () => {
  test("is asked for at the root", async () => {
    const answer = json({ welcome: "Welcome", instructions: "", docs: "", workspace: "acme" });
    const { server, ask, redact } = await serveClient([answer], { auth: "bearer" });
    expect(await fetchWorkspaceName(ask, redact, new AbortController().signal)).toBe("acme");
    expect(server.requests.map(({ target }) => target)).toEqual(["/"]);
  });

  test.each([
    { name: "no workspace", body: { welcome: "Welcome" } },
    { name: "an empty name", body: { workspace: "" } },
    { name: "an object", body: { workspace: { name: "acme" } } },
    { name: "a name of 129 characters", body: { workspace: "w".repeat(129) } },
    { name: "a list", body: [] },
    { name: "null", body: null },
  ])("is missed in an answer with $name", async ({ body }) => {
    const { ask, redact } = await serveClient([json(body)]);
    expect(await failureOf(fetchWorkspaceName(ask, redact, new AbortController().signal))).toEqual({
      reason: "invalid_schema",
      status: undefined,
      retryAfterMs: undefined,
      message: "GET / names no workspace; set its name",
    });
  });

  test.each([
    { name: "a lone surrogate", workspace: "\ud800x", shown: String.raw`"\ud800x"` },
    { name: "a way up", workspace: "..", shown: '".."' },
    { name: "a dot", workspace: ".", shown: '"."' },
    { name: "a slash", workspace: "a/b", shown: '"a/b"' },
    { name: "a query", workspace: "a?b=c&d", shown: '"a?b=c&d"' },
    { name: "a newline", workspace: "a\nb", shown: String.raw`"a\nb"` },
    { name: "NUL", workspace: "\0", shown: String.raw`"\u0000"` },
    { name: "a space", workspace: " ", shown: '" "' },
    { name: "another script", workspace: "\u9879\u76ee", shown: String.raw`"\u9879\u76ee"` },
    { name: "an astral character", workspace: "a\u{1f600}", shown: String.raw`"a\ud83d\ude00"` },
    { name: "a line separator", workspace: "a\u2028b", shown: String.raw`"a\u2028b"` },
    { name: "a change of direction", workspace: "a\u202eb", shown: String.raw`"a\u202eb"` },
  ])("is refused when it is not a slug: $name", async ({ workspace, shown }) => {
    const { ask, redact } = await serveClient([json({ workspace })]);
    expect(await failureOf(fetchWorkspaceName(ask, redact, new AbortController().signal))).toMatchObject({
      reason: "invalid_schema",
      message: `GET / names the workspace ${shown}, which is not a slug (letters, digits, - and _); set its name`,
    });
  });

  test.each(["-jwzpw", "_lab", "A-1_b", "w".repeat(128)])("may be %s", async (workspace) => {
    const { ask, redact } = await serveClient([json({ workspace })]);
    expect(await fetchWorkspaceName(ask, redact, new AbortController().signal)).toBe(workspace);
  });

  test("is not looked for in an answer that carries an error", async () => {
    const { ask, redact } = await serveClient([json({ error: "key disabled" })]);
    expect(await failureOf(fetchWorkspaceName(ask, redact, new AbortController().signal))).toMatchObject({
      reason: "http",
      message: "the API answered 200 with an error: key disabled",
    });
  });

  test("is asked for again after a failure that may pass", async () => {
    const { server, observations, ask, redact } = await serveClient([json({}, 502), json({ workspace: "acme" })], {
      retries: 1,
    });
    expect(await fetchWorkspaceName(ask, redact, new AbortController().signal)).toBe("acme");
    expect(server.requests).toHaveLength(2);
    expect(observations).toMatchObject([
      { kind: "request", endpoint: "root", status: 502 },
      { kind: "retry", endpoint: "root", delayMs: 500 },
      { kind: "request", endpoint: "root", status: 200 },
    ]);
  });
});

async function slugsOf(ask: Ask): Promise<string[]> {
  return (await fetchProjects(ask, "acme", new AbortController().signal)).map(({ slug }) => slug);
}

describe("the projects' slugs", () => {
  test("are the last parts of their ids", async () => {
    const projects = [{ id: "acme/roofs", name: "Roofs" }, { id: "acme/field-lines" }, { id: "bare" }];
    const { server, ask } = await serveClient([json({ workspace: { projects } })], { auth: "bearer" });
    expect(await slugsOf(ask)).toEqual(["roofs", "field-lines", "bare"]);
    expect(server.requests.map(({ target }) => target)).toEqual(["/acme"]);
  });

  test("may be none", async () => {
    const { ask } = await serveClient([json({ workspace: { projects: [] } })]);
    expect(await slugsOf(ask)).toEqual([]);
  });

  test.each([
    { name: "no projects", body: { workspace: {} } },
    { name: "a project without id", body: { workspace: { projects: [{ id: "acme/a" }, {}] } } },
    { name: "a workspace's name", body: { workspace: "acme" } },
    { name: "a list", body: [] },
  ])("are missed in an answer with $name", async ({ body }) => {
    const { ask } = await serveClient([json(body)]);
    expect(await failureOf(slugsOf(ask))).toEqual({
      reason: "invalid_schema",
      status: undefined,
      retryAfterMs: undefined,
      message: "GET /acme lists no projects",
    });
  });
});

describe("the observer", () => {
  test("hears of every attempt with its status, and of every wait", async () => {
    const script = [json({ error: "busy" }, 503), json({}, 429, { "retry-after": "2" }), json(EMPTY_STATS)] as const;
    const { observations, fetchStats } = await serveClient([...script], { retries: 2 });
    await fetchStats();
    expect(observations).toEqual([
      { kind: "request", endpoint: "stats", status: 503, seconds: 0 },
      { kind: "retry", endpoint: "stats", delayMs: 500, error: expect.objectContaining({ status: 503 }) as unknown },
      { kind: "request", endpoint: "stats", status: 429, seconds: 0 },
      { kind: "retry", endpoint: "stats", delayMs: 2000, error: expect.objectContaining({ status: 429 }) as unknown },
      { kind: "request", endpoint: "stats", status: 200, seconds: 0 },
    ]);
  });

  test("hears how long an attempt took by the clock", async () => {
    const { clock, observations, ask } = await serveClient([
      (request, response) => {
        clock.advance(1500);
        json({ workspace: { projects: [] } })(request, response);
      },
    ]);
    await slugsOf(ask);
    expect(observations).toEqual([{ kind: "request", endpoint: "workspace", status: 200, seconds: 1.5 }]);
  });

  test("hears of an attempt without an answer", async () => {
    const { observations, fetchStats } = await serveClient([(request) => request.socket.destroy()]);
    await failureOf(fetchStats());
    expect(observations).toEqual([{ kind: "request", endpoint: "stats", status: undefined, seconds: 0 }]);
  });
});
