import { expect, test } from "vitest";
import { createCrash } from "../../../src/cli/early-errors.ts";
import { createRedactor } from "../../../src/redact.ts";

function reported(thrown: unknown, secrets: readonly string[] = []): string {
  let text = "";
  const crash = createCrash((more) => (text += more));
  if (secrets.length > 0) crash.hideWith(createRedactor(secrets));
  crash.report(thrown);
  return text;
}

test("what is thrown and is not an error is said in one line", () => {
  expect(reported("two\n lines")).toBe("a bug ended roboflow-exporter; please report it: two lines\n");
});

test("an error is said with its stack, and in the last line again", () => {
  const lines = reported(new RangeError("too deep")).trimEnd().split("\n");
  expect(lines[0]).toBe("RangeError: too deep");
  expect(lines.slice(1, -1).every((line) => /^ +at /.test(line))).toBe(true);
  expect(lines.at(-1)).toBe("a bug ended roboflow-exporter; please report it: RangeError: too deep");
});

test("an error without a stack is said in one line", () => {
  const error = new Error("bare");
  delete error.stack;
  expect(reported(error)).toBe("a bug ended roboflow-exporter; please report it: Error: bare\n");
});

test("a secret is hidden in the stack and in the line", () => {
  const text = reported(new Error("with the-key-0123456789"), ["the-key-0123456789"]);
  expect(text).not.toContain("the-key");
  expect(text.match(/<secret>/g)).toHaveLength(2);
});
