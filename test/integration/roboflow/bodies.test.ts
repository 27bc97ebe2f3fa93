import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { endless, gzipped, json, raw } from "../../support/api-server.ts";
import { EMPTY_STATS, failureOf, serveClient } from "./support.ts";

const ROWS = { data: [{ projectId: "p1", labelerId: "l1", imagesLabeled: 3 }], stats: { numImagesLabeled: 3 } };
const LIMIT = 100_000;
const TOO_LARGE = {
  reason: "too_large",
  status: undefined,
  retryAfterMs: undefined,
  message: "the answer is larger than 100000 bytes; raise api.max_response_bytes",
};

describe("a 200 whose body is not JSON", () => {
  test.each([
    { name: "truncated JSON", body: '{"data":[{"projectId":"p1"', what: "26 characters that are not JSON" },
    { name: "an HTML page", body: "\n<html>Sign in</html>", what: "an HTML page" },
    { name: "nothing", body: "", what: "0 characters that are not JSON" },
    { name: "text", body: "It works!", what: "9 characters that are not JSON" },
    { name: "bytes that are not UTF-8", body: Buffer.from([0x22, 0xff, 0xfe]), what: "3 characters that are not JSON" },
  ])("fails as invalid_json and is not retried: $name", async ({ body, what }) => {
    const { server, fetchStats } = await serveClient([raw(200, body)], { retries: 3 });
    expect(await failureOf(fetchStats())).toEqual({
      reason: "invalid_json",
      status: undefined,
      retryAfterMs: undefined,
      message: `the API answered 200 with ${what}`,
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe("a 200 that carries an error", () => {
  test.each([
    { name: "a text", body: { error: "no such thing" }, text: "no such thing" },
    { name: "a text and a hint", body: { error: "no such thing", hint: "look" }, text: "no such thing" },
    { name: "an object", body: { error: { message: "no such thing" } }, text: "no such thing" },
    { name: "an object with a type only", body: { error: { type: "Gone" } }, text: "Gone" },
    { name: "a code and a message", body: { error: "gone", message: "no such thing" }, text: "gone: no such thing" },
    { name: "true", body: { error: true }, text: '{"error":true}' },
    { name: "a text next to data", body: { ...ROWS, error: "partial" }, text: "partial" },
  ])("fails as http and is not retried: $name", async ({ body, text }) => {
    const { server, observations, fetchStats } = await serveClient([json(body)], { retries: 3 });
    expect(await failureOf(fetchStats())).toEqual({
      reason: "http",
      status: 200,
      retryAfterMs: undefined,
      message: `the API answered 200 with an error: ${text}`,
    });
    expect(server.requests).toHaveLength(1);
    expect(observations).toMatchObject([{ kind: "request", status: 200 }]);
  });

  test("of a code and a message without the word fails as a document of another form", async () => {
    const { server, fetchStats } = await serveClient([json({ code: "gone", message: "no" })], { retries: 3 });
    expect(await failureOf(fetchStats())).toMatchObject({
      reason: "invalid_schema",
      message: "the answer holds neither data nor stats",
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each([null, false, ""])("named %j is not a failure", async (error) => {
    const { fetchStats } = await serveClient([json({ ...ROWS, error })]);
    expect([...(await fetchStats()).rows]).toHaveLength(1);
  });
});

describe("the limit on a body's size", () => {
  test("lets a body of exactly that size pass", async () => {
    const body = JSON.stringify(EMPTY_STATS);
    const { fetchStats } = await serveClient([raw(200, body)], { maxResponseBytes: body.length });
    expect([...(await fetchStats()).rows]).toEqual([]);
  });

  test("refuses one byte more and does not try again", async () => {
    const body = JSON.stringify(EMPTY_STATS);
    const options = { maxResponseBytes: body.length - 1, retries: 3 };
    const { server, fetchStats } = await serveClient([raw(200, body)], options);
    expect(await failureOf(fetchStats())).toMatchObject({ reason: "too_large" });
    expect(server.requests).toHaveLength(1);
  });

  test("leaves a body without end instead of reading on", async () => {
    const { answer, closed } = endless(Buffer.alloc(16_384, " "));
    const { fetchStats } = await serveClient([answer], { maxResponseBytes: LIMIT });
    expect(await failureOf(fetchStats())).toEqual(TOO_LARGE);
    await closed;
  });

  test("counts what a gzip bomb inflates to, and leaves the bomb", async () => {
    const { answer, closed } = endless(gzipSync(Buffer.alloc(10_000_000, " ")), { "content-encoding": "gzip" });
    const { fetchStats } = await serveClient([answer], { maxResponseBytes: LIMIT });
    expect(await failureOf(fetchStats())).toEqual(TOO_LARGE);
    await closed;
  });

  test("leaves the body of a failure when it has no end", async () => {
    const { answer, closed } = endless(Buffer.alloc(16_384, "x"));
    const { fetchStats } = await serveClient([
      (request, response) => {
        response.statusCode = 500;
        const writeHead = response.writeHead.bind(response);
        response.writeHead = () => writeHead(500);
        answer(request, response);
      },
    ]);
    expect(await failureOf(fetchStats())).toMatchObject({ reason: "http", status: 500 });
    await closed;
  });
});

describe("a compressed body", () => {
  const text = JSON.stringify(ROWS);
  const parsed = [{ project: "p1", labeler: "l1", values: { imagesLabeled: 3 } }];

  test("is asked for", async () => {
    const { server, fetchStats } = await serveClient([gzipped(ROWS)]);
    expect([...(await fetchStats()).rows]).toEqual(parsed);
    expect(server.requests[0]?.headers["accept-encoding"]).toBe("gzip, deflate, br");
  });

  test.each([
    { encoding: "gzip", body: gzipSync(text) },
    { encoding: "GZIP", body: gzipSync(text) },
    { encoding: "x-gzip", body: gzipSync(text) },
    { encoding: "deflate", body: deflateSync(text) },
    { encoding: "deflate", body: deflateRawSync(text) },
    { encoding: "br", body: brotliCompressSync(text) },
    { encoding: "identity", body: Buffer.from(text) },
    { encoding: "", body: Buffer.from(text) },
    { encoding: "br, gzip", body: gzipSync(brotliCompressSync(text)) },
    { encoding: "gzip", body: gzipSync(`\ufeff${text}`) },
  ])("is undone when it comes as $encoding", async ({ encoding, body }) => {
    const { fetchStats } = await serveClient([raw(200, body, { "content-encoding": encoding })]);
    expect([...(await fetchStats()).rows]).toEqual(parsed);
  });

  test("is undone in the body of a failure", async () => {
    const body = gzipSync('{"error":"no such thing"}');
    const { fetchStats } = await serveClient([raw(404, body, { "content-encoding": "gzip" })]);
    expect((await failureOf(fetchStats())).message).toMatch(/: no such thing$/);
  });

  test.each(["gzip, gzip, gzip, gzip", "zstd", "gzip, toString"])(
    "of the encoding %s is not read, and not asked for again",
    async (encoding) => {
      const { server, fetchStats } = await serveClient([raw(200, "x", { "content-encoding": encoding })], {
        retries: 3,
      });
      expect(await failureOf(fetchStats())).toMatchObject({ reason: "invalid_json" });
      expect(server.requests).toHaveLength(1);
    },
  );

  test.each([
    { name: "cut", body: gzipSync(text).subarray(0, -4) },
    { name: "damaged", body: Buffer.from("this is not gzip") },
  ])("that is $name counts as a broken connection and is tried again", async ({ body }) => {
    const broken = raw(200, body, { "content-encoding": "gzip" });
    const { server, fetchStats } = await serveClient([broken, gzipped(ROWS)], { retries: 1 });
    expect([...(await fetchStats()).rows]).toEqual(parsed);
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    { name: "gzip", bomb: gzipSync(Buffer.alloc(LIMIT + 1, " ")), encoding: "gzip" },
    { name: "brotli", bomb: brotliCompressSync(Buffer.alloc(LIMIT + 1, " ")), encoding: "br" },
    { name: "gzip in gzip", bomb: gzipSync(gzipSync(Buffer.alloc(LIMIT + 1, " "))), encoding: "gzip, gzip" },
  ])("that inflates to one byte too many is refused: $name", async ({ bomb, encoding }) => {
    const answer = raw(200, bomb, { "content-encoding": encoding });
    const { fetchStats } = await serveClient([answer], { maxResponseBytes: LIMIT });
    expect(await failureOf(fetchStats())).toEqual(TOO_LARGE);
  });
});

test("a byte order mark before the JSON is passed over", async () => {
  const { fetchStats } = await serveClient([raw(200, `\ufeff${JSON.stringify(EMPTY_STATS)}`)]);
  expect([...(await fetchStats()).rows]).toEqual([]);
});
