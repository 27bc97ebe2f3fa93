import fc from "fast-check";
import { expect, test } from "vitest";
import { FILE_KEYS } from "../../../src/config/keys.ts";
import { KEY, problemsOf } from "./sources.ts";

const NAMES = [...new Set(FILE_KEYS.flatMap(({ path }) => path.split(/[.[\]]+/)))].filter((name) => name !== "");

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.oneof(fc.constantFrom(null, true, "15m", "hmac", "a", "id", "/key", 1, 95, KEY), fc.string()),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, fc.string()), tie("tree"), {
      maxKeys: 5,
    }),
  ),
}));

test("any file either loads or is refused with problems, and the key is in none of them", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...NAMES), tree, { maxKeys: 5 }), (document) => {
      expect(problemsOf({ yaml: JSON.stringify(document) }).join()).not.toContain(KEY);
    }),
    { numRuns: 300 },
  );
});
