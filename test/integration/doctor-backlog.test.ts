import { describe, expect, test } from "vitest";
import { type ScriptedAnswer, startScriptedApi } from "../support/exporter-harness.ts";
import { NAME, diagnosed, diagnosis, faultsFlag } from "../support/diagnosis.ts";
import { commandOutput, configOf, simulated } from "../support/simulated-run.ts";
import { onTestFinished } from "vitest";

const SETTINGS = { backlog: true, windows: ["today", "7d"], poll: { interval: "1h" } };
const SCOPES = "use a private key; a scoped key needs workspace:read, project:read, annotation-job:read and batch:read";

describe("what is left", () => {
  test("is asked for where the configuration asks for it, in the requests that are announced, and judged", async () => {
    const { of, requests, stderr, findings } = await diagnosed([], SETTINGS);
    const without = await diagnosed([], { ...SETTINGS, backlog: false });
    expect(of("backlog")).toEqual({ verdict: "ok", seen: "those of 4 projects", setting: null });
    expect(of("backlog ids")).toEqual({ verdict: "ok", seen: "all 4", setting: null });
    expect(of("backlog poll").verdict).toBe("ok");
    expect(requests).toBe(without.requests + 9);
    expect(requests).toBeLessThanOrEqual(Number(/up to (\d+) requests/.exec(stderr)?.[1]));
    expect(of("requests").seen).toBe(
      "about 264 a day: insights 2 a poll, 24 polls a day; backlog 9 a poll, 24 polls a day",
    );
    expect([...without.findings.keys()].filter((topic) => topic.startsWith("backlog"))).toEqual([]);
    expect([...findings.keys()].filter((topic) => topic.startsWith("backlog"))).toHaveLength(3);
  });

  test("has as many series as are published", async () => {
    const { url } = await simulated();
    const config = configOf(url, { name: NAME, ...SETTINGS });
    const { of } = await diagnosis(config);
    const { stdout } = await commandOutput(["once"], config);
    const series = [...stdout.matchAll(/^roboflow_exporter_series\{.*\} (\d+)$/gm)];
    const published = series.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(of("series").seen).toBe(`${published} series, with a limit of 50000`);
    expect(stdout).not.toContain("@example.com");
    expect(stdout).not.toContain('labeler="unknown"');
  });

  test("over the limit is said, with the limit that would do", async () => {
    const { of } = await diagnosed([], { ...SETTINGS, backlog: { max_projects: 1 } });
    expect(of("backlog")).toEqual({
      ...{ verdict: "ok", seen: "those of 1 projects; 3 more are over max_projects" },
      setting: "backlog: {max_projects: 4}",
    });
  });

  test.each([
    [
      { match: { endpoint: "jobs" }, status: 404 },
      "problem",
      "not found, or removed (404)",
      `backlog: false; or ${SCOPES}`,
    ],
    [{ match: { endpoint: "jobs" }, status: 403 }, "unknown", "the poll failed", SCOPES],
    [{ match: { endpoint: "batches" }, status: 500 }, "unknown", "the poll failed", null],
  ])("that cannot be read (%j) says so", async (fault, verdict, seen, setting) => {
    const { of } = await diagnosed([faultsFlag([fault])], SETTINGS);
    expect(of("backlog")).toEqual({ verdict, seen, setting });
    expect(of("backlog ids")).toEqual({ verdict: "unknown", seen: "the poll failed", setting: null });
    expect(of("backlog poll").verdict).toBe("problem");
  });

  test("of one project that is refused names it", async () => {
    const { of } = await diagnosed([faultsFlag([{ match: { endpoint: "batches" }, status: 403, times: 1 }])], SETTINGS);
    expect(of("backlog")).toEqual({
      verdict: "problem",
      seen: expect.stringMatching(/^not those of [a-z0-9-]+$/) as string,
      setting: `remove them from projects; or ${SCOPES}`,
    });
  });

  test("of projects and deadlines that do not exist is a problem", async () => {
    const { of } = await diagnosed([], { ...SETTINGS, projects: ["rooftop-panels", "no-such"] });
    expect(of("backlog")).toMatchObject({ verdict: "problem", seen: "1 of projects are not listed" });
    const { of: other } = await diagnosed([], { ...SETTINGS, deadline: { "rooftop-panel": "2026-12-24" } });
    expect(other("backlog")).toMatchObject({
      verdict: "problem",
      seen: expect.stringMatching(
        /^deadline: "rooftop-panel" matched nothing; .*did you mean "rooftop-panels"\?$/,
      ) as string,
    });
  });

  test("is not polled where the statistics cannot be read", async () => {
    const { of } = await diagnosed([faultsFlag([{ match: { endpoint: "stats" }, status: 402 }])], SETTINGS);
    expect(of("backlog").verdict).toBe("unknown");
  });
});

/** The doctor's findings about an API whose jobs give these ids, by slug. */
async function ofJobs(jobsOf: Readonly<Record<string, readonly string[]>>) {
  const answer = ({ pathname }: URL): ScriptedAnswer => {
    const [, , slug = "", endpoint] = pathname.split("/");
    if (pathname === "/") return { json: { workspace: "acme" } };
    if (slug === "stats") return { json: { data: [], labelers: [], stats: {} } };
    if (slug === "")
      return { json: { workspace: { projects: Object.keys(jobsOf).map((one) => ({ id: `acme/${one}` })) } } };
    const jobs = (jobsOf[slug] ?? []).map((project, index) => ({ id: `${slug}-${index}`, project }));
    return { json: endpoint === "jobs" ? { jobs } : { batches: [] } };
  };
  const api = await startScriptedApi(answer);
  onTestFinished(() => api.close());
  return diagnosis({
    api: { url: api.url, retries: 0 },
    workspaces: [{ name: "acme", api_key: "key-of-a-test-0123", ...SETTINGS }],
  });
}

test("projects whose id no job gives are named", async () => {
  const { of } = await ofJobs({ cells: ["P1"], leaves: [], roots: ["roots"] });
  expect(of("backlog ids")).toMatchObject({
    ...{ verdict: "info", seen: "all but leaves, roots" },
    setting: expect.stringContaining("nothing to do until they have jobs") as string,
  });
});

test("projects whose jobs are of several projects are a problem", async () => {
  const { of } = await ofJobs({ cells: ["P1"], leaves: ["P1"], roots: ["P2"] });
  expect(of("backlog ids")).toMatchObject({
    verdict: "problem",
    seen: "the jobs of cells, leaves name several projects",
  });
});
