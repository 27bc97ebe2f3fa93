import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const page = readFileSync("docs/development/architecture.md", "utf8");
const [, section = ""] = /^## The route of one number\n([^]*?)^## /m.exec(page) ?? [];
const route = [...section.matchAll(/^\| `(src\/[^`]+)`/gm)].map(([, file = ""]) => file);

function importsOf(file: string): string[] {
  const targets = [...readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)].map(([, target = ""]) => target);
  return targets.map((target) => path.join(path.dirname(file), target));
}

test("the route of one number is short", () => {
  expect(route.length).toBeGreaterThan(15);
  expect(route.length).toBeLessThanOrEqual(25);
});

// The store is between polls and scrapes: both sides are handed what they need of it, and import only its types.
test("each file of the route imports or is imported by another one of it", () => {
  const pairs = route.flatMap((file) => importsOf(file).map((target) => [file, target] as const));
  const joined = new Set(pairs.filter(([, target]) => route.includes(target)).flat());
  expect(route.filter((file) => !joined.has(file))).toEqual([]);
});
