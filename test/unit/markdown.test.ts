import { expect, test } from "vitest";
import { withParts } from "../../src/markdown.ts";

test("writes parts between their marks and leaves the rest of the page", () => {
  const page = "# Page\n\n<!-- keys: one -->\nold\n<!-- end -->\n\ntext\n\n<!-- keys: two -->\n<!-- end -->\n";
  expect(withParts(page, "keys", { one: "| 1 |", two: "| $& |" })).toBe(
    "# Page\n\n<!-- keys: one -->\n\n| 1 |\n\n<!-- end -->\n\ntext\n\n<!-- keys: two -->\n\n| $& |\n\n<!-- end -->\n",
  );
});
