import { describe, expect, test } from "vitest";
import {
  type SourceCost,
  judgeLatency,
  judgePoll,
  judgeRequests,
  judgeSeries,
} from "../../../src/doctor/judge-cost.ts";
import { ApiError } from "../../../src/errors.ts";
import type { SourceData } from "../../../src/exposition/source-data.ts";
import { poll as pollSource } from "../../../src/poller/poller.ts";
import { insights } from "../../../src/sources/insights/insights.ts";
import { legacy as legacySource } from "../../../src/sources/legacy/legacy.ts";
import type { Source } from "../../../src/sources/source.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";
import { clientOf } from "../../support/golden.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const UNHEARD = { answered: () => undefined, filterIgnored: () => undefined };
const EMPTY: SourceData = { families: [], dropped: [], names: [], notices: [], day: "", workspace: "w" };

interface Costs {
  readonly source?: string;
  readonly data?: SourceData;
  readonly error?: ApiError;
  /** How long each response took. */
  readonly seconds?: readonly number[];
}

function costOf({ source = "first", data = EMPTY, error, seconds = [] }: Costs): SourceCost & { poll: object } {
  const request = { endpoint: "stats", path: ["acme", "stats"], parameters: { startDate: "2026-11-16" } };
  const exchanges = seconds.map((one) => ({ request, answer: { json: {}, bytes: 0, seconds: one } }));
  const result = error ? { error } : { value: data };
  const poll = { exchanges, result, seconds: 41, deadlineSeconds: 900 };
  return { source, pollsPerDay: 96, asked: { findings: () => [] }, poll };
}

describe("time", () => {
  const config = workspaceFrom();

  test("a response that takes more than half of the timeout is a problem", () => {
    expect(judgeLatency([costOf({ seconds: [1, 40] })], config)).toEqual({
      verdict: "problem",
      seen: "40.00 s for GET /acme/stats?startDate=2026-11-16, with a timeout of 60 s",
      setting: "api.timeout: 160s",
    });
    expect(judgeLatency([costOf({ seconds: [30] })], config).verdict).toBe("ok");
    expect(judgeLatency([costOf({})], config).verdict).toBe("unknown");
  });

  test("so is a poll that takes more than half of its deadline", () => {
    const { poll } = costOf({});
    expect(judgePoll({ ...poll, deadlineSeconds: 60 }).verdict).toBe("problem");
    expect(judgePoll(poll).verdict).toBe("ok");
  });
});

test("requests of sources are added up; one that cannot be read costs a request a poll", () => {
  const unread: SourceCost = { ...costOf({ source: "second" }), pollsPerDay: 24, poll: undefined };
  expect(judgeRequests([costOf({ seconds: [1, 1] }), unread])).toEqual({
    verdict: "info",
    seen: "about 216 a day: first 2 a poll, 96 polls a day; second 1 a poll, 24 polls a day",
  });
});

test("a poll that failed leaves requests and series unknown", () => {
  const costs = [costOf({}), costOf({ source: "second", error: new ApiError("broken", { reason: "http" }) })];
  expect([judgeRequests(costs), judgeSeries(costs, workspaceFrom())].map(({ verdict }) => verdict)).toEqual([
    "unknown",
    "unknown",
  ]);
});

test("series are counted as the exporter counts them: names that only a later source has take room", async () => {
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
  const polls = [insights, legacySource].map(async (source) =>
    costOf({ source: source.name, data: await polled(source) }),
  );
  // Thirty-one names, and thirty values for which there is no room.
  expect(judgeSeries(await Promise.all(polls), config)).toMatchObject({
    verdict: "problem",
    seen: expect.stringMatching(
      /^6\d series, with a limit of 50; left out: roboflow_legacy_labeler_images_labeled$/,
    ) as string,
  });
});
