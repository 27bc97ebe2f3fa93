import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { knownSeries } from "../support/known-series.ts";
import { analysePromql } from "../support/promql.ts";

/** The text of every fenced block of a language on a page. */
function blocks(page: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm");
  return [...readFileSync(page, "utf8").matchAll(fence)].map(([, text = ""]) => text);
}

const pages = [
  "",
  "docs",
  "docs/decisions",
  "docs/development",
  "bench",
  "deploy",
  "grafana",
  "prometheus",
  "prometheus/runbooks",
].flatMap((folder) =>
  readdirSync(path.join(".", folder))
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.join(folder, file)),
);

test.each(pages)("links of %s lead somewhere", (page) => {
  const targets = [...readFileSync(page, "utf8").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    ([, target = ""]) => target,
  );
  const local = targets.filter((target) => !/^https?:/.test(target));
  expect(local.filter((target) => !existsSync(path.join(path.dirname(page), target)))).toEqual([]);
});

const queries = pages.flatMap((page) => blocks(page, "promql").map((query) => ({ page, query })));

test("the README and the docs have PromQL", () => {
  const having = new Set(queries.map(({ page }) => page));
  expect([...having]).toEqual(expect.arrayContaining(["README.md", "docs/time-spent.md"]));
});

test.each(queries)(
  "PromQL of $page is valid and reads series that exist, in one window each: $query",
  async ({ query }) => {
    const known = await knownSeries();
    const { errors, selectors } = analysePromql(query);
    expect(errors).toEqual([]);
    for (const { metric, matchers } of selectors) {
      expect(known.get(metric), metric).toBeDefined();
      const windows = matchers.filter(({ label, operator }) => label === "window" && operator === "=");
      expect(windows, metric).toHaveLength(known.get(metric)?.includes("window") === true ? 1 : 0);
    }
  },
);

test("the README's configuration is one", () => {
  const [text = ""] = blocks("README.md", "yaml").filter((block) => block.includes("workspaces:"));
  const { workspaces } = loadConfig({
    env: { HARBOR_KEY: "harbor-key" },
    flags: { configFile: "config.yaml" },
    readFile: (file) => (file === "config.yaml" ? text : "aerial-key"),
    isCronExpression: () => true,
    knownMetrics: [],
  });
  expect(workspaces.map(({ name, apiKey }) => [name, apiKey])).toEqual([
    ["aerial", "aerial-key"],
    ["harbor", "harbor-key"],
  ]);
});
