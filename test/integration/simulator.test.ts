import { once } from "node:events";
import { connect } from "node:net";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { FaultScript } from "../../src/simulator/faults.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/server.ts";
import {
  type BatchAnswer,
  type JobAnswer,
  NOW,
  type ProjectAnswer,
  type StatsAnswer,
} from "../unit/simulator/support.ts";

const KEY = "simulator-key-aerial-survey";
const WEEK = "startDate=2026-11-12&endDate=2026-11-18";
const STATS = `/aerial-survey/stats?api_key=${KEY}&${WEEK}`;

let simulator: Simulator;
let asked: () => void = () => undefined;

async function start(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const now = () => {
    asked();
    return NOW;
  };
  return startSimulator({ port: 0, seed: 1, now, ...options });
}

/** Resolves when the simulator begins to work on the next request. */
function nextRequest(): Promise<void> {
  return new Promise((resolve) => {
    asked = resolve;
  });
}

function get(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(simulator.url + path, init);
}

async function answerOf(response: Response): Promise<{ status: number; body: unknown }> {
  return { status: response.status, body: await response.json() };
}

beforeEach(async () => {
  simulator = await start();
});

afterEach(async () => {
  asked = () => undefined;
  await simulator.close();
});

describe("routes", () => {
  test("GET / names the key's workspace", async () => {
    const { status, body } = await answerOf(await get("/?api_key=simulator-key-harbor-vision"));
    expect(status).toBe(200);
    expect(body).toMatchObject({ workspace: "harbor-vision" });
    expect(Object.keys(body as object)).toEqual(["welcome", "instructions", "docs", "workspace"]);
  });

  test("GET /{workspace} lists projects", async () => {
    const { body } = await answerOf(await get(`/aerial-survey?api_key=${KEY}`));
    const { workspace } = body as { workspace: { projects: readonly { id: string }[] } };
    expect(workspace.projects.map(({ id }) => id)).toEqual([
      "aerial-survey/rooftop-panels",
      "aerial-survey/field-boundaries",
      "aerial-survey/land-cover",
      "aerial-survey/storm-damage-2024",
    ]);
  });

  test("GET /{workspace}/{project}/jobs and /batches list the work on a project's images", async () => {
    const ofProject = async (path: string) => (await answerOf(await get(`${path}?api_key=${KEY}`))).body as never;
    const { jobs }: { jobs: readonly JobAnswer[] } = await ofProject("/aerial-survey/rooftop-panels/jobs");
    const { batches }: { batches: readonly BatchAnswer[] } = await ofProject("/aerial-survey/rooftop-panels/batches/");
    const { workspace }: { workspace: { projects: readonly ProjectAnswer[] } } = await ofProject("/aerial-survey");
    const { images = NaN, unannotated = NaN } = workspace.projects[0] ?? {};
    expect(batches.reduce((sum, batch) => sum + batch.images, 0)).toBe(images);
    expect(jobs.reduce((sum, job) => sum + job.numImages - job.unannotated, 0)).toBe(images - unannotated);
    expect(batches.reduce((sum, { numJobs }) => sum + numJobs, 0)).toBe(jobs.length);
  });

  test("GET /{workspace}/stats takes the key from the query or as a Bearer", async () => {
    const byQuery = await answerOf(await get(STATS));
    const headers = { authorization: `Bearer ${KEY}` };
    const byBearer = await answerOf(await get(`/aerial-survey/stats?${WEEK}`, { headers }));
    expect(byQuery.status).toBe(200);
    expect((byQuery.body as StatsAnswer).data.length).toBeGreaterThan(5);
    expect(byBearer).toEqual(byQuery);
  });

  test.each([
    { auth: "query-only", query: 200, bearer: 401 },
    { auth: "bearer-only", query: 401, bearer: 200 },
  ] as const)("can take the key $auth", async ({ auth, query, bearer }) => {
    await simulator.close();
    simulator = await start({ behaviour: { auth } });
    const headers = { authorization: `Bearer ${KEY}` };
    expect((await get(STATS)).status).toBe(query);
    expect((await get(`/aerial-survey/stats?${WEEK}`, { headers })).status).toBe(bearer);
  });

  test("filters by project and labeler; an unknown labeler has no rows", async () => {
    const project = (await answerOf(await get(`${STATS}&project=land-cover`))).body as StatsAnswer;
    expect(new Set(project.data.map(({ projectName }) => projectName))).toEqual(new Set(["Land Cover"]));
    const unknown = (await answerOf(await get(`${STATS}&userId=unknown`))).body as StatsAnswer;
    expect(unknown).toMatchObject({ data: [], labelers: [], stats: { numImagesLabeled: 0, approvalRate: 0 } });
  });

  test("the workspaces listed by the server are those it serves", async () => {
    for (const { name, apiKey, projects, labelers } of simulator.workspaces) {
      const url = `/${name}/stats?api_key=${apiKey}&startDate=2023-08-01&endDate=2026-11-18`;
      const { data } = (await answerOf(await get(url))).body as StatsAnswer;
      expect(new Set(data.map(({ projectId }) => projectId))).toEqual(new Set(projects.map(({ id }) => id)));
      expect(new Set(data.map(({ labelerId }) => labelerId))).toEqual(new Set(labelers.map(({ id }) => id)));
    }
  });

  test("requests are recorded without the key", async () => {
    await get(STATS);
    expect(simulator.requests).toEqual([
      { path: "/aerial-survey/stats", query: WEEK, workspace: "aerial-survey", at: NOW },
    ]);
  });
});

describe("errors", () => {
  test.each([
    ["no key", `/aerial-survey/stats?${WEEK}`, 401, "Unauthorized"],
    ["a wrong key", `/aerial-survey/stats?api_key=wrong&${WEEK}`, 401, "Unauthorized"],
    ["no key at the root", "/", 401, "Unauthorized"],
    ["another workspace's key", `/harbor-vision/stats?api_key=${KEY}&${WEEK}`, 403, "Forbidden"],
    ["an unknown workspace", `/atlantis/stats?api_key=${KEY}&${WEEK}`, 404, "NotFound"],
    ["an unknown path", `/aerial-survey/stats/more?api_key=${KEY}`, 404, "NotFound"],
    ["a path with a host in it", `//harbor-vision/x/y?api_key=${KEY}`, 404, "NotFound"],
    ["an unknown project", `${STATS}&project=none`, 404, "NotFound"],
    ["jobs of an unknown project", `/aerial-survey/none/jobs?api_key=${KEY}`, 404, "NotFound"],
    ["jobs of another workspace", `/harbor-vision/crane-pose/jobs?api_key=${KEY}`, 403, "Forbidden"],
    ["batches without a key", "/aerial-survey/land-cover/batches", 401, "Unauthorized"],
    ["no start", `/aerial-survey/stats?api_key=${KEY}&endDate=2026-11-18`, 400, "BadRequest"],
    ["no end", `/aerial-survey/stats?api_key=${KEY}&startDate=2026-11-18`, 400, "BadRequest"],
    ["a bad date", `/aerial-survey/stats?api_key=${KEY}&startDate=18.11.2026&endDate=2026-11-18`, 400, "BadRequest"],
    [
      "a start after the end",
      `/aerial-survey/stats?api_key=${KEY}&startDate=2026-11-18&endDate=2026-11-17`,
      400,
      "BadRequest",
    ],
  ])("%s", async (_, path, status, type) => {
    const answer = await answerOf(await get(path));
    expect(answer).toMatchObject({ status, body: { error: { type } } });
  });

  test("another method is refused", async () => {
    const response = await get(STATS, { method: "POST" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET");
  });

  test("a date before August 2023 is clamped, with the notice", async () => {
    const early = (await answerOf(await get(STATS.replace("2026-11-12", "2020-01-01")))).body as StatsAnswer;
    const first = (await answerOf(await get(STATS.replace("2026-11-12", "2023-08-01")))).body as StatsAnswer;
    expect(early).toEqual(first);
    expect(early.meta.notices).toHaveLength(1);
  });
});

describe("faults", () => {
  async function struck(script: FaultScript, path = STATS): Promise<Response> {
    simulator.setFaults(script);
    return get(path, { redirect: "manual" });
  }

  test("a status, with its Retry-After and its own body", async () => {
    const response = await struck([{ status: 429, retryAfter: "7", body: "calm down" }]);
    expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([
      429,
      "7",
      "calm down",
    ]);
  });

  test("only so many times, only where it matches", async () => {
    const script: FaultScript = [{ match: { endpoint: "stats", startDate: "2026-11-12" }, times: 1, status: 500 }];
    const first = await struck(script, `/?api_key=${KEY}`);
    const second = await get(STATS);
    const third = await get(STATS);
    expect([first.status, second.status, third.status]).toEqual([200, 500, 200]);
  });

  test("broken JSON, a web page, an error in a 200", async () => {
    await expect((await struck([{ invalidJson: true }])).json()).rejects.toThrow(SyntaxError);
    const page = await struck([{ html: true }]);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    const error = await answerOf(await struck([{ errorBody: true }]));
    expect(error).toMatchObject({ status: 200, body: { error: { message: "simulated fault" } } });
  });

  test("a delay, then the answer", async () => {
    expect((await struck([{ delayMs: 1 }])).status).toBe(200);
  });

  test("a huge answer is JSON of the size asked for", async () => {
    const text = await (await struck([{ hugeBytes: 300_000 }])).text();
    expect(text.length).toBe(300_000 + '{"padding":""}'.length);
    expect(JSON.parse(text)).toHaveProperty("padding");
  });

  test("a redirect", async () => {
    const response = await struck([{ redirect: "http://example.com/else" }]);
    expect([response.status, response.headers.get("location")]).toEqual([302, "http://example.com/else"]);
  });

  test("a connection cut in the middle of the body", async () => {
    const response = await struck([{ cut: true }]);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  test("drift changes the answer; an ignored filter gives everyone's rows", async () => {
    const filtered = `${STATS}&project=land-cover&userId=autolabelservice`;
    const everything = await (await get(STATS)).text();
    expect(await (await struck([{ drift: "ignored_filter" }], filtered)).text()).toBe(everything);
    const strings = (await answerOf(await struck([{ drift: "strings" }]))).body as { stats: Record<string, unknown> };
    expect(strings.stats["numImagesLabeled"]).toMatch(/^\d+$/);
  });

  test("jobs can fail alone, and come as a bare list", async () => {
    const path = `/aerial-survey/land-cover/jobs?api_key=${KEY}`;
    expect((await struck([{ match: { endpoint: "jobs" }, status: 503 }], path)).status).toBe(503);
    expect((await get(path.replace("jobs", "batches"))).status).toBe(200);
    const bare = await struck([{ match: { endpoint: "jobs" }, drift: "bare_list" }], path);
    expect((await answerOf(bare)).body).toContainEqual(expect.objectContaining({ status: "assigned" }));
  });

  test("close ends what hangs before the headers", async () => {
    simulator.setFaults([{ hang: "headers" }]);
    const begun = nextRequest();
    const answer = expect(get(STATS)).rejects.toThrow();
    await begun;
    await simulator.close();
    await answer;
    simulator = await start();
  });

  test("close ends what hangs within the body, and a delay", async () => {
    const response = await struck([{ hang: "body" }]);
    const body = expect(response.text()).rejects.toThrow();
    simulator.setFaults([{ delayMs: 3_600_000 }]);
    const begun = nextRequest();
    const delayed = expect(get(STATS)).rejects.toThrow();
    await begun;
    await simulator.close();
    await Promise.all([body, delayed]);
    simulator = await start();
  });

  test("a client that disconnects during a huge answer does no harm", async () => {
    const response = await struck([{ hugeBytes: 2 ** 30 }]);
    await response.body?.cancel();
    simulator.setFaults([]);
    expect((await get(STATS)).status).toBe(200);
  });
});

describe("controls", () => {
  const put = (path: string, body: string) => get(path, { method: "PUT", body });

  test("faults are put and cleared, and are not recorded as requests", async () => {
    expect(await answerOf(await put("/_simulator/faults", '[{"status":503}]'))).toEqual({
      status: 200,
      body: { faults: 1 },
    });
    expect((await get(STATS)).status).toBe(503);
    expect((await get("/_simulator/faults", { method: "DELETE" })).status).toBe(200);
    expect((await get(STATS)).status).toBe(200);
    expect(simulator.requests).toHaveLength(2);
  });

  test("an approval is put and taken back", async () => {
    const labeler = simulator.workspaces[1]?.labelers[0]?.id ?? "";
    const url = `/harbor-vision/stats?api_key=simulator-key-harbor-vision&${WEEK}&userId=${labeler}`;
    const rate = async () => ((await answerOf(await get(url))).body as StatsAnswer).stats["approvalRate"];
    const before = await rate();
    expect(await answerOf(await put("/_simulator/approval", JSON.stringify({ labeler, ratio: 0.25 })))).toEqual({
      status: 200,
      body: { labeler, ratio: 0.25 },
    });
    expect(await rate()).toBeLessThan(45);
    await put("/_simulator/approval", JSON.stringify({ labeler, ratio: null }));
    expect(await rate()).toBe(before);
  });

  test.each([
    ["an unknown fault", "/_simulator/faults", "PUT", '[{"nope":1}]', 400],
    ["a body that is too long", "/_simulator/faults", "PUT", " ".repeat(200_000), 413],
    ["an approval that is not JSON", "/_simulator/approval", "PUT", "{", 400],
    ["an approval without labeler", "/_simulator/approval", "PUT", '{"ratio":1}', 400],
    ["an approval that is null", "/_simulator/approval", "PUT", "null", 400],
    ["an approval of a number", "/_simulator/approval", "PUT", '{"labeler":1,"ratio":1}', 400],
    ["an approval of an unknown labeler", "/_simulator/approval", "PUT", '{"labeler":"unknown","ratio":1}', 400],
    ["a ratio that is a text", "/_simulator/approval", "PUT", '{"labeler":"autolabelservice","ratio":"1"}', 400],
    ["another method", "/_simulator/approval", "POST", "{}", 405],
    ["another control", "/_simulator/weather", "PUT", "{}", 404],
  ])("%s is refused", async (_, path, method, body, status) => {
    const answer = await answerOf(await get(path, { method, body }));
    expect(answer.status).toBe(status);
    expect(answer.body).toHaveProperty("error.message");
  });
});

test("listens on the given host, IPv6 too", async () => {
  const other = await start({ host: "::1" }).catch(() => undefined);
  // A machine without IPv6 cannot show it.
  if (!other) return;
  expect(other.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await fetch(`${other.url}/?api_key=${KEY}`)).status).toBe(200);
  await other.close();
});

test("closing twice is harmless", async () => {
  const other = await start();
  await other.close();
  await expect(other.close()).resolves.toBeUndefined();
});

test("a port in use is an error of the start", async () => {
  const port = Number(new URL(simulator.url).port);
  await expect(start({ port })).rejects.toThrow("EADDRINUSE");
});

test("a client that disconnects in the middle of its own body does no harm", async () => {
  const socket = connect(Number(new URL(simulator.url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write("PUT /_simulator/faults HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[");
  socket.destroy();
  expect((await get(STATS)).status).toBe(200);
});

test("two hundred projects of fifty labelers are answered, all of them", async () => {
  const big = await start({ projects: 200, labelers: 50 });
  const response = await fetch(big.url + STATS);
  const { data } = (await response.json()) as StatsAnswer;
  expect(data.length).toBeGreaterThan(9000);
  await big.close();
});
