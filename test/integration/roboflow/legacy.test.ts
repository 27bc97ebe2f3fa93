import { fetchRawRows } from "../../../src/raw/request.ts";
import { fetchLegacy } from "../../../src/sources/legacy/requests.ts";
import { expect, test } from "vitest";
import { json, raw } from "../../support/api-server.ts";
import { KEY, failureOf, serveClient } from "./support.ts";

const RANGE = { startMs: 1_700_000_000_000, endMs: 1_700_086_399_999 };
const EMPTY = { data: { data: [], labelers: [], ticks: [] } };
const { signal } = new AbortController();

test("the legacy endpoint is asked in milliseconds and with ticks, by the names it documents", async () => {
  const { server, observations, ask } = await serveClient([json(EMPTY)]);
  await fetchLegacy(ask, RANGE, signal);
  const url = new URL(server.requests[0]?.target ?? "", server.url);
  expect(url.pathname).toBe("/workspace-stats");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    start: "1700000000000",
    end: "1700086399999",
    includeTicks: "true",
    api_key: KEY,
  });
  expect(observations).toMatchObject([{ kind: "request", endpoint: "legacy", status: 200 }]);
});

test("raw rows are asked for by page and given as they are", async () => {
  const rows = [{ anything: 1 }, "text", null];
  const { server, ask } = await serveClient([json({ data: rows })], { auth: "bearer" });
  expect(await fetchRawRows(ask, { ...RANGE, limit: 50, offset: 100 }, signal)).toEqual(rows);
  expect(server.requests[0]?.target).toBe(
    "/workspace-stats?start=1700000000000&end=1700086399999&limit=50&offset=100&rawData=true",
  );
});

test.each([
  { form: "a bare list", body: [{ a: 1 }] },
  { form: "a list in data", body: { data: [{ a: 1 }] } },
  { form: "a list where the aggregated rows stand", body: { data: { data: [{ a: 1 }], labelers: [] } } },
])("raw rows may come as $form", async ({ body }) => {
  const { ask } = await serveClient([json(body)]);
  expect(await fetchRawRows(ask, { ...RANGE, limit: 1, offset: 0 }, signal)).toEqual([{ a: 1 }]);
});

test("an answer without a list of rows fails", async () => {
  const { ask } = await serveClient([json({ data: {} })]);
  expect(await failureOf(fetchRawRows(ask, { ...RANGE, limit: 1, offset: 0 }, signal))).toMatchObject({
    reason: "invalid_schema",
    message: "the response has no list of raw rows",
  });
});

test.each([404, 410])("an endpoint that answers %s fails with that status, at once", async (status) => {
  const { server, ask } = await serveClient([raw(status, "gone")], { retries: 3 });
  expect(await failureOf(fetchLegacy(ask, RANGE, signal))).toMatchObject({ status });
  expect(server.requests).toHaveLength(1);
});
