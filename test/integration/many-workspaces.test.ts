import { describe, expect, onTestFinished, test } from "vitest";
import { configFrom, scrape, startHarness, startScriptedApi } from "../support/exporter-harness.ts";
import { samplesOf } from "../support/exposition.ts";
import { standingClock } from "../support/manual-clock.ts";

const clock = standingClock("2026-11-18T15:00:00Z");
const WINDOWS = ["today", "7d", "14d", "28d"];
const EMPTY = { json: { data: [], labelers: [], stats: {} } };
const HANGING = "workspace-0";

/** The workspace that a request is about. */
function workspaceOf({ pathname }: URL): string {
  return pathname.split("/")[1] ?? "";
}

/** An API that counts what it has to answer at once, by workspace. The hanging workspace's requests wait for the end. */
async function startCountingApi() {
  const running = new Map<string, number>();
  const peaks = new Map<string, number>();
  const change = (name: string, by: number) => {
    const count = (running.get(name) ?? 0) + by;
    running.set(name, count);
    peaks.set(name, Math.max(peaks.get(name) ?? 0, count));
  };
  let letGo: () => void = () => undefined;
  const end = new Promise<void>((resolve) => (letGo = resolve));
  const api = await startScriptedApi(async (url) => {
    const names = ["all", workspaceOf(url)];
    for (const name of names) change(name, 1);
    // A turn of the event loop each, so that others can come meanwhile.
    await (workspaceOf(url) === HANGING ? end : new Promise((resolve) => setImmediate(resolve)));
    for (const name of names) change(name, -1);
    return EMPTY;
  });
  onTestFinished(() => api.close());
  onTestFinished(() => {
    letGo();
  });
  return { api, peaks };
}

function configOf(url: string, count: number, api: Readonly<Record<string, unknown>>) {
  const names = Array.from({ length: count }, (_, index) => `workspace-${index}`);
  const workspaces = names.map((name) => ({ name, api_key: "rf_S3cretKeyOfTheTests" }));
  const poll = { concurrency: 16, interval: "1d" };
  return configFrom({ api: { url, retries: 0, ...api }, poll, windows: WINDOWS, workspaces });
}

describe("of many workspaces", () => {
  test("one that hangs holds its share of the requests, and the others are polled all the same", async () => {
    const { api, peaks } = await startCountingApi();
    const { exporter, url, logged } = await startHarness(configOf(api.url, 30, { concurrency: 4 }), { clock });
    onTestFinished(() => exporter.stop());
    await logged(/^poll succeeded$/, 29);
    expect(peaks.get(HANGING)).toBe(2);
    expect(peaks.get("all")).toBeLessThanOrEqual(4);
    const up = samplesOf(await scrape(url), "roboflow_up");
    expect(up.filter(({ value }) => value === 1)).toHaveLength(29);
    expect(up.filter(({ value }) => value === 0).map(({ labels }) => labels["workspace"])).toEqual([HANGING]);
    expect((await fetch(`${url}/-/ready`)).status).toBe(503);
  });

  test("a stop while most wait for their turns ends at once, and makes no more requests", async () => {
    const { api } = await startCountingApi();
    const { exporter, lines } = await startHarness(configOf(api.url, 30, { concurrency: 1 }), { clock });
    await expect.poll(() => api.requests.length).toBeGreaterThan(0);
    await exporter.stop();
    const made = api.requests.length;
    expect(lines.filter(({ msg }) => msg === "poll failed")).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(api.requests.length).toBe(made);
  });

  test("each shows how late its poll began", async () => {
    const { api } = await startCountingApi();
    const given = configOf(api.url, 5, { concurrency: 4 });
    const config = { ...given, workspaces: given.workspaces.slice(1) };
    const { exporter, url, polls } = await startHarness(config, { clock });
    onTestFinished(() => exporter.stop());
    await polls(4);
    const lags = samplesOf(await scrape(url), "roboflow_exporter_poll_lag_seconds");
    expect(lags.map(({ labels }) => labels["workspace"])).toEqual(config.workspaces.map(({ name }) => name));
    for (const { value } of lags) expect(value).toBeGreaterThanOrEqual(0);
  });
});
