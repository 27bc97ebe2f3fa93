import { describe, expect, test } from "vitest";
import { describeErrorBody, describeFailure } from "../../../src/roboflow/error-response.ts";
import { createRedactor } from "../../../src/redact.ts";

const KEY = "rf-9f86d081884c7d65";
const redact = createRedactor([KEY]);

/** Bodies that have an `error`, which is one whatever the status says. */
const ERRORS: readonly { readonly body: object; readonly text: string }[] = [
  { body: { error: "no such thing" }, text: "no such thing" },
  { body: { error: "no such thing", hint: "look elsewhere" }, text: "no such thing" },
  { body: { error: { message: "no such thing", hint: "look", type: "Gone" } }, text: "no such thing" },
  { body: { error: { message: " ", type: "GraphMethodException" } }, text: "GraphMethodException" },
  { body: { error: "gone", message: "no such thing" }, text: "gone: no such thing" },
  { body: { error: "gone", message: "gone" }, text: "gone" },
  { body: { error: "gone", message: 5 }, text: "gone: 5" },
  { body: { error: ["a", "b"] }, text: "a, b" },
  { body: { error: 500 }, text: "500" },
  { body: { error: true }, text: '{"error":true}' },
  { body: { error: {} }, text: '{"error":{}}' },
  { body: { error: { details: [{ field: "x", issue: "is missing" }] } }, text: "field: x, issue: is missing" },
  { body: { error: { code: 7, details: [{ "@type": "t", description: "quota" }] } }, text: "quota" },
  { body: { error: { status: "DENIED", innererror: { message: "deep" } } }, text: "deep" },
  { body: { error: " two\n lines " }, text: "two lines" },
  { body: { error: "x".repeat(300) }, text: "x".repeat(200) },
  { body: { error: `bad key ${KEY}` }, text: "bad key <secret>" },
  { body: { error: `bad key ${KEY.slice(0, 5)}\u200b${KEY.slice(5)}` }, text: "bad key <secret>" },
  { body: { error: "\u001b]0;owned\u0007\u001b[31mred\u202e\u009b2J\u2028x" }, text: "]0;owned[31mred2J x" },
];

describe("an error's body", () => {
  test("is looked at once, however deep its fields of known names are", () => {
    let looks = 0;
    const innermost = Object.defineProperty({}, "other", { enumerable: true, get: () => looks++ });
    let error: object = innermost;
    for (let depth = 0; depth < 5; depth++) error = { type: error };
    describeErrorBody({ error }, "", redact);
    // As a field that may have a known name, and as any other.
    expect(looks).toBe(2);
  });

  test.each(ERRORS)("$body says $text", ({ body, text }) => {
    expect(describeErrorBody(body, JSON.stringify(body), redact)).toBe(text);
    expect(describeFailure(JSON.stringify(body), redact)).toBe(text);
  });

  test.each([
    null,
    "error",
    5,
    [],
    [{ error: "x" }],
    {},
    { error: null },
    { error: "" },
    { error: false },
    { message: "x" },
    { errors: [], success: true, ok: true, status: "ok" },
    { errors: null, success: null, status: 200 },
    { data: [{ error: "of a row" }] },
  ])("%j carries none", (body) => {
    expect(describeErrorBody(body, JSON.stringify(body), redact)).toBeUndefined();
  });
});

describe("an answer that says it failed, though its status does not", () => {
  const rows = { data: [], labelers: [], stats: {} };
  test.each([
    { body: { data: null, errors: [{ message: "timed out" }] }, text: "timed out" },
    { body: { ...rows, errors: ["timed out"] }, text: "timed out" },
    { body: { ...rows, errors: { stats: "timed out" } }, text: "stats: timed out" },
    { body: { ...rows, errors: "timed out" }, text: "timed out" },
    { body: { ...rows, success: false, message: "timed out" }, text: "timed out" },
    { body: { ...rows, ok: false, reason: "timed out" }, text: "timed out" },
    { body: { ...rows, status: "error", detail: "timed out" }, text: "timed out" },
    { body: { ...rows, status: "Failed" }, text: "Failed" },
    { body: { data: [], success: false }, text: '{"data":[],"success":false}' },
  ])("$body says $text", ({ body, text }) => {
    expect(describeErrorBody(body, JSON.stringify(body), redact)).toBe(text);
  });
});

describe("the body of a failed answer", () => {
  test.each([
    { body: '{"code":"gone","message":"no such thing"}', text: "no such thing" },
    { body: '{"Message":"no such thing"}', text: "no such thing" },
    { body: '{"error_description":"no such thing"}', text: "no such thing" },
    { body: '{"errorMessage":"no such thing"}', text: "no such thing" },
    { body: '{"errors":[{"message":"a"},{"message":"b"}]}', text: "a, b" },
    { body: '{"errors":["a","b"]}', text: "a, b" },
    {
      body: '{"errors":{"startDate":["is no date"],"endDate":["is missing"]}}',
      text: "startDate: is no date, endDate: is missing",
    },
    { body: '{"message":"Validation failed","errors":[{"message":"a"}]}', text: "Validation failed: a" },
    { body: '{"detail":"Not found."}', text: "Not found." },
    { body: '{"detail":[{"loc":["query","x"],"msg":"field required","type":"missing"}]}', text: "field required" },
    {
      body: '{"type":"about:blank","title":"Bad Request","status":400,"detail":"no date"}',
      text: "Bad Request: no date",
    },
    { body: '{"fault":{"faultstring":"Invalid key","detail":{"errorcode":"x"}}}', text: "Invalid key" },
    { body: '[{"error":"a"},{"error":"b"}]', text: "a, b" },
    { body: '"a text"', text: "a text" },
    { body: "5", text: "5" },
    { body: '\ufeff{"message":"a"}', text: "a" },
    { body: '{"code":"E_GONE"}', text: "E_GONE" },
    { body: '{"foo":{"bar":"baz"}}', text: '{"foo":{"bar":"baz"}}' },
    { body: "{}", text: "{}" },
    { body: "null", text: "null" },
    { body: "", text: "an empty body" },
    { body: " \u200b\n", text: "an empty body" },
    { body: "upstream connect error\r\n", text: "upstream connect error" },
    { body: '{"error":"cut', text: '{"error":"cut' },
    { body: "<html><head><title>502 Bad Gateway</title></head></html>", text: "an HTML page: 502 Bad Gateway" },
    { body: "\n<!DOCTYPE html><p>Sign in", text: "an HTML page" },
    {
      body: '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>No</Message></Error>',
      text: "AccessDenied No",
    },
    { body: `{"foo":"${KEY}"}`, text: '{"foo":"<secret>"}' },
    { body: `{"foo":"${"y".repeat(300)}"}`, text: `{"foo":"${"y".repeat(192)}` },
  ])("$body says $text", ({ body, text }) => {
    expect(describeFailure(body, redact)).toBe(text);
  });

  test("may be deeper than the stack", () => {
    const body = `${'{"error":'.repeat(5_000)}"deep"${"}".repeat(5_000)}`;
    expect(describeFailure(body, redact)).toBe(body.slice(0, 200));
  });

  test("never shows a piece of the key, wherever the text is cut", () => {
    const traces = Array.from({ length: 220 }, (_, length) => `${"x".repeat(length)}${KEY}`).flatMap((text) => [
      describeErrorBody({ error: text }, "", redact),
      describeFailure(JSON.stringify({ message: text }), redact),
      describeFailure(text, redact),
    ]);
    expect(traces.filter((text) => text === undefined || /rf-|9f/.test(text))).toEqual([]);
  });
});
