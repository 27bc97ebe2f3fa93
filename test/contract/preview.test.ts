import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";

const fromRoot = (path: string) => new URL(`../../${path}`, import.meta.url);

const IMPORT = /import \{([^}]*)\} from "\.\.\/\.\.\/dist\/([\w/-]+)\.js"/g;

/** What the scripts that draw the dashboards take from the built program: [script, source file, name]. */
const TAKEN = readdirSync(fromRoot("grafana/preview"))
  .filter((name) => name.endsWith(".mjs"))
  .flatMap((script) =>
    [...readFileSync(fromRoot(`grafana/preview/${script}`), "utf8").matchAll(IMPORT)].flatMap(
      ([, names = "", file = ""]) => names.split(",").map((name) => [script, `src/${file}.ts`, name.trim()] as const),
    ),
  );

describe("the preview of the dashboards, which no type checker reads", () => {
  test("takes something from the program", () => {
    expect(TAKEN.length).toBeGreaterThan(4);
  });

  test.each(TAKEN)("%s finds %s with %s", (_, file, name) => {
    expect(existsSync(fromRoot(file))).toBe(true);
    expect(readFileSync(fromRoot(file), "utf8")).toMatch(
      new RegExp(`export (?:async )?(?:function|const|class|type|interface) ${name}\\b`),
    );
  });
});
