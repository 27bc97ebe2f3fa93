import { describe, expect, onTestFinished, test } from "vitest";
import { runDoctor } from "../../src/cli/doctor.ts";
import { NAME, type Document, diagnosed, diagnosis, faultsFlag } from "../support/diagnosis.ts";
import { startScriptedApi } from "../support/exporter-harness.ts";
import { createTestHost } from "../support/test-host.ts";
import { AFTERNOON, configOf, keyOf, simulated, commandOutput } from "../support/simulated-run.ts";
import { standingClock } from "../support/manual-clock.ts";

test("finds nothing wrong with an API that is as the defaults assume, in a few requests", async () => {
  const { code, findings, requests, stderr } = await diagnosed([]);
  const verdicts = Object.fromEntries([...findings].map(([topic, { verdict }]) => [topic, verdict]));
  expect(verdicts).toEqual({
    ...{ key: "ok", scope: "ok", region: "ok", auth: "ok", "end date": "ok", "time zone": "ok" },
    ...{ "project filter": "ok", totals: "ok", approval: "info", "unknown fields": "ok", "missing fields": "ok" },
    ...{
      rows: "ok",
      names: "ok",
      legacy: "info",
      "insights poll": "ok",
      size: "ok",
      latency: "ok",
      requests: "info",
      series: "ok",
    },
  });
  expect(code).toBe(0);
  const [, most = 0] = /^aerial-survey: up to (\d+) requests to 127\.0\.0\.1:\d+\n$/.exec(stderr) ?? [];
  expect(requests).toBeGreaterThan(5);
  expect(requests).toBeLessThanOrEqual(Number(most));
  expect(Number(most)).toBeLessThanOrEqual(20);
});

describe("distinguishes", () => {
  test.each([
    {
      flags: [],
      verdict: "ok",
      seen: /^inclusive: 2026-11-16 alone has \d\d+ images/,
      setting: "api.end_date: inclusive",
    },
    {
      flags: ["--end-date=exclusive"],
      verdict: "problem",
      seen: /^exclusive: 2026-11-16 alone has 0 images, 2026-11-17 alone 0, both together \d\d+$/,
      setting: "api.end_date: exclusive",
    },
  ])("an endDate with $flags", async ({ flags, ...expected }) => {
    const { of, code } = await diagnosed(flags);
    expect(of("end date")).toEqual({ ...expected, seen: expect.stringMatching(expected.seen) as string });
    expect(code).toBe(expected.verdict === "ok" ? 0 : 1);
  });

  test("an exclusive endDate that is configured as one", async () => {
    const { of, code } = await diagnosed(["--end-date=exclusive"], { api: { end_date: "exclusive" } });
    expect(of("end date")).toMatchObject({ verdict: "ok", setting: "api.end_date: exclusive" });
    expect(code).toBe(0);
  });

  test.each([
    {
      flags: [],
      verdict: "ok",
      setting: "api.auth: query",
      seen: "accepted as the api_key parameter and in the Authorization header",
    },
    {
      flags: ["--auth=query-only"],
      verdict: "ok",
      setting: "api.auth: query",
      seen: "accepted as the api_key parameter, not in the Authorization header",
    },
    {
      flags: ["--auth=bearer-only"],
      verdict: "problem",
      setting: "api.auth: bearer",
      seen: "accepted in the Authorization header, not as the api_key parameter",
    },
  ])("the key's place with $flags", async ({ flags, ...expected }) => {
    const { of } = await diagnosed(flags);
    expect(of("auth")).toEqual(expected);
    // The other questions are asked the way that works.
    expect(of("insights poll").verdict).toBe("ok");
  });

  test.each([
    {
      flags: [],
      verdict: "ok",
      seen: "by slug: rooftop-panels brings that project alone",
      setting: "projects: [rooftop-panels]",
    },
    {
      flags: ["--filter=id"],
      verdict: "info",
      seen: expect.stringMatching(
        /^by id: the slug rooftop-panels brings a refusal, the id \w+ that project alone$/,
      ) as string,
      setting: expect.stringMatching(/^projects: \[\w+\], by id, and no totals by project$/) as string,
    },
    {
      flags: ["--filter=ignored"],
      verdict: "info",
      seen: expect.stringMatching(
        /^the slug rooftop-panels brings other projects too, the id \w+ other projects too$/,
      ) as string,
      setting: "leave out projects, and no totals by project",
    },
  ])("the project filter with $flags", async ({ flags, ...expected }) => {
    expect((await diagnosed(flags)).of("project filter")).toEqual(expected);
  });

  test("a filter that is not honoured is a problem where it is used", async () => {
    const { of, code } = await diagnosed(["--filter=id"], { totals: ["project"] });
    expect(of("project filter").verdict).toBe("problem");
    expect(code).toBe(1);
  });

  test.each([
    ["0", "0"],
    ["100", "100"],
    ["null", "null"],
    ["absent", "absent"],
  ])("an approval of nothing that is %s", async (word, reported) => {
    const { of } = await diagnosed([`--approval-of-nothing=${word}`]);
    expect(of("approval")).toMatchObject({
      verdict: "info",
      seen: expect.stringMatching(`^${reported}, in \\d+ rows or totals$`) as string,
    });
  });

  test.each([
    {
      flags: ["--fields=missing"],
      unknown: "ok",
      missing: "problem",
      seen: /data\.boxesUpdated, data\.netBoxesUpdated, data\.projectType, stats\.numBoxesUpdated/,
    },
    { flags: ["--fields=unknown"], unknown: "info", missing: "ok", seen: /futureField/ },
  ])("fields with $flags", async ({ flags, unknown, missing, seen }) => {
    const { of } = await diagnosed(flags);
    expect([of("unknown fields").verdict, of("missing fields").verdict]).toEqual([unknown, missing]);
    expect(of("unknown fields").seen + of("missing fields").seen).toMatch(seen);
  });

  test("rows that do not add up to the totals", async () => {
    const { of, code } = await diagnosed(["--stats=mismatched"]);
    expect(of("totals")).toMatchObject({
      verdict: "problem",
      seen: expect.stringMatching(
        /numBoxesAdded is \d+, the rows' boxesAdded add up to \d+; numImagesLabeled is 1\d{6}, /,
      ) as string,
    });
    expect(code).toBe(1);
  });

  test.each([
    {
      zone: "Pacific/Auckland",
      timezone: "Pacific/Auckland",
      iso: AFTERNOON,
      verdict: "ok",
      setting: "poll.timezone: Pacific/Auckland",
    },
    {
      zone: "Pacific/Auckland",
      timezone: "UTC",
      iso: AFTERNOON,
      verdict: "problem",
      setting: "poll.timezone: a zone in which it is 2026-11-19 already",
    },
    {
      zone: "UTC",
      timezone: "Pacific/Honolulu",
      iso: "2026-11-18T09:30:00Z",
      verdict: "problem",
      setting: "poll.timezone: UTC",
    },
    {
      zone: "UTC",
      timezone: "Pacific/Auckland",
      iso: AFTERNOON,
      verdict: "unknown",
      setting:
        "poll.timezone: UTC; to check it, run this between 00:00 and 13:00 in Pacific/Auckland, while people work",
    },
    {
      zone: "Pacific/Honolulu",
      timezone: "Pacific/Honolulu",
      iso: "2026-11-18T09:30:00Z",
      verdict: "unknown",
      setting:
        "poll.timezone: UTC; to check it, run this between 14:00 and 24:00 in Pacific/Honolulu, while people work",
    },
    {
      zone: "UTC",
      timezone: "UTC",
      iso: AFTERNOON,
      verdict: "ok",
      seen: "UTC, as documented; no work on 2026-11-19 or later, which proves nothing",
      setting: "poll.timezone: UTC",
    },
    {
      zone: "UTC",
      timezone: "Europe/London",
      iso: AFTERNOON,
      verdict: "unknown",
      setting: "poll.timezone: UTC; to check it, run this when Europe/London is not on UTC",
    },
  ])(
    "days of $zone, with poll.timezone: $timezone, as far as can be seen",
    async ({ zone, timezone, iso, ...expected }) => {
      const { of } = await diagnosed([`--time-zone=${zone}`], { poll: { timezone } }, iso);
      expect(of("time zone")).toMatchObject(expected);
    },
  );
});

describe("the key", () => {
  test("of another workspace is reported, and that workspace is asked", async () => {
    const { url } = await simulated();
    const { of, code } = await diagnosis(configOf(url, { name: "other", api_key: keyOf(NAME) }));
    expect(of("key")).toEqual({
      verdict: "problem",
      seen: "valid, but for the workspace aerial-survey, not for other",
      setting: "name: aerial-survey, or a key of other",
    });
    expect({ code, poll: of("insights poll").verdict }).toEqual({ code: 1, poll: "ok" });
  });

  test("shows the workspace when none is configured", async () => {
    const { url } = await simulated();
    const { workspaces } = await diagnosis({ api: { url }, workspaces: [{ api_key: keyOf(NAME) }] });
    expect(workspaces[0]?.workspace).toBe(NAME);
  });

  test("that is wrong leaves nothing else to ask", async () => {
    const { url } = await simulated();
    const { of, code, requests, findings } = await diagnosis(
      configOf(url, { name: NAME, api_key: "wrong-key-of-a-test" }),
    );
    expect(of("key").seen).toContain("the API answered 401: the API key was rejected");
    expect([...findings.values()].filter(({ verdict }) => verdict === "ok")).toEqual([]);
    expect({ code, requests }).toEqual({ code: 1, requests: 3 });
  });

  test("that only reads statistics is a valid one", async () => {
    const { of, code } = await diagnosed([faultsFlag([{ match: { endpoint: "root" }, status: 403 }])]);
    expect(of("key")).toMatchObject({
      verdict: "ok",
      seen: expect.stringMatching(/^valid for the statistics of aerial-survey/) as string,
    });
    expect([of("region").verdict, of("auth").verdict, of("end date").verdict, code]).toEqual([
      "ok",
      "unknown",
      "ok",
      0,
    ]);
  });

  test("without the scope, or on a plan without statistics, is reported", async () => {
    const { of, code } = await diagnosed([faultsFlag([{ match: { endpoint: "stats" }, status: 402 }])]);
    expect(of("scope")).toMatchObject({
      verdict: "problem",
      setting: "look at the workspace's plan and billing, or ask its owner",
    });
    expect({ code, date: of("end date").verdict }).toEqual({ code: 1, date: "unknown" });
  });
});

describe("the region", () => {
  /** Doctor with the regions of a test. */
  async function inRegions(configured: string, regions: readonly string[]) {
    const { host, output } = createTestHost();
    const config = configOf(configured, { name: NAME });
    const at = {
      ...host,
      readFile: () => JSON.stringify(config),
      clock: standingClock(Date.parse(AFTERNOON)),
    };
    const code = await runDoctor({ "config.file": "/config.yaml", json: true }, at, regions);
    const [workspace] = (JSON.parse(output.stdout) as Document).workspaces;
    return { code, of: (topic: string) => workspace?.findings.find((finding) => finding.topic === topic) };
  }

  async function rejecting() {
    const api = await startScriptedApi(() => ({ status: 401, json: { error: "no such key" } }));
    onTestFinished(() => api.close());
    return api;
  }

  test("is the other one when only that knows the key", async () => {
    const [here, there] = [await rejecting(), await simulated()];
    const { code, of } = await inRegions(here.url, [here.url, there.url]);
    expect(of("region")).toMatchObject({ verdict: "problem", setting: `api.url: ${there.url}` });
    expect({ code, poll: of("insights poll")?.verdict, key: of("key")?.verdict }).toEqual({
      code: 1,
      poll: "ok",
      key: "ok",
    });
  });

  test("is not known when all reject the key", async () => {
    const [here, there] = [await rejecting(), await rejecting()];
    const { of } = await inRegions(here.url, [here.url, there.url]);
    expect(of("region")).toMatchObject({ verdict: "unknown", seen: `rejected by ${here.url} and ${there.url}` });
    expect(there.requests).toHaveLength(2);
  });

  test("is not asked for while the configured one knows the key, nor for a URL of the user's own", async () => {
    const [open, other, own] = [await simulated(), await rejecting(), await rejecting()];
    await inRegions(open.url, [open.url, other.url]);
    await inRegions(own.url, [open.url, other.url]);
    expect(other.requests).toEqual([]);
    expect(own.requests.length).toBeGreaterThan(0);
  });
});

describe("what the configuration costs", () => {
  test("counts requests and series with the totals, which are not asked for", async () => {
    const plain = await diagnosed([]);
    const { of, requests } = await diagnosed([], { totals: ["project", "labeler"], poll: { interval: "1h" } });
    expect(requests).toBe(plain.requests);
    const { url } = await simulated();
    const whole = await commandOutput(["once"], configOf(url, { name: NAME, totals: ["project", "labeler"] }));
    const published = Number(/^roboflow_exporter_series\{.*\} (\d+)$/m.exec(whole.stdout)?.[1]);
    const [, most] = /^up to (\d+) series, with a limit of 50000$/.exec(of("series").seen) ?? [];
    expect(Number(most) / published).toBeGreaterThanOrEqual(1);
    expect(Number(most) / published).toBeLessThan(1.01);
    expect(plain.of("series").seen).toMatch(/^\d+ series, with a limit of 50000$/);
    expect(of("requests").seen).toMatch(/^about \d+ a day: \d+ a poll, 24 polls a day$/);
    expect(plain.of("requests").seen).toBe("about 480 a day: 5 a poll, 96 polls a day");
  });

  test("warns of limits that are near", async () => {
    const { of, code } = await diagnosed([], { api: { max_response_bytes: "20KiB" }, limits: { series: 800 } });
    expect(of("size")).toMatchObject({ verdict: "problem", setting: "api.max_response_bytes: 1MiB" });
    expect(of("series")).toMatchObject({
      verdict: "problem",
      seen: expect.stringMatching(/^\d+ series, with a limit of 800; left out: roboflow_/) as string,
    });
    expect(code).toBe(1);
  });

  test("reports a poll whose response contradicts itself", async () => {
    const api = await startScriptedApi(({ pathname, searchParams }) => {
      if (pathname === "/") return { json: { workspace: NAME } };
      const isAll = searchParams.get("startDate") === "2023-08-01";
      return { json: isAll ? { data: [], labelers: [], stats: { numBoxesAdded: 5 } } : { data: [], stats: {} } };
    });
    onTestFinished(() => api.close());
    const { of, code } = await diagnosis(configOf(api.url, { name: NAME }));
    expect(of("insights poll").verdict).toBe("problem");
    expect([of("names").verdict, of("totals").verdict, code]).toEqual(["unknown", "unknown", 1]);
  });

  test("reports a poll that fails, and what can be seen all the same", async () => {
    const { of, code } = await diagnosed([faultsFlag([{ match: { startDate: "2023-08-01" }, status: 500 }])]);
    expect(of("insights poll")).toMatchObject({ verdict: "problem", seen: expect.stringContaining("500") as string });
    expect([of("requests").verdict, of("series").verdict, of("end date").verdict, code]).toEqual([
      "unknown",
      "unknown",
      "ok",
      1,
    ]);
  });
});

describe("when the data does not show it", () => {
  test("it says so: no work", async () => {
    const { of, code } = await diagnosed([], {}, "2023-08-01T03:00:00Z");
    const topics = ["end date", "project filter", "totals", "missing fields"];
    expect(topics.map((topic) => of(topic).verdict)).toEqual(topics.map(() => "unknown"));
    expect(code).toBe(0);
  });

  test("it says so: an API that answers the same, whatever it is asked", async () => {
    const row = { projectId: "p", labelerId: "l", imagesLabeled: 5 };
    const api = await startScriptedApi((url) => ({
      json: url.pathname === "/" ? { workspace: NAME } : { data: [row] },
    }));
    onTestFinished(() => api.close());
    const { of } = await diagnosis(configOf(api.url, { name: NAME }));
    expect(of("end date")).toMatchObject({
      verdict: "unknown",
      seen: expect.stringContaining("fits neither rule") as string,
    });
    expect(of("time zone")).toMatchObject({
      verdict: "unknown",
      seen: expect.stringContaining("days in the future") as string,
    });
    expect(of("project filter")).toMatchObject({
      verdict: "unknown",
      seen: expect.stringContaining("lists no projects") as string,
    });
  });
});
