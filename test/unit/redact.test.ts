import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor, redactDocument, redactLine } from "../../src/redact.ts";

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

const hexOf = (text: string) => Buffer.from(text).toString("hex");
const eachCharacter = (spell: (code: number) => string) => (text: string) =>
  Array.from(text, (character) => spell(character.charCodeAt(0))).join("");
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** How others may spell a text. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  percent: eachCharacter((code) => `%${code.toString(16).padStart(2, "0")}`),
  "percent in capitals": eachCharacter((code) => `%${code.toString(16).padStart(2, "0").toUpperCase()}`),
  "a component in lower case": (text) => encodeURIComponent(text).replace(/%../g, (part) => part.toLowerCase()),
  "percent twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "percent three times": (text) => encodeURIComponent(encodeURIComponent(encodeURIComponent(text))),
  "JSON's escapes": eachCharacter((code) => `\\u${code.toString(16).padStart(4, "0")}`),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify({ a: text })),
  "JavaScript's escapes": eachCharacter((code) => `\\x${code.toString(16).padStart(2, "0")}`),
  "decimal entities": eachCharacter((code) => `&#${code};`),
  "hexadecimal entities": eachCharacter((code) => `&#x${code.toString(16)};`),
  "entities of many zeros": eachCharacter((code) => `&#X000${code.toString(16).toUpperCase()};`),
  "escaped entities": eachCharacter((code) => `&amp;#${code};`),
  "named entities": (text) =>
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll("'", "&#39;")
      .replaceAll('"', "&quot;")
      .replaceAll("/", "&sol;")
      .replaceAll("+", "&plus;"),
  hex: hexOf,
  "hex in capitals": (text) => hexOf(text).toUpperCase(),
};

describe("a secret is replaced, as others spell it", () => {
  test.each(Object.entries(SPELLINGS))("%s", (_, spell) => {
    expect(redact(`before ${spell(KEY)} after`)).toMatch(/^before ["\\{a:]*<secret>["\\}]* after$/);
  });

  test.each(["", "x", "xy", "xyz"])("base64, behind %j", (before) => {
    const spelled = base64(`${before}${KEY}yz`);
    for (const text of [spelled, spelled.replaceAll("+", "-").replaceAll("/", "_"), spelled.replaceAll("/", "\\/")]) {
      expect(redact(text)).toMatch(/^.{0,7}<secret>.{0,7}$/);
    }
  });

  test("in a mixture", () => {
    expect(redact(`k&sol;%65\\u002by%20&amp;#38;1&#39;%2522\\\\x`)).toBe("<secret>");
  });
});

describe("a document", () => {
  test("is redacted in its texts and names, however deep, and keeps its form", () => {
    const document = {
      data: [{ id: KEY, n: 5, list: [`a ${KEY}`, null, true] }],
      [`x${KEY}`]: { [KEY]: encodeURIComponent(KEY) },
    };
    expect(redactDocument(document, redact)).toEqual({
      data: [{ id: "<secret>", n: 5, list: ["a <secret>", null, true] }],
      "x<secret>": { "<secret>": "<secret>" },
    });
  });

  test.each([KEY, 5, null])("may be %j alone", (document) => {
    expect(redactDocument(document, redact)).toBe(document === KEY ? "<secret>" : document);
  });

  test("may be deeper than the stack", () => {
    const depth = 100_000;
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(depth)}${JSON.stringify(KEY)}${"}".repeat(depth)}`);
    let node = redactDocument(deep, redact);
    while (typeof node === "object" && node !== null) node = Reflect.get(node, "a");
    expect(node).toBe("<secret>");
  });

  test("may have a property called like a prototype", () => {
    const document: unknown = JSON.parse(`{"__proto__":{"a":${JSON.stringify(KEY)}}}`);
    expect(JSON.stringify(redactDocument(document, redact))).toBe('{"__proto__":{"a":"<secret>"}}');
  });
});

describe("of thousands of secrets", () => {
  const keys = Array.from({ length: 3_000 }, (_, index) => `key-number_${index}-of-the-tests`);
  const many = createRedactor(keys);
  const escaped = "50 % of it; \\n &#x ".repeat(20_000);

  test.each(Object.entries(SPELLINGS))("one is replaced in a long text with escapes: %s", (_, spell) => {
    const key = keys[2_000] ?? "";
    expect(many(`${escaped}${spell(key)}${escaped}`)).toContain("<secret>");
  });

  test("a text without one is left alone", () => {
    expect(many(escaped)).toBe(escaped);
  });
});

describe("a line of a log", () => {
  const redactWord = createRedactor(["workspace"]);

  test("keeps the names of its fields, and loses the secret everywhere else", () => {
    const line = '{"level":"info","workspace":"my-workspace","err":{"workspace":"x"},"msg":"workspace"}\n';
    expect(redactLine(line, redactWord)).toBe(
      '{"level":"info","workspace":"my-<secret>","err":{"<secret>":"x"},"msg":"<secret>"}\n',
    );
  });

  test("that is not JSON is redacted as a text", () => {
    expect(redactLine("a workspace {", redactWord)).toBe("a <secret> {");
  });
});

test("a secret learned later is replaced too, and the first ones still are", () => {
  const learning = createRedactor(["first-secret"]);
  learning.learn("second-secret");
  learning.learn("second-secret");
  expect(learning("first-secret second-secret")).toBe("<secret> <secret>");
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

test("a secret that is not well-formed text does not cause a failure", () => {
  expect(createRedactor(["ab\ud800cd"])("ab\ud800cd %EF%BF%BD")).toBe("<secret> %EF%BF%BD");
});

describe("a redactor", () => {
  // With the brackets of the replacement in it, a secret could be assembled again.
  const secrets = fc.stringMatching(/^[!-~]{8,40}$/).filter((text) => !/[<>]/.test(text));
  const spellings = [
    (secret: string) => secret,
    encodeURIComponent,
    (secret: string) => new URLSearchParams({ q: secret }).toString(),
    (secret: string) => JSON.stringify({ q: secret }),
    ...Object.values(SPELLINGS),
    (secret: string) => `https://api/ws/stats?api_key=${encodeURIComponent(secret)}&x=1`,
  ];

  test("lets no secret through, however it is spelled and whatever surrounds it", () => {
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
