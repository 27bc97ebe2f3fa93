import { describe, expect, test } from "vitest";
import { describeErrorBody, describeFailure } from "../../../src/api/error-body.ts";
import { createRedactor } from "../../../src/redact.ts";

const KEY = "rf-9f86d081884c7d65";
const redact = createRedactor([KEY]);

describe("an error's body", () => {
  test.each([
    { body: { error: "no such thing" }, text: "no such thing" },
    { body: { error: "no such thing", hint: "look elsewhere" }, text: "no such thing" },
    { body: { error: { message: "no such thing", hint: "look", type: "Gone" } }, text: "no such thing" },
    { body: { error: { message: " ", type: "GraphMethodException" } }, text: "GraphMethodException" },
    { body: { error: "gone", message: "no such thing" }, text: "gone: no such thing" },
    { body: { error: "gone", message: 5 }, text: "gone" },
    { body: { error: {} }, text: "no message" },
    { body: { error: ["a"] }, text: "no message" },
    { body: { error: 500 }, text: "no message" },
    { body: { error: " two\n lines " }, text: "two lines" },
    { body: { error: "x".repeat(300) }, text: "x".repeat(200) },
    { body: { error: `bad key ${KEY}` }, text: "bad key <secret>" },
  ])("$body says $text", ({ body, text }) => {
    expect(describeErrorBody(body, redact)).toBe(text);
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
  ])("%j carries none", (body) => {
    expect(describeErrorBody(body, redact)).toBeUndefined();
  });

  test("is said in the same words when the status told of it", () => {
    expect(describeFailure('{"error":{"message":"no such thing"}}', redact)).toBe("no such thing");
    expect(describeFailure('{"code":"gone","message":"no such thing"}', redact)).toBe("no such thing");
    expect(describeFailure('"text"', redact)).toBe("no message");
  });

  test("never shows a piece of the key, wherever the text is cut", () => {
    const traces = Array.from({ length: 220 }, (_, length) => `${"x".repeat(length)}${KEY}`).flatMap((text) => [
      describeErrorBody({ error: text }, redact),
      describeFailure(JSON.stringify({ message: text }), redact),
      describeFailure(text, redact),
    ]);
    expect(traces.filter((text) => text === undefined || /rf-|9f/.test(text))).toEqual([]);
  });
});
