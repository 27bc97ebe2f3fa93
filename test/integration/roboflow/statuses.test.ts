import { describe, expect, test } from "vitest";
import { json, raw } from "../../support/api-server.ts";
import { EMPTY_STATS, failureOf, serveClient } from "./support.ts";

const RETRIES = 2;
const NEW_KEY = "use a private key of this workspace; a scoped key needs the scope workspace-stats:read";
const BILLING = "look at the workspace's plan and billing, or ask its owner";
const PLAN = `the plan does not include Annotation Insights; ${BILLING}`;
const KEY_REJECTED = `the API key was rejected; ${NEW_KEY}`;
const NOT_ALLOWED = `the API key may not read this workspace; ${NEW_KEY}`;
const NOT_FOUND =
  "not found, or not visible to this API key; compare the workspace's name and the slugs of its projects with the " +
  "address in the browser";

const STATUSES = [
  { status: 204, reason: "http", attempts: 1 },
  { status: 400, reason: "http", attempts: 1 },
  { status: 401, reason: "unauthorized", attempts: 1, meaning: KEY_REJECTED },
  { status: 402, reason: "plan", attempts: 1, meaning: PLAN },
  { status: 403, reason: "forbidden", attempts: 1, meaning: NOT_ALLOWED },
  { status: 404, reason: "not_found", attempts: 1, meaning: NOT_FOUND },
  { status: 409, reason: "http", attempts: 1 },
  { status: 422, reason: "http", attempts: 1 },
  { status: 423, reason: "plan", attempts: 1, meaning: `usage is paused; ${BILLING}` },
  { status: 429, reason: "rate_limited", attempts: 3, meaning: "too many requests" },
  { status: 500, reason: "http", attempts: 3 },
  { status: 502, reason: "http", attempts: 3 },
  { status: 503, reason: "http", attempts: 3 },
  { status: 504, reason: "http", attempts: 3 },
];

describe("a status other than 200", () => {
  test.each(STATUSES)("$status fails as $reason after $attempts attempts", async (expected) => {
    const { status, reason, attempts, meaning } = expected;
    const answer = status === 204 ? raw(204, "") : json({ error: "no luck" }, status);
    const { server, fetchStats } = await serveClient([answer], { retries: RETRIES });
    const detail = status === 204 ? "an empty body" : "no luck";
    const message = [`the API answered ${status}`, meaning, detail].filter((part) => part !== undefined).join(": ");
    expect(await failureOf(fetchStats())).toEqual({ reason, status, retryAfterMs: undefined, message });
    expect(server.requests).toHaveLength(attempts);
  });

  test.each([429, 500, 502, 503, 504])("%i is forgotten when a later attempt succeeds", async (status) => {
    const { server, fetchStats } = await serveClient([json({}, status), json(EMPTY_STATS)], { retries: RETRIES });
    expect([...(await fetchStats()).rows]).toEqual([]);
    expect(server.requests).toHaveLength(2);
  });

  test("is not retried at all when no retries are wanted", async () => {
    const { server, clock, fetchStats } = await serveClient([json({}, 503)], { retries: 0 });
    expect(await failureOf(fetchStats())).toMatchObject({ reason: "http", status: 503 });
    expect({ requests: server.requests.length, sleeps: clock.asked }).toEqual({ requests: 1, sleeps: [] });
  });
});

describe("the body of a failure", () => {
  test.each([
    { name: "a text", body: '{"error":"no such thing"}', detail: "no such thing" },
    { name: "a text with a hint", body: '{"error":"no such thing","hint":"look elsewhere"}', detail: "no such thing" },
    { name: "an object with a message", body: '{"error":{"message":"no such thing"}}', detail: "no such thing" },
    { name: "a code and a message", body: '{"error":"gone","message":"no such thing"}', detail: "gone: no such thing" },
    { name: "a message next to a code", body: '{"code":"gone","message":"no such thing"}', detail: "no such thing" },
    { name: "plain text", body: "no such\nthing\n", detail: "no such thing" },
    { name: "an HTML page", body: "<!doctype html><h1>502</h1>", detail: "an HTML page" },
    { name: "nothing", body: "", detail: "an empty body" },
    { name: "an object without a message", body: "{}", detail: "{}" },
    { name: "more than is looked at", body: "x".repeat(65_537), detail: "a body of more than 64 KiB" },
  ])("of $name becomes one line", async ({ body, detail }) => {
    const { fetchStats } = await serveClient([raw(400, body)]);
    expect((await failureOf(fetchStats())).message).toBe(`the API answered 400: ${detail}`);
  });

  test("may hang: the status alone is reported", async () => {
    const { fetchStats } = await serveClient(
      [(_request, response) => void response.writeHead(403, { "content-length": "9" }).write("{")],
      { timeoutMs: 3000 },
    );
    expect(await failureOf(fetchStats())).toEqual({
      reason: "forbidden",
      status: 403,
      retryAfterMs: undefined,
      message: `the API answered 403: ${NOT_ALLOWED}: a body that cannot be read`,
    });
  });
});
