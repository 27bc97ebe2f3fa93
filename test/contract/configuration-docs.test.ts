import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FILE_KEYS, FLAGS, VARIABLES, isOverride } from "../../src/config/keys.ts";
import { KEY_FAULTS } from "../../src/config/secrets.ts";
import { keyTable, namesOf, variableTable } from "../../src/config/table.ts";
import { withParts } from "../../src/markdown.ts";

const PAGE = "docs/configuration.md";

test("the tables and lists of docs/configuration.md are those of the program", async () => {
  const tables = {
    flags: keyTable("Flag", FLAGS),
    variables: variableTable(VARIABLES, namesOf),
    file: keyTable(
      "Key",
      FILE_KEYS.filter((row) => !isOverride(row)),
    ),
    faults: KEY_FAULTS.map((fault) => `- It ${fault}.`).join("\n"),
  };
  await expect(withParts(readFileSync(PAGE, "utf8"), "keys", tables)).toMatchFileSnapshot(`../../${PAGE}`);
});
