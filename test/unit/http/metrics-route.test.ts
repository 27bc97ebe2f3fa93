import { withChunkMaker } from "../../../src/exposition/chunk.ts";
import { SOURCES } from "../../../src/sources/sources.ts";
import { connect } from "node:net";
import { once } from "node:events";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { CONTENT_TYPES } from "../../../src/self/registry.ts";
import { parseExposition, valueOf } from "../../support/exposition.ts";
import { ask, bodyOf, serveApp, type ServedApp } from "./support.ts";

const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PROMETHEUS_2 =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const PROMETHEUS_3 =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
const PROTOBUF =
  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

let app: ServedApp;

beforeEach(async () => {
  app = await serveApp();
});

afterEach(async () => {
  await app.close();
});

test("the content types are those of the formats' specifications", () => {
  expect(CONTENT_TYPES).toEqual({ text: TEXT, openmetrics: OPENMETRICS });
});

describe("the format by Accept", () => {
  test.each([
    { name: "nothing", accept: undefined, type: TEXT },
    { name: "an empty header", accept: "", type: TEXT },
    { name: "anything", accept: "*/*", type: TEXT },
    { name: "text", accept: "text/plain", type: TEXT },
    { name: "any text", accept: "text/*", type: TEXT },
    { name: "text 0.0.4", accept: "text/plain;version=0.0.4", type: TEXT },
    { name: "text with a charset", accept: "text/plain; version=0.0.4; charset=utf-8", type: TEXT },
    { name: "text 1.0.0 alone, which we do not have", accept: "text/plain;version=1.0.0", type: TEXT },
    { name: "a browser", accept: BROWSER, type: TEXT },
    { name: "OpenMetrics", accept: "application/openmetrics-text", type: OPENMETRICS },
    {
      name: "OpenMetrics 1.0.0",
      accept: "application/openmetrics-text; version=1.0.0; charset=utf-8",
      type: OPENMETRICS,
    },
    {
      name: "OpenMetrics 0.0.1 alone, which we do not have",
      accept: "application/openmetrics-text;version=0.0.1",
      type: TEXT,
    },
    { name: "OpenMetrics in capitals", accept: "Application/OpenMetrics-Text", type: OPENMETRICS },
    { name: "OpenMetrics less than text", accept: "application/openmetrics-text;q=0.1,text/plain;q=0.9", type: TEXT },
    { name: "Prometheus 2", accept: PROMETHEUS_2, type: OPENMETRICS },
    { name: "Prometheus 3", accept: PROMETHEUS_3, type: OPENMETRICS },
    { name: "Prometheus with protobuf first", accept: PROTOBUF, type: OPENMETRICS },
    { name: "protobuf alone", accept: "application/vnd.google.protobuf", type: TEXT },
    { name: "garbage", accept: ";;;,=q/;q=banana", type: TEXT },
    { name: "OpenMetrics refused", accept: "application/openmetrics-text;q=0,*/*", type: TEXT },
    { name: "everything refused", accept: "*/*;q=0", type: TEXT },
  ])("for $name is $type", async ({ accept, type }) => {
    const { status, headers, body } = await ask(app.port, "/metrics", accept === undefined ? {} : { Accept: accept });
    expect([status, headers["content-type"]]).toEqual([200, type]);
    const families = parseExposition(body.toString(), type === TEXT ? "text" : "openmetrics");
    expect(valueOf(families, "roboflow_images_labeled")).toBe(73);
    expect(body.toString().includes("# EOF")).toBe(type === OPENMETRICS);
  });
});

describe("compression by Accept-Encoding", () => {
  test.each([
    { accept: undefined, encoding: undefined },
    { accept: "", encoding: undefined },
    { accept: "gzip", encoding: "gzip" },
    { accept: "GZIP", encoding: "gzip" },
    { accept: "gzip, deflate, br, zstd", encoding: "gzip" },
    { accept: "gzip;q=0", encoding: undefined },
    { accept: "gzip;q=0.1, identity;q=0.9", encoding: undefined },
    { accept: "identity", encoding: undefined },
    { accept: "br", encoding: undefined },
    { accept: "*", encoding: "gzip" },
    { accept: "*;q=0", encoding: undefined },
    { accept: "identity;q=0, br", encoding: undefined },
    { accept: "identity;q=0, gzip", encoding: "gzip" },
  ])("$accept gives $encoding", async ({ accept, encoding }) => {
    const given = accept === undefined ? {} : { "Accept-Encoding": accept };
    const { status, headers, body } = await ask(app.port, "/metrics", given);
    expect([status, headers["content-encoding"]]).toEqual([200, encoding]);
    expect(headers["vary"]).toBe("Accept, Accept-Encoding");
    expect(Number(headers["content-length"])).toBe(body.length);
    const plain = encoding === "gzip" ? gunzipSync(body) : body;
    expect(valueOf(parseExposition(plain.toString()), "roboflow_images_labeled")).toBe(73);
  });

  test.each([undefined, PROMETHEUS_3])(
    "gzip is one member that holds what identity holds (Accept: %s)",
    async (accept) => {
      const headers = accept === undefined ? {} : { Accept: accept };
      const plain = await ask(app.port, "/metrics", headers);
      const zipped = await ask(app.port, "/metrics", { ...headers, "Accept-Encoding": "gzip" });
      expect(gunzipSync(zipped.body)).toEqual(plain.body);
      // A member ends with the length of what it holds: all of it, so there is no second member.
      expect(zipped.body.readUInt32LE(zipped.body.length - 4)).toBe(plain.body.length);
      expect(zipped.body.length).toBeLessThan(plain.body.length / 3);
    },
  );
});

test("a body of many megabytes arrives whole, and the exporter's own metrics after it", async () => {
  const big = bodyOf(4 * 2 ** 20);
  const large = await serveApp({ current: () => Promise.resolve(big) });
  onTestFinished(large.close);
  const { headers, body } = await ask(large.port, "/metrics");
  expect(Number(headers["content-length"])).toBe(body.length);
  expect(body.subarray(0, big.length).equals(Buffer.concat(big.identity ?? []))).toBe(true);
  expect(body.subarray(big.length).toString()).toContain("\nroboflow_exporter_build_info{");
});

test("a body whose plain bytes were not kept arrives as it is with gzip", async () => {
  const lines = Buffer.from("roboflow_images_labeled 1\n".repeat(60_000));
  const chunk = await withChunkMaker((maker) => maker.make(lines));
  const large = await serveApp({ current: () => Promise.resolve({ ...bodyOf(1), ...chunk }) });
  onTestFinished(large.close);
  const [plain, zipped] = [
    await ask(large.port, "/metrics"),
    await ask(large.port, "/metrics", { "Accept-Encoding": "gzip" }),
  ];
  expect(chunk.identity).toBeUndefined();
  expect(Number(plain.headers["content-length"])).toBe(plain.body.length);
  expect(plain.body.subarray(0, lines.length).equals(lines)).toBe(true);
  expect(plain.body.subarray(lines.length).toString()).toContain("\nroboflow_exporter_build_info{");
  expect(gunzipSync(zipped.body).subarray(0, lines.length).equals(lines)).toBe(true);
  const head = await ask(large.port, "/metrics", {}, "HEAD");
  expect([head.status, head.body.length]).toEqual([200, 0]);
  expect(Number(head.headers["content-length"])).toBeGreaterThan(lines.length);
});

test("bytes that cannot be inflated are reported, and what was promised is not sent as if it were whole", async () => {
  const broken = { identity: undefined, deflated: [Buffer.from("not deflated")], length: 5_000_000, crc: 0, shift: 0 };
  const large = await serveApp({ current: () => Promise.resolve({ ...bodyOf(1), ...broken }) });
  onTestFinished(large.close);
  expect((await ask(large.port, "/metrics")).body.length).toBeLessThan(broken.length);
  expect(large.lines.filter(({ msg }) => msg === "request failed")).toHaveLength(1);
});

describe("HEAD", () => {
  test.each([{}, { "Accept-Encoding": "gzip" }, { Accept: PROMETHEUS_3 }])(
    "has GET's headers and no body: %j",
    async (given) => {
      const get = await ask(app.port, "/metrics", given);
      const head = await ask(app.port, "/metrics", given, "HEAD");
      expect(head.status).toBe(200);
      expect({ ...head.headers, date: "" }).toEqual({ ...get.headers, date: "" });
      expect(head.body).toHaveLength(0);
    },
  );
});

describe("counters in both formats", () => {
  const read = async (accept: string) => {
    const { headers, body } = await ask(app.port, "/metrics", { Accept: accept });
    const format = headers["content-type"] === TEXT ? "text" : "openmetrics";
    return { format, body: body.toString(), families: parseExposition(body.toString(), format) } as const;
  };

  test("keep their names, however the formats alternate and however many ask at the same time", async () => {
    // One address may have 30 scrapes at a time.
    const accepts = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? PROMETHEUS_3 : "text/plain"));
    const both = [
      ...(await Promise.all(accepts.map(read))),
      await read(PROMETHEUS_2),
      await read("*/*"),
      await read(PROMETHEUS_2),
    ];
    expect(new Set(both.map(({ format }) => format))).toEqual(new Set(["text", "openmetrics"]));
    for (const { format, body, families } of both) {
      expect(body).toContain('\nroboflow_exporter_polls_total{workspace="acme",source="insights"} 1\n');
      expect(body).toContain("\nprocess_cpu_seconds_total ");
      expect(body).not.toContain("_total_total");
      const family = format === "text" ? "roboflow_exporter_polls_total" : "roboflow_exporter_polls";
      expect(families.get(family)?.type).toBe("counter");
    }
  });

  test("are fresh: what was counted a moment ago is in the next answer, within the same second", async () => {
    const polls = async () =>
      valueOf((await read("*/*")).families, "roboflow_exporter_polls_total", { source: "insights" });
    expect(await polls()).toBe(1);
    app.selfMetrics.forWorkspace("acme", SOURCES).forSource("insights").pollEnded(1, "timeout");
    expect(await polls()).toBe(2);
  });

  test("and samples of the process are taken once a second at most", async () => {
    const first = (await read("*/*")).body;
    expect((await read("*/*")).body).toBe(first);
    app.clock.advance(999);
    expect((await read("*/*")).body).toBe(first);
    app.clock.advance(1);
    const later = (await read("*/*")).body;
    expect(later).not.toBe(first);
    // A clock that was set back does not freeze them either.
    app.clock.jump(-3_600_000);
    app.clock.advance(1_000);
    expect((await read("*/*")).body).not.toBe(later);
  });
});

describe("more requests than --web.max-requests", () => {
  test("are answered 503 while a reader stalls, and served again when it is gone", async () => {
    const big = bodyOf(64 * 2 ** 20);
    let took: () => void = () => undefined;
    const taken = new Promise<void>((resolve) => (took = resolve));
    const small = await serveApp({ maxRequests: 1, current: () => Promise.resolve(big).finally(took) });
    onTestFinished(small.close);
    const stalled = connect(small.port, "127.0.0.1").pause();
    stalled.write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    await taken;
    const refused = await ask(small.port, "/metrics");
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "1"]);
    expect(refused.body.toString()).toBe("Limit of concurrent requests reached (1); raise --web.max-requests.\n");
    expect((await ask(small.port, "/-/healthy")).status).toBe(200);
    stalled.destroy();
    await once(stalled, "close");
    // The server learns of it with its own next look at the connection.
    let status = 503;
    while (status === 503) ({ status } = await ask(small.port, "/metrics", {}, "HEAD"));
    expect(status).toBe(200);
  });
});
