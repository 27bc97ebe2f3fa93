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

const OF_COUNTERS = /^(increase|rate|max_over_time|min_over_time)$/;

test("counters are read through increase or rate, gauges never", () => {
  const wrong = rules.flatMap(({ name, expr }) =>
    analysePromql(expr)
      .selectors.filter(({ metric, caller }) =>
        metric.endsWith("_total") ? !OF_COUNTERS.test(caller ?? "") : /^(increase|rate)$/.test(caller ?? ""),
      )
      .map(({ metric }) => `${name}: ${metric}`),
  );
  expect(wrong).toEqual([]);
});

test("no increase is believed where the counter rests, as other engines count the first sample", () => {
  const increases = rules.flatMap(({ name, expr }) => {
    const { selectors } = analysePromql(expr);
    return selectors
      .filter(({ caller }) => caller === "increase")
      .map(({ metric, range }) => ({
        name,
        guards: selectors
          .filter((other) => other.metric === metric && other.range === range)
          .map(({ caller }) => caller),
      }));
  });
  expect(increases.length).toBeGreaterThan(3);
  const bare = increases.filter(({ guards }) => !guards.includes("max_over_time") || !guards.includes("min_over_time"));
  expect(bare).toEqual([]);
});
