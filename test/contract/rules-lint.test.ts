import { expect, test } from "vitest";
import { analysePromql } from "../support/promql.ts";
import { alertRules, recordingRules } from "../support/rule-files.ts";

// The checks of cloudflare/pint that concern shipped rules and that promtool does not make.

const rules = [
  ...recordingRules().map(({ record, expr }) => ({ name: record, expr })),
  ...alertRules().map(({ alert, expr }) => ({ name: alert, expr })),
];

test("recorded series are named level:metric:operations", () => {
  const names = recordingRules().map(({ record }) => record);
  expect(names.filter((name) => !/^[a-z]+(_[a-z]+)*:[a-z][a-z0-9_]*:[a-z0-9_]+$/.test(name))).toEqual([]);
});

test("every alert compares with something or asks for absence", () => {
  const idle = alertRules().filter(({ expr }) => !/[<>]=?|==|!=|\babsent\b|\bunless\b/.test(expr));
  expect(idle.map(({ alert }) => alert)).toEqual([]);
});

test("regular expressions are used where there is a choice only, and without needless anchors", () => {
  const needless = rules.flatMap(({ name, expr }) =>
    analysePromql(expr)
      .selectors.flatMap(({ matchers }) => matchers)
      .filter(
        ({ operator, value }) => operator.includes("~") && (!/[|.*+?[\](){}]/.test(value) || /^\^|\$$/.test(value)),
      )
      .map(({ label, value }) => `${name}: ${label}=~"${value}"`),
  );
  expect(needless).toEqual([]);
});

test("counters are read through increase or rate, gauges never", () => {
  const wrong = rules.flatMap(({ name, expr }) =>
    analysePromql(expr)
      .selectors.filter(({ metric, caller }) => metric.endsWith("_total") !== /^(increase|rate)$/.test(caller ?? ""))
      .map(({ metric }) => `${name}: ${metric}`),
  );
  expect(wrong).toEqual([]);
});
