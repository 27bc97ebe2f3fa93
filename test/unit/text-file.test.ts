import { expect, test } from "vitest";
import { readTextFile } from "../../src/text-file.ts";

test.each([
  ["an error that may quote the content", new Error("rf_key"), "unknown error"],
  ["something thrown that is not an error", "rf_key" as unknown as Error, "unknown error"],
  ["an error whose message is not the system's", Object.assign(new Error("rf_key"), { code: "EIO" }), "EIO"],
])("says no more of %s than is safe", (_, error, words) => {
  const reading = readTextFile("/x", () => {
    throw error;
  });
  expect(reading).toEqual({ ok: false, problem: `cannot be read (${words}); give the path of a readable file` });
});
