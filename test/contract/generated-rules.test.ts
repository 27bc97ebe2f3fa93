import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { renderAlertmanager } from "../../src/rules/alertmanager.ts";
import { DEFAULTS } from "../../src/rules/parameters.ts";
import { renderRules, ruleFiles } from "../../src/rules/rules.ts";
import { analysePromql } from "../support/promql.ts";
import { prometheusFiles } from "../support/rule-files.ts";

const FOLDER = new URL("../../prometheus/rules/", import.meta.url);
const rendered = renderRules();

describe("the files of rules", () => {
  test.each([...rendered])("%s is what the source renders", async (file, text) => {
    await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(file, FOLDER)));
  });

  test("alertmanager.yml is what the source renders", async () => {
    await expect(renderAlertmanager(DEFAULTS)).toMatchFileSnapshot(
      fileURLToPath(new URL("../alertmanager.yml", FOLDER)),
    );
  });

  test("there is no file that the source does not render", () => {
    expect(prometheusFiles("rules")).toEqual([...rendered.keys()].toSorted().map((file) => `rules/${file}`));
  });
});

test("a group reads series of groups before it only, so that no engine sees an evaluation that is not there yet", () => {
  const before = new Set<string>();
  const early: string[] = [];
  const recorded = new Set(
    ruleFiles().flatMap(({ groups }) =>
      groups.flatMap(({ rules }) => rules.flatMap((rule) => ("record" in rule ? rule.record : []))),
    ),
  );
  for (const { name, rules } of ruleFiles().flatMap(({ groups }) => groups)) {
    const read = rules.flatMap(({ expr }) => analysePromql(expr).selectors.map(({ metric }) => metric));
    early.push(
      ...read.filter((metric) => recorded.has(metric) && !before.has(metric)).map((metric) => `${name}: ${metric}`),
    );
    for (const rule of rules) if ("record" in rule) before.add(rule.record);
  }
  expect(recorded.size).toBeGreaterThan(10);
  expect(early).toEqual([]);
});
