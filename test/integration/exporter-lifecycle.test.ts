import { once } from "node:events";
import { createServer, Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { FAILURE_REASONS } from "../../src/failures.ts";
import { listen } from "../../src/http/server.ts";
import { startSimulator, type Simulator } from "../../src/simulator/server.ts";
import { configFrom, type Harness, portOf, scrape, startHarness } from "../support/exporter-harness.ts";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { standingClock } from "../support/manual-clock.ts";

const clock = standingClock("2026-11-18T15:00:00Z");

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ port: 0, seed: 1, now: clock.now });
});

afterEach(async () => {
  await simulator.close();
});

function config(settings: Readonly<Record<string, unknown>> = {}, flags: Readonly<Record<string, unknown>> = {}) {
  const workspaces = simulator.workspaces.map(({ name, apiKey }) => ({ name, api_key: apiKey }));
  return configFrom({ api: { url: simulator.url, retries: 0 }, windows: ["7d"], workspaces, ...settings }, flags);
}

async function start(...given: Parameters<typeof config>): Promise<Harness> {
  const harness = await startHarness(config(...given), { clock });
  onTestFinished(() => harness.exporter.stop());
  return harness;
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url)).status;
}

describe("a whole exporter", () => {
  test("answers before its first poll is done, with every counter at 0, and is ready after it", async () => {
    simulator.setFaults([{ hang: "headers" }]);
    const { url } = await start();
    expect(await statusOf(`${url}/-/healthy`)).toBe(200);
    expect(await statusOf(`${url}/-/ready`)).toBe(503);
    const families = await scrape(url);
    const names = simulator.workspaces.map(({ name }) => name);
    for (const workspace of names) {
      for (const name of ["polls_total", "polls_skipped_total"])
        expect(valueOf(families, `roboflow_exporter_${name}`, { workspace })).toBe(0);
      const failures = samplesOf(families, "roboflow_exporter_poll_failures_total", { workspace });
      expect(failures.map(({ labels, value }) => [labels["reason"], value])).toEqual(
        FAILURE_REASONS.map((r) => [r, 0]),
      );
      expect(valueOf(families, "roboflow_api_requests_total", { workspace, endpoint: "stats", code: "200" })).toBe(0);
      expect(valueOf(families, "roboflow_api_retries_total", { workspace, endpoint: "root" })).toBe(0);
      expect(samplesOf(families, "roboflow_exporter_rows_rejected_total", { workspace })).toHaveLength(5);
    }
    expect(valueOf(families, "roboflow_exporter_build_info", { revision: "abc", node_version: "v20" })).toBe(1);
  });

  test("shows a poll's data and its counters as soon as the poll has ended", async () => {
    const { url, polls } = await start();
    await polls(simulator.workspaces.length);
    const families = await scrape(url);
    for (const { name: workspace } of simulator.workspaces) {
      expect(valueOf(families, "roboflow_exporter_polls_total", { workspace })).toBe(1);
      expect(valueOf(families, "roboflow_up", { workspace })).toBe(1);
      expect(samplesOf(families, "roboflow_images_labeled", { workspace }).length).toBeGreaterThan(0);
    }
    expect(await statusOf(`${url}/-/ready`)).toBe(200);
  });

  test("is healthy and ready while the API is down, and polls one workspace whatever the other does", async () => {
    simulator.setFaults([{ match: { workspace: "harbor-vision" }, status: 500 }]);
    const { url, polls, lines } = await start();
    await polls(2);
    expect(await statusOf(`${url}/-/healthy`)).toBe(200);
    expect(await statusOf(`${url}/-/ready`)).toBe(200);
    const families = await scrape(url);
    expect(valueOf(families, "roboflow_up", { workspace: "harbor-vision" })).toBe(0);
    expect(valueOf(families, "roboflow_up", { workspace: "aerial-survey" })).toBe(1);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("repeats a request that failed, counts it and says so at debug level", async () => {
    simulator.setFaults([{ times: 1, status: 503 }]);
    const { url, polls, lines } = await start({ api: { url: simulator.url, retries: 1 } });
    await polls(2);
    const families = await scrape(url);
    const retries = samplesOf(families, "roboflow_api_retries_total", { endpoint: "stats" }).map(({ value }) => value);
    expect(retries.toSorted()).toEqual([0, 1]);
    expect(lines.find(({ msg }) => msg === "request will be repeated")).toMatchObject({ level: "debug", status: 503 });
  });

  test("listens on several addresses", async () => {
    const { exporter } = await start({}, { listenAddresses: ["127.0.0.1:0", "127.0.0.2:0"] });
    expect(exporter.urls.map((url) => new URL(url).hostname)).toEqual(["127.0.0.1", "127.0.0.2"]);
    for (const url of exporter.urls) expect(await statusOf(`${url}/metrics`)).toBe(200);
  });
});

describe("an address that cannot be listened on", () => {
  test("is an error with its remedy, and leaves nothing running", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const [used, unused] = [portOf(taken), portOf(free)];
    free.close();
    await once(free, "close");
    const flags = { listenAddresses: [`127.0.0.1:${unused}`, `127.0.0.1:${used}`] };
    await expect(startHarness(config({}, flags), { clock })).rejects.toThrow(
      new ConfigError([
        `--web.listen-address: "127.0.0.1:${used}" cannot be listened on: the address is already in use; stop the other program or choose another port`,
      ]),
    );
    await expect(fetch(`http://127.0.0.1:${unused}/`)).rejects.toThrow();
    expect(simulator.requests).toEqual([]);
  });

  test.each([
    { host: "203.0.113.1", words: '"203.0.113.1:0" cannot be listened on: this machine has no such address' },
    { host: "no such host", words: '"no such host:0" cannot be listened on: getaddrinfo' },
  ])("$host is distinguished", async ({ host, words }) => {
    await expect(listen(() => undefined, { host, port: 0 })).rejects.toThrow(words);
  });
});

describe("where it can be reached", () => {
  test.each([
    { host: undefined, name: "127.0.0.1" },
    { host: "0.0.0.0", name: "127.0.0.1" },
    { host: "localhost", name: "localhost" },
    { host: "::1", name: "[::1]" },
  ])("listening on $host is $name", async ({ host, name }) => {
    const server = await listen(() => undefined, { host, port: 0 }).catch((error: unknown) => {
      // A machine without IPv6 cannot show it.
      if (host === "::1") return undefined;
      throw error;
    });
    if (server) expect(new URL(server.url).hostname).toBe(name);
    await server?.close();
  });
});

describe("a stop", () => {
  test("lets a running response end, closes idle connections, takes no new ones, and does not wait for the timeout", async () => {
    let finish: () => void = () => undefined;
    const server = await listen(
      (request, response) => {
        if (request.url === "/slow") finish = () => response.end("whole");
        else response.end("quick");
      },
      { host: "127.0.0.1", port: 0 },
    );
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => {
      agent.destroy();
    });
    const read = async (path: string) => {
      const [response] = (await once(get(server.url + path, { agent }), "response")) as [IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    };
    expect(await read("/quick")).toBe("quick");
    const idle = connect(Number(new URL(server.url).port), "127.0.0.1");
    await once(idle, "connect");
    idle.write("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(idle, "data");
    const slow = read("/slow");
    const before = finish;
    while (finish === before) await nextTurn();
    // The timer after which everything is cut stands still: a stop that waited for it would never come.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const closing = server.close();
    vi.useRealTimers();
    await once(idle, "close");
    await expect(fetch(server.url)).rejects.toThrow();
    finish();
    expect(await slow).toBe("whole");
    await closing;
  });

  test("in the middle of a poll is prompt, and is no bug", async () => {
    simulator.setFaults([{ hang: "body" }]);
    // Longer than any test may take: a stop that waited for the answer would never come.
    const api = { url: simulator.url, retries: 0, timeout: "1h" };
    const harness = await startHarness(config({ api, poll: { interval: "1h" } }), { clock });
    while (simulator.requests.length < 2) await nextTurn();
    await harness.exporter.stop();
    expect(harness.lines).toEqual([]);
    await expect(fetch(harness.url)).rejects.toThrow();
  });
});
