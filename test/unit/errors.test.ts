import { describe, expect, test } from "vitest";
import { internalError, stackOfBug, systemWords } from "../../src/errors.ts";

describe("a bug in a poll", () => {
  test("is named by its class, and shown with its stack", () => {
    const bug = new TypeError("x is not iterable");
    const error = internalError(bug);
    expect(error.message).toMatch(/^an unexpected TypeError, /);
    expect(stackOfBug(error)).toBe(bug.stack);
  });

  test("may be something that is not an error", () => {
    const error = internalError("thrown text");
    expect(error.message).toMatch(/^an unexpected string, /);
    expect(stackOfBug(error)).toBe("thrown text");
  });
});

describe("why a file cannot be used", () => {
  test.each([
    {
      error: Object.assign(new Error("ENOENT: no such file, open '/secret'"), { code: "ENOENT" }),
      words: "ENOENT: no such file",
    },
    { error: Object.assign(new Error("something with /secret"), { code: "EWEIRD" }), words: "EWEIRD" },
    { error: new Error("something with /secret"), words: "unknown error" },
    { error: "text", words: "unknown error" },
  ])("is described as $words, without the path", ({ error, words }) => {
    expect(systemWords(error)).toBe(words);
  });
});
