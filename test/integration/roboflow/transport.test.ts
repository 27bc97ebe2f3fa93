import { onTestFinished, describe, expect, test } from "vitest";
import { json, raw, startApiServerAt } from "../../support/api-server.ts";
import { type ProxyOptions, startProxyServer } from "../../support/proxy-server.ts";
import { EMPTY_STATS, WEEK, clientFor, failureOf, serve, serveClient } from "./support.ts";

async function proxy(options: ProxyOptions = {}) {
  const server = await startProxyServer(options);
  onTestFinished(() => server.close());
  return server;
}

function fetchThrough(url: string, env: Record<string, string>) {
  const { fetchStatsOf } = clientFor(url, { env });
  return fetchStatsOf("acme")(WEEK, new AbortController().signal);
}

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("%i is refused, and its target never asked", async (status) => {
    const target = await serve(json(EMPTY_STATS));
    const { server, fetchStats } = await serveClient([raw(status, "", { location: target.url })], { retries: 3 });
    expect(await failureOf(fetchStats())).toEqual({
      reason: "http",
      status,
      retryAfterMs: undefined,
      message: `the API answered ${status}: redirects are refused; set the API's URL to where it leads: an empty body`,
    });
    expect({ asked: server.requests.length, target: target.requests.length }).toEqual({ asked: 1, target: 0 });
  });
});

/** Ports that browsers, and `fetch` with them, refuse to use. */
const REFUSED_BY_BROWSERS = [10080, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 5060, 5061, 6000, 4045, 2049, 1723, 1720];

async function serveAtRefusedPort() {
  for (const port of REFUSED_BY_BROWSERS) {
    const server = await startApiServerAt(port, json(EMPTY_STATS)).catch(() => undefined);
    if (server) return server;
  }
  throw new Error("all of the ports are taken");
}

test("an API at a port that browsers refuse is asked like any other", async () => {
  const server = await serveAtRefusedPort();
  onTestFinished(() => server.close());
  const { fetchStatsOf } = clientFor(server.url);
  expect([...(await fetchStatsOf("acme")(WEEK, new AbortController().signal)).rows]).toEqual([]);
});

describe("a proxy", () => {
  test.each(["HTTP_PROXY", "http_proxy"])("named by %s is obeyed", async (variable) => {
    const [api, through] = [await serve(json(EMPTY_STATS)), await proxy()];
    expect([...(await fetchThrough(api.url, { [variable]: through.url })).rows]).toEqual([]);
    expect(through.tunnels).toEqual([`127.0.0.1:${api.port}`]);
    expect(api.requests).toHaveLength(1);
  });

  test("named in lower case wins", async () => {
    const [api, right, wrong] = [await serve(json(EMPTY_STATS)), await proxy(), await proxy()];
    await fetchThrough(api.url, { http_proxy: right.url, HTTP_PROXY: wrong.url });
    expect({ right: right.tunnels.length, wrong: wrong.tunnels.length }).toEqual({ right: 1, wrong: 0 });
  });

  test("named by HTTPS_PROXY is asked for the tunnel to an HTTPS address", async () => {
    const through = await proxy({ refusal: "403 Forbidden" });
    const failure = await failureOf(fetchThrough("https://api.invalid", { HTTPS_PROXY: through.url }));
    expect(failure).toMatchObject({ reason: "network", status: undefined });
    expect(through.tunnels).toEqual(["api.invalid:443"]);
  });

  test("named by HTTPS_PROXY is left out for HTTP", async () => {
    const [api, through] = [await serve(json(EMPTY_STATS)), await proxy()];
    await fetchThrough(api.url, { HTTPS_PROXY: through.url });
    expect(through.tunnels).toEqual([]);
  });

  test.each([
    { variable: "NO_PROXY", list: "localhost,127.0.0.1" },
    { variable: "no_proxy", list: "*" },
    { variable: "NO_PROXY", list: "10.0.0.0/8 127.0.0.0/8" },
  ])("is left out for what $variable=$list names", async ({ variable, list }) => {
    const [api, through] = [await serve(json(EMPTY_STATS)), await proxy()];
    await fetchThrough(api.url, { HTTP_PROXY: through.url, [variable]: list });
    expect({ tunnels: through.tunnels, asked: api.requests.length }).toEqual({ tunnels: [], asked: 1 });
  });

  test("is obeyed for what NO_PROXY does not name", async () => {
    const [api, through] = [await serve(json(EMPTY_STATS)), await proxy()];
    await fetchThrough(api.url, { HTTP_PROXY: through.url, NO_PROXY: "example.com,.internal" });
    expect(through.tunnels).toHaveLength(1);
  });

  test("gets its credentials, and they leave no other trace", async () => {
    const [api, through] = [await serve(json(EMPTY_STATS)), await proxy()];
    await fetchThrough(api.url, { HTTP_PROXY: through.url.replace("//", "//scout:p%40ss@") });
    expect(through.headers[0]?.["proxy-authorization"]).toBe(`Basic ${Buffer.from("scout:p@ss").toString("base64")}`);
    expect(Object.keys(api.requests[0]?.headers ?? {})).not.toContain("proxy-authorization");
  });

  test("that refuses the tunnel is a broken connection", async () => {
    const [api, through] = [
      await serve(json(EMPTY_STATS)),
      await proxy({ refusal: "407 Proxy Authentication Required" }),
    ];
    const failure = await failureOf(fetchThrough(api.url, { HTTP_PROXY: through.url }));
    expect(failure).toMatchObject({ reason: "network", status: undefined });
    expect(api.requests).toEqual([]);
  });

  test("that is down is a broken connection", async () => {
    const [api, through] = [await serve(json(EMPTY_STATS)), await proxy()];
    await through.close();
    expect(await failureOf(fetchThrough(api.url, { HTTP_PROXY: through.url }))).toMatchObject({ reason: "network" });
  });
});
