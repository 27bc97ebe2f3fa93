import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FILE_KEYS, FLAGS, VARIABLES, isOverride, namesOf } from "../../src/config/keys.ts";
import { keyTable, variableTable, withTables } from "../../src/config/table.ts";

const PAGE = "docs/configuration.md";

test("the tables of docs/configuration.md are those of the table of keys", async () => {
  const tables = {
    flags: keyTable("Flag", FLAGS),
    variables: variableTable(VARIABLES, namesOf),
    file: keyTable(
      "Key",
      FILE_KEYS.filter((row) => !isOverride(row)),
    ),
  };
  await expect(withTables(readFileSync(PAGE, "utf8"), tables)).toMatchFileSnapshot(`../../${PAGE}`);
});
