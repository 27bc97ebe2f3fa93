import { describe, expect, test } from "vitest";
import { parseStats } from "../../../src/sources/insights/parse.ts";
import { namesText, oneLine } from "../../../src/doctor/finding.ts";
import {
  judgeApproval,
  judgeMissingFields,
  judgeTotals,
  judgeUnknownFields,
} from "../../../src/doctor/judge-answers.ts";
import { judgeLatency, judgePoll } from "../../../src/doctor/judge-cost.ts";
import { judgeScope } from "../../../src/doctor/judge-access.ts";
import { judgeEndDate, judgeTimeZone } from "../../../src/doctor/judge-days.ts";
import { judgeLegacy } from "../../../src/doctor/judge-legacy.ts";
import { judgeSeries } from "../../../src/doctor/judge-series.ts";
import type { Observations, StatsAnswer } from "../../../src/doctor/observations.ts";
import { ApiError, internalError } from "../../../src/errors.ts";
import { poll as pollSource } from "../../../src/poller/poller.ts";
import { statusError } from "../../../src/roboflow/error-response.ts";
import { insights } from "../../../src/sources/insights/insights.ts";
import { legacy as legacySource } from "../../../src/sources/legacy/legacy.ts";
import type { Source } from "../../../src/sources/source.ts";
import { clientOf } from "../../support/golden.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { pollsPerDay } from "../../../src/poller/cron.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";

const UNHEARD = { answered: () => undefined, filterIgnored: () => undefined };
const QUERY = { startDate: "2026-11-16", endDate: "2026-11-17" };

function answer(json: object, seconds = 0): StatsAnswer {
  return { query: QUERY, json, bytes: 0, seconds, stats: parseStats(json) };
}

function images(count: number): StatsAnswer {
  return answer({ data: count > 0 ? [{ projectId: "p", labelerId: "l", imagesLabeled: count }] : [] });
}

function observed(given: Partial<Observations>): Observations {
  return {
    config: workspaceFrom(),
    nowMs: Date.parse("2026-11-18T15:00:00Z"),
    doors: [],
    recent: { value: images(1) },
    ...{
      pair: undefined,
      latest: undefined,
      projects: undefined,
      filter: undefined,
      legacy: undefined,
      legacyPoll: undefined,
      poll: undefined,
    },
    answers: [],
    ...given,
  };
}

const REFUSED = { error: new ApiError("refused", { reason: "http", status: 400 }) };
const BROKEN = { error: new ApiError("broken", { reason: "http", status: 500 }) };

describe("endDate", () => {
  const DAYS = ["2026-11-16", "2026-11-17"] as const;
  test.each([
    {
      name: "one day with all the work",
      alone: [{ value: images(7) }, { value: images(0) }],
      both: 7,
      seen: /^inclusive/,
    },
    { name: "an empty range refused", alone: [REFUSED, REFUSED], both: 7, seen: /^exclusive/ },
    {
      name: "a single day taken as it is, a range not",
      alone: [{ value: images(7) }, { value: images(5) }],
      both: 7,
      seen: /no rule$/,
    },
    { name: "a request that failed", alone: [BROKEN, { value: images(7) }], both: 7, seen: /alone has \? images/ },
    { name: "rows without images", alone: [{ value: images(0) }, { value: images(0) }], both: 0, seen: /together 0$/ },
  ] as const)("is judged by $name", ({ alone, both, seen }) => {
    const { verdict, seen: text } = judgeEndDate(observed({ pair: { days: DAYS, together: images(both), alone } }));
    expect(text).toMatch(seen);
    expect(verdict).toBe(text.startsWith("inclusive") ? "ok" : text.startsWith("exclusive") ? "problem" : "unknown");
  });
});

test("a time zone is not judged by an answer that failed", () => {
  const latest = { day: "2026-11-19", work: BROKEN, future: undefined };
  expect(judgeTimeZone(observed({ latest }))).toEqual({ verdict: "unknown", seen: "broken" });
});

test("a time zone is not judged when the control question failed", () => {
  const latest = { day: "2026-11-19", work: { value: images(3) }, future: BROKEN };
  expect(judgeTimeZone(observed({ latest })).verdict).toBe("unknown");
});

describe("totals", () => {
  const rows = (data: readonly object[], stats: object) =>
    judgeTotals(observed({ answers: [answer({ data, stats })] })).verdict;
  const row = { projectId: "p", labelerId: "l", boxesAdded: 3, imagesLabeled: 4 };
  const other = { ...row, labelerId: "m" };
  test.each([
    { name: "boxes that add up", data: [row, other], stats: { numBoxesAdded: 6 }, verdict: "ok" },
    { name: "boxes that do not", data: [row, other], stats: { numBoxesAdded: 5 }, verdict: "problem" },
    { name: "fewer unique images", data: [row, other], stats: { numImagesLabeled: 5 }, verdict: "ok" },
    { name: "more unique images", data: [row, other], stats: { numImagesLabeled: 9 }, verdict: "problem" },
    {
      name: "a row without the field",
      data: [row, { projectId: "p", labelerId: "m" }],
      stats: { numBoxesAdded: 5 },
      verdict: "unknown",
    },
    {
      name: "a row that was dropped",
      data: [row, { projectId: "p" }],
      stats: { numBoxesAdded: 5 },
      verdict: "unknown",
    },
  ])("are judged with $name", ({ data, stats, verdict }) => {
    expect(rows(data, stats)).toBe(verdict);
  });
});

describe("approval of nothing", () => {
  const row = { projectId: "p", labelerId: "l" };
  test.each([
    {
      name: "rows",
      json: { data: [{ ...row, approved: 0, rejected: 0, approvalRate: 0 }] },
      seen: "0, in 1 rows or totals",
    },
    {
      name: "several rates",
      json: {
        data: [
          { ...row, approved: 0, rejected: 0 },
          { ...row, approved: "0", rejected: "0", approvalRate: "0" },
        ],
      },
      seen: 'absent, "0", in 2 rows or totals',
    },
    {
      name: "totals of no rows",
      json: { data: [], stats: { approvalRate: null, numBoxesAdded: 0 } },
      seen: "null, in 1 rows or totals",
    },
    {
      name: "reviewed rows",
      json: { data: [{ ...row, approved: 1, rejected: 0, approvalRate: 100 }] },
      seen: "something was reviewed in every row",
    },
    {
      name: "rows without review",
      json: { data: [row], stats: { approvalRate: 0 } },
      seen: "something was reviewed in every row",
    },
    { name: "no rows and no totals", json: { data: [], stats: {} }, seen: "something was reviewed in every row" },
  ])("is read off $name", ({ json, seen }) => {
    expect(judgeApproval(observed({ answers: [answer(json)] })).seen).toBe(seen);
  });
});

describe("fields", () => {
  const numbers = {
    imagesLabeled: 1,
    boxesDrawn: 1,
    boxesAdded: 1,
    boxesRemoved: 0,
    boxesUpdated: 0,
    netBoxesAdded: 1,
    netBoxesUpdated: 0,
    markedNull: 0,
    modelAssisted: 0,
  };
  const row = { ...numbers, projectId: "p", projectName: "P", projectType: "t", labelerId: "l", workspaceId: "w" };

  test("of review may be missing, and the newest one", () => {
    const answers = [answer({ data: [row] })];
    expect(judgeMissingFields(observed({ answers }))).toMatchObject({
      verdict: "info",
      seen: "data.uniqueImagesLabeled: a newer field; data.approved, data.rejected, data.approvalRate: nothing was reviewed",
    });
  });

  test("that are unknown are told with bounds, and cannot write to the terminal", () => {
    const names = Array.from({ length: 30 }, (_, index) => [`\u001b[2J\n${String(index)}${"x".repeat(500)}`, 1]);
    const { seen } = judgeUnknownFields(
      observed({ answers: [answer({ data: [row], ...(Object.fromEntries(names) as object) })] }),
    );
    expect(seen).toMatch(/and 20 more$/);
    expect(seen.length).toBeLessThan(1000);
    expect(seen).not.toMatch(/\p{Cc}/u);
  });
});

test("texts from outside are cut to one line", () => {
  expect(oneLine(" a\n\tb\u202e c ")).toBe("a b c");
  expect(oneLine("y".repeat(999))).toBe(`${"y".repeat(300)}…`);
  expect(namesText(["a", "b"])).toBe("a, b");
});

describe("time", () => {
  const poll = {
    result: BROKEN,
    answers: [answer({ data: [] }, 1), answer({ data: [] }, 40)],
    seconds: 41,
    deadlineSeconds: 900,
    pollsPerDay: 96,
  };

  test("an answer that takes more than half of the deadline is a problem", () => {
    expect(judgeLatency(observed({ poll }))).toMatchObject({ verdict: "problem", setting: "api.timeout: 160s" });
    expect(judgeLatency(observed({ poll: { ...poll, answers: [answer({ data: [] }, 30)] } })).verdict).toBe("ok");
    expect(judgeLatency(observed({ poll: { ...poll, answers: [] } })).verdict).toBe("unknown");
  });

  test("so is a poll that does", () => {
    const empty = { families: [], dropped: [], names: [], notices: [], day: "", workspace: "w" };
    const stats = {
      workspace: "w",
      day: "",
      workspaceId: undefined,
      projects: new Map(),
      labelers: new Map(),
      windows: [],
      notices: [],
    };
    const done = { ...poll, result: { value: { stats, data: empty } } };
    expect(judgePoll(observed({ poll: { ...done, deadlineSeconds: 60 } })).verdict).toBe("problem");
    expect(judgePoll(observed({ poll: done })).verdict).toBe("ok");
  });
});

test.each([
  { schedule: { kind: "interval", seconds: 900 }, perDay: 96 },
  { schedule: { kind: "cron", expression: "*/15 * * * *" }, perDay: 96 },
  { schedule: { kind: "cron", expression: "* * * * *" }, perDay: 1440 },
  { schedule: { kind: "cron", expression: "0 6-20 * * *" }, perDay: 15 },
  { schedule: { kind: "cron", expression: "0 12 * * 1-5" }, perDay: 5 / 7 },
  { schedule: { kind: "cron", expression: "0 12 1 * *" }, perDay: 12 / 365 },
] as const)("$schedule fires $perDay times a day", ({ schedule, perDay }) => {
  expect(pollsPerDay(schedule, "UTC", Date.parse("2026-11-18T12:00:00Z"))).toBeCloseTo(perDay, 2);
});

test.each([
  { asked: false, judged: { verdict: "info", seen: "gone (410)" } },
  { asked: true, judged: { verdict: "problem", seen: "gone (410)", setting: "legacy: false" } },
])("that the legacy endpoint is gone is a problem for who asks for it: $asked", ({ asked, judged }) => {
  const config = { ...observed({}).config, legacy: asked };
  const legacy = { error: new ApiError("gone", { reason: "http", status: 410 }) };
  expect(judgeLegacy(observed({ config, legacy }))).toEqual(judged);
});

const ANSWERED_500 = {
  verdict: "problem",
  seen: "the API answered 500",
  setting: "read what the answer says; for 5xx look at Roboflow's status page",
};

test("a legacy poll that fails, though a day was answered, is a problem", () => {
  const alive = {
    lastUpdatedMs: undefined,
    rows: new Map(),
    ticks: undefined,
    projects: new Map(),
    labelers: new Map(),
  };
  const legacy = { value: { ...alive, anomalies: [], rejected: new Map() } };
  const legacyPoll = { error: new ApiError("the API answered 500", { reason: "http", status: 500 }) };
  expect(judgeLegacy(observed({ legacy, legacyPoll }))).toEqual(ANSWERED_500);
  expect(judgeLegacy(observed({ legacy }))).toEqual({ verdict: "info", seen: "alive" });
});

test("a legacy endpoint that fails at once is a problem for who asks for it, and tells nothing else", () => {
  const legacy = { error: new ApiError("the API answered 500", { reason: "http", status: 500 }) };
  const config = { ...observed({}).config, legacy: true };
  expect(judgeLegacy(observed({ legacy })).verdict).toBe("unknown");
  expect(judgeLegacy(observed({ legacy, config }))).toEqual(ANSWERED_500);
});

test("series are counted as the exporter counts them: names that only the legacy endpoint has take room", async () => {
  const config = workspaceFrom({ windows: ["7d"], legacy: true, limits: { series: 50 } });
  const settings = {
    workspace: config,
    people: { hmacKey: undefined, names: true, email: false, system: [], teams: new Map<string, string>() },
  };
  const people = Array.from({ length: 30 }, (_, index) => `l${index}`);
  const values = Object.fromEntries(people.map((id) => [id, { total_images_labeled: 1 }]));
  const [startMs, endMs] = [Date.parse("2026-11-12"), Date.parse("2026-11-19") - 1];
  const ticks = [{ start_ms: startMs, end_ms: endMs, values }];
  const labelers = people.map((id) => ({ id, displayName: id }));
  const empty = { data: [], labelers: [], stats: {} };
  const ask = clientOf(() => empty, {
    legacy: () => ({ data: { data: [{ projectId: "p1", total_images_labeled: 1 }], labelers, ticks } }),
  });
  const deps = { ask, clock: new ManualClock("2026-11-18T15:00:00Z"), observer: UNHEARD };
  const polled = async (source: Source) => {
    return (await pollSource({ source, name: "acme", settings }, deps, new AbortController().signal)).data;
  };
  const [data, legacy] = [await polled(insights), await polled(legacySource)];
  const ids = { workspaceId: undefined, projects: new Map(), labelers: new Map() };
  const stats = { workspace: "acme", day: "2026-11-18", ...ids, windows: [], notices: [] };
  const poll = { result: { value: { stats, data } }, answers: [], seconds: 0, deadlineSeconds: 1, pollsPerDay: 1 };
  // Thirty-one names, and thirty values for which there is no room.
  expect(judgeSeries(observed({ config, poll, legacyPoll: { value: legacy } }))).toMatchObject({
    verdict: "problem",
    seen: expect.stringMatching(
      /^6\d series, of 50 at most; left out: roboflow_legacy_labeler_images_labeled$/,
    ) as string,
  });
});

test("a poll that ends on a bug is shown with the stack to report, a line each", () => {
  const bug = new TypeError("x is not iterable");
  const error = internalError(bug);
  const legacy = { error: BROKEN.error };
  expect(judgeLegacy(observed({ legacy, legacyPoll: { error } }))).toEqual({
    verdict: "problem",
    seen: "an unexpected TypeError, a bug in the exporter",
    setting: "please report it with its stack",
    details: bug.stack?.split("\n").map(oneLine),
  });
});

test("an answer with too many values is not said to be too large in bytes", () => {
  const error = new ApiError("it holds more than 9 values; raise limits.series", { reason: "too_large" });
  const { setting } = judgeLegacy(observed({ legacy: BROKEN, legacyPoll: { error } }));
  expect(setting).toBe("raise the setting it names, or filter by project");
});

test("a remedy that the message ends with has its own line only", () => {
  const { seen, setting } = judgeScope(observed({ recent: { error: statusError(423, "unpaid", undefined) } }));
  expect(seen).toBe("the API answered 423: usage is paused: unpaid");
  expect(setting).toBe("look at the workspace's plan and billing, or ask its owner");
});
