import { describe, expect, test } from "vitest";
import { parseExposition } from "../../support/exposition.ts";

const HEAD = "# HELP a A thing.\n# TYPE a gauge\n";

describe("the parser that the other tests trust", () => {
  test("reads labels, escapes and numbers", () => {
    const text = `${HEAD}a{x="q\\"b\\\\n\\n",y=""} -1.5e+3\na +Inf\n`;
    expect(parseExposition(text).get("a")?.samples).toEqual([
      { name: "a", labels: { x: 'q"b\\n\n', y: "" }, value: -1500 },
      { name: "a", labels: {}, value: Infinity },
    ]);
  });

  test.each([
    { name: "a last line without end", text: `${HEAD}a 1`, error: "no end" },
    { name: "a sample without its family", text: "a 1\n", error: "outside its family" },
    { name: "a sample of another family", text: `${HEAD}b 1\n`, error: "outside its family" },
    { name: "a family given twice", text: `${HEAD}a 1\n${HEAD}`, error: "given twice" },
    { name: "a series given twice", text: `${HEAD}a{x="1",y="2"} 1\na{y="2",x="1"} 1\n`, error: "given twice" },
    { name: "HELP without TYPE", text: "# HELP a A thing.\na 1\n", error: "HELP without TYPE" },
    { name: "TYPE without HELP", text: "# TYPE a gauge\na 1\n", error: "TYPE without HELP" },
    { name: "TYPE after samples", text: `${HEAD}a 1\n# TYPE a gauge\n`, error: "TYPE after samples" },
    { name: "another comment", text: `${HEAD}# EOF\n`, error: "neither HELP nor TYPE" },
    { name: "a raw quote in a label", text: `${HEAD}a{x="""} 1\n`, error: "no comma" },
    { name: "an unknown escape", text: `${HEAD}a{x="\\t"} 1\n`, error: "bad label" },
    { name: "a label twice", text: `${HEAD}a{x="1",x="2"} 1\n`, error: "bad label" },
    { name: "a label without end", text: `${HEAD}a{x="1\n`, error: "bad label" },
    { name: "no value", text: `${HEAD}a\n`, error: "no space" },
    { name: "a word for a value", text: `${HEAD}a undefined\n`, error: "no number" },
    { name: "a timestamp", text: `${HEAD}a 1 2\n`, error: "no number" },
    { name: "a bad name", text: `${HEAD}1a 1\n`, error: "bad name" },
  ])("refuses $name", ({ text, error }) => {
    expect(() => parseExposition(text)).toThrow(error);
  });

  test.each([
    { name: "no end of file", text: `${HEAD}a 1\n`, error: "not # EOF" },
    { name: "an empty line", text: `${HEAD}\na 1\n# EOF\n`, error: "bad name" },
    {
      name: "a counter's family with its samples' name",
      text: "# HELP a_total A.\n# TYPE a_total counter\na_total 1\n# EOF\n",
      error: "outside its family",
    },
  ])("refuses in OpenMetrics $name", ({ text, error }) => {
    expect(() => parseExposition(text, "openmetrics")).toThrow(error);
  });
});
