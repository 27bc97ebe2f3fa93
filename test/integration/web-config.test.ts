import { ManualClock } from "../support/manual-clock.ts";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { type RequestOptions, request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { connect } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { runHealthcheck } from "../../src/cli/healthcheck.ts";
import { run } from "../../src/cli/program.ts";
import { systemClock } from "../../src/clock.ts";
import { ConfigError } from "../../src/errors.ts";
import { json, startApiServer } from "../support/api-server.ts";
import { configFrom, type HarnessDeps, scrape, startHarness } from "../support/exporter-harness.ts";
import { createTestHost } from "../support/test-host.ts";
import { pem } from "../support/tls-server.ts";

/** Of "secret", at the lowest cost. */
const HASH = "$2y$04$Ov6vUG2w58aJ8hquj13fQOe3X2Dvu1OoIhad4N3AT5NoxEnU0eOQi";
const TLS = "tls_server_config:\n  cert_file: good.pem\n  key_file: test-only-key.pem\n";
const CLIENTS = "  client_ca_file: authority.pem\n  client_auth_type: RequireAndVerifyClientCert\n";
const USERS = `basic_auth_users:\n  prometheus: ${HASH}\n`;

/** A web configuration file among the certificates of the tests. */
function webFile(content: string) {
  const directory = mkdtempSync(path.join(tmpdir(), "web-config-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  for (const name of readdirSync("test/fixtures/tls"))
    copyFileSync(path.join("test/fixtures/tls", name), path.join(directory, name));
  const file = path.join(directory, "web.yml");
  const put = (name: string, replaced: string) => {
    writeFileSync(path.join(directory, name), replaced);
  };
  put("web.yml", content);
  return { file, put };
}

/** An exporter with a web configuration, that polls an API without data. */
async function start(content: string, deps: HarnessDeps = { clock: systemClock }) {
  const api = await startApiServer(json({ data: [], labelers: [], stats: {} }));
  const { file, put } = webFile(content);
  const config = configFrom(
    { api: { url: api.url }, windows: ["7d"], workspaces: [{ name: "acme", api_key: "rf_S3cretKeyOfTheTests" }] },
    { webConfigFile: file },
  );
  const harness = await startHarness(config, deps);
  onTestFinished(async () => {
    await harness.exporter.stop();
    await api.close();
  });
  return { ...harness, put };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks over TLS, over a connection of its own. */
function ask(url: string, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { ca: pem("authority"), agent: false, ...options }, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode, headers: response.headers, body });
      }, reject);
    })
      .on("error", reject)
      .end();
  });
}

const statusOf = async (url: string, options: RequestOptions = {}) => (await ask(url, options)).status;

test("metrics are scraped over TLS", async () => {
  const { url } = await start(TLS);
  expect(url).toMatch(/^https:/);
  const { status, body } = await ask(`${url}/metrics`);
  expect(status).toBe(200);
  expect(body).toContain("roboflow_exporter_web_config_last_reload_successful 1");
});

test("without TLS, users and headers work as well", async () => {
  const { url } = await start(`${USERS}http_server_config:\n  headers:\n    X-Frame-Options: deny\n`);
  const response = await fetch(`${url}/metrics`);
  expect([response.status, response.headers.get("x-frame-options")]).toEqual([401, "deny"]);
});

describe("basic authentication", () => {
  const PATHS = ["/metrics", "/", "/-/ready", "/nowhere", "/-/healthy?x", "/-/healthy/", "//-/healthy", "/%2D/healthy"];

  test.each(PATHS)("%s is for users alone", async (page) => {
    const { url } = await start(TLS + USERS);
    const { status, headers, body } = await ask(url + page);
    expect({ status, body }).toEqual({ status: 401, body: "Unauthorized.\n" });
    expect(headers["www-authenticate"]).toMatch(/^Basic /);
    expect(await statusOf(url + page, { auth: "prometheus:wrong" })).toBe(401);
    expect(await statusOf(url + page, { auth: "stranger:secret" })).toBe(401);
    expect(await statusOf(url + page, { auth: "prometheus:secret" })).not.toBe(401);
  });

  test("the health check of this machine needs no password, with GET and HEAD", async () => {
    const { url } = await start(TLS + USERS);
    expect(await statusOf(`${url}/-/healthy`)).toBe(200);
    expect(await statusOf(`${url}/-/healthy`, { method: "HEAD" })).toBe(200);
    expect(await statusOf(`${url}/-/healthy`, { method: "POST" })).toBe(401);
  });

  test("one client that guesses without end does not keep the others waiting", async () => {
    const { url } = await start(TLS + USERS);
    const guesses = Array.from({ length: 40 }, (_, index) => statusOf(url, { auth: `prometheus:${index}` }));
    const statuses = await Promise.all(guesses);
    expect(statuses).toContain(401);
    expect(statuses.filter((status) => status !== 401 && status !== 503)).toEqual([]);
    expect(await statusOf(url, { auth: "prometheus:secret" })).toBe(200);
  });
});

describe("certificates of clients", () => {
  const key = pem("test-only-key");
  const KNOWN = { cert: pem("good"), key };
  const STRANGER = { cert: pem("self-signed"), key };
  const EXPIRED = { cert: pem("expired"), key };

  test.each([
    { type: "NoClientCert", none: 200, stranger: 200, expired: 200 },
    { type: "RequestClientCert", none: 200, stranger: 200, expired: 200 },
    { type: "RequireAnyClientCert", none: 403, stranger: 200, expired: 200 },
    { type: "VerifyClientCertIfGiven", none: 200, stranger: 403, expired: 403 },
    { type: "RequireAndVerifyClientCert", none: 403, stranger: 403, expired: 403 },
  ])("with $type: none $none, a stranger's $stranger, an expired one $expired", async (row) => {
    const authorities = row.type.includes("Verify") ? "  client_ca_file: authority.pem\n" : "";
    const { url } = await start(`${TLS}${authorities}  client_auth_type: ${row.type}\n`);
    const statuses = await Promise.all(
      [{}, STRANGER, EXPIRED, KNOWN].map((client) => statusOf(`${url}/metrics`, client)),
    );
    expect(statuses).toEqual([row.none, row.stranger, row.expired, 200]);
  });

  test("only names that are allowed come in", async () => {
    const { url } = await start(`${TLS}${CLIENTS}  client_allowed_sans: [elsewhere.test]\n`);
    expect(await statusOf(`${url}/metrics`, KNOWN)).toBe(403);
    expect(await statusOf(`${url}/metrics`, { cert: pem("elsewhere"), key })).toBe(200);
  });

  test("a session cannot be taken up again: it would bring no certificate", async () => {
    const { url } = await start(TLS + CLIENTS);
    const { port } = new URL(url);
    const dial = (session?: Buffer) =>
      new Promise<{ isReused: boolean; session: Buffer | undefined }>((resolve, reject) => {
        const socket = connect({ port: Number(port), host: "127.0.0.1", ca: pem("authority"), session });
        const seen = { isReused: false, session };
        socket.on("session", (given: Buffer) => (seen.session = given)).on("error", reject);
        socket.once("secureConnect", () => (seen.isReused = socket.isSessionReused()));
        socket.once("close", () => {
          resolve(seen);
        });
        socket.resume().write("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      });
    const { session } = await dial();
    expect((await dial(session)).isReused).toBe(false);
  });

  test("the health check works with users and certificates, and over TLS alone", async () => {
    const { url } = await start(TLS + CLIENTS + USERS);
    let said = "";
    const code = await runHealthcheck(new URL(url).host, { env: {}, stderr: { write: (more) => (said += more) } });
    expect({ code, said }).toEqual({ code: 0, said: "" });
  });
});

test("more requests than the rate lets in are answered 429, but for the health check", async () => {
  const { url } = await start(`${TLS}rate_limit:\n  interval: 1h\n  burst: 2\n`);
  expect([await statusOf(url), await statusOf(`${url}/metrics`)]).toEqual([200, 200]);
  const { status, headers } = await ask(`${url}/metrics`);
  expect(status).toBe(429);
  expect(Number(headers["retry-after"])).toBeGreaterThan(3_500);
  expect(await statusOf(`${url}/-/healthy`)).toBe(200);
});

test("a header of the file is in every response, and the page keeps its own policy", async () => {
  const headers = "    Strict-Transport-Security: max-age=60\n    Content-Security-Policy: default-src 'self'\n";
  const { url } = await start(`${TLS}http_server_config:\n  headers:\n${headers}`);
  const [metrics, page, missing] = [await ask(`${url}/metrics`), await ask(url), await ask(`${url}/nowhere`)];
  for (const one of [metrics, page, missing]) expect(one.headers["strict-transport-security"]).toBe("max-age=60");
  expect(metrics.headers["content-security-policy"]).toBe("default-src 'self'");
  expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none'/);
});

describe("a file that changes", () => {
  test("gives new connections the new certificate; a broken one is said and shown", async () => {
    const clock = new ManualClock();
    const { url, put, logged } = await start(TLS, { clock });
    const pass = async (message: RegExp, count = 1) => {
      const state = { isSaid: false };
      const isSaid = logged(message, count).then(() => {
        state.isSaid = true;
      });
      while (!state.isSaid) {
        clock.advance(5_000);
        await nextTurn();
      }
      await isSaid;
    };
    const servername = "elsewhere.test";
    await expect(ask(url, { servername })).rejects.toThrow(/altnames/);
    put("good.pem", pem("elsewhere"));
    await pass(/^the web configuration has changed/);
    expect(await statusOf(url, { servername })).toBe(200);

    put("web.yml", "tls_server_confi: {}\n");
    await pass(/^the web configuration cannot be used/);
    const { body } = await ask(`${url}/metrics`, { servername });
    expect(body).toContain("roboflow_exporter_web_config_last_reload_successful 0");

    put("web.yml", USERS);
    await pass(/^the web configuration has changed/, 2);
    expect((await fetch(url.replace("https", "http"))).status).toBe(401);
  });
});

test("a file that cannot be used keeps the exporter from starting", async () => {
  await expect(start("tls_server_confi: {}\n")).rejects.toThrow(ConfigError);
});

test("--config.check looks into the file too", async () => {
  const { file, put } = webFile(TLS);
  const check = async () => {
    const { host, output } = createTestHost({ ROBOFLOW_API_KEY: "rf_S3cretKeyOfTheTests" });
    const code = await run(["--config.check", `--web.config.file=${file}`], host);
    return { code, ...output };
  };
  expect((await check()).code).toBe(0);
  put("web.yml", "tls_server_confi: {}\n");
  const { code, stderr } = await check();
  expect(code).toBe(1);
  expect(stderr).toContain(`--web.config.file: "${file}" line 1: tls_server_confi: is not a known key; valid names: `);
});

test("without the flag nothing is asked of clients", async () => {
  const api = await startApiServer(json({ data: [], labelers: [], stats: {} }));
  const config = configFrom({
    api: { url: api.url },
    windows: ["7d"],
    workspaces: [{ name: "acme", api_key: "rf_S3cretKeyOfTheTests" }],
  });
  const { exporter, url } = await startHarness(config, { clock: systemClock });
  onTestFinished(async () => {
    await exporter.stop();
    await api.close();
  });
  expect(url).toMatch(/^http:/);
  const family = (await scrape(url)).get("roboflow_exporter_web_config_last_reload_successful");
  expect(family?.samples.map(({ value }) => value)).toEqual([1]);
});
