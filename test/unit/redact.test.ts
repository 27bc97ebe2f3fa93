import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor } from "../../src/redact.ts";

const KEY = `k/e+y &1'"\\x`;
const redact = createRedactor([KEY]);

describe("a secret is replaced", () => {
  test.each([
    { name: "as it is", text: `key ${KEY}.`, redacted: "key <secret>." },
    { name: "every time", text: `${KEY}${KEY} ${KEY}`, redacted: "<secret><secret> <secret>" },
    { name: "as a component of a URL", text: `at /${encodeURIComponent(KEY)}/x`, redacted: "at /<secret>/x" },
    {
      name: "as a parameter of a URL",
      text: new URLSearchParams({ q: KEY, z: "1" }).toString(),
      redacted: "q=<secret>&z=1",
    },
    { name: "as JSON spells it", text: JSON.stringify({ a: KEY }), redacted: '{"a":"<secret>"}' },
  ])("$name", ({ text, redacted }) => {
    expect(redact(text)).toBe(redacted);
  });
});

describe("whatever an api_key parameter holds is replaced", () => {
  test.each([
    { text: "GET /x?api_key=other&a=1", redacted: "GET /x?api_key=<secret>&a=1" },
    { text: "GET /x?a=1&API_KEY=other HTTP/1.1", redacted: "GET /x?a=1&API_KEY=<secret> HTTP/1.1" },
    { text: '{"url":"/x?api_key=other"}', redacted: '{"url":"/x?api_key=<secret>"}' },
    { text: "'/x?api_key=other'", redacted: "'/x?api_key=<secret>'" },
    { text: "<a href=/x?api_key=other>", redacted: "<a href=/x?api_key=<secret>" },
    { text: "/x?api_key=&a=1", redacted: "/x?api_key=&a=1" },
    { text: `/x?api_key=${KEY}&a=1`, redacted: "/x?api_key=<secret>&a=1" },
  ])("$text", ({ text, redacted }) => {
    expect(redact(text)).toBe(redacted);
  });
});

test("a secret that begins with another loses its end too", () => {
  expect(createRedactor(["abcd", "abcd-efgh"])("abcd-efgh, abcd")).toBe("<secret>, <secret>");
});

test.each([[[]], [[""]]])("the secrets %j leave a text alone", (secrets) => {
  expect(createRedactor(secrets)("a text")).toBe("a text");
});

test("a secret that is no well-formed text is no reason to fail", () => {
  expect(createRedactor(["ab\ud800cd"])("ab\ud800cd %EF%BF%BD")).toBe("<secret> %EF%BF%BD");
});

describe("a redactor", () => {
  // With the brackets of the replacement in it, a secret could be put together anew.
  const secrets = fc.stringMatching(/^[!-~]{8,40}$/).filter((text) => !/[<>]/.test(text));
  const spellings = [
    (secret: string) => secret,
    encodeURIComponent,
    (secret: string) => new URLSearchParams({ q: secret }).toString(),
    (secret: string) => JSON.stringify({ q: secret }),
    (secret: string) => `https://api/ws/stats?api_key=${encodeURIComponent(secret)}&x=1`,
  ];

  test("lets no secret through, however it is spelled and whatever stands around it", () => {
    fc.assert(
      fc.property(
        fc.array(secrets, { minLength: 1, maxLength: 3 }),
        fc.string(),
        fc.string(),
        (keys, before, after) => {
          const redact = createRedactor(keys);
          const texts = keys.flatMap((key) => spellings.map((spell) => redact(`${before}${spell(key)}${after}`)));
          const traces = keys.flatMap((key) => [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)]);
          expect(texts.filter((text) => traces.some((trace) => text.includes(trace)))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("leaves a text without secrets alone", () => {
    fc.assert(
      fc.property(secrets, fc.string(), (key, text) => {
        fc.pre(!text.includes(key) && !/api_key=/i.test(text));
        expect(createRedactor([key])(text)).toBe(text);
      }),
    );
  });
});
