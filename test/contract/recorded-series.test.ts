import { expect, test } from "vitest";
import { PANEL_QUERIES } from "../support/panel-queries.ts";
import { windowVariable } from "../../src/dashboards/variables.ts";
import { analysePromql } from "../support/promql.ts";
import { alertRules, prometheusFiles, recordingRules, runbookQueries, templateQueries } from "../support/rule-files.ts";

/** Variables of dashboards stand in label values and ranges only; any value will do to see which metrics are named. */
function withoutVariables(expr: string): string {
  return expr.replaceAll(/\$(?:\{__to[^}]*\}|__to)/g, "0").replaceAll(/\$(?:\{\w+[^}]*\}|\w+)/g, "5m");
}

function metricsIn(expr: string): readonly string[] {
  return analysePromql(withoutVariables(expr)).selectors.map(({ metric }) => metric);
}

const messages = alertRules()
  .map(({ annotations }) => annotations.description)
  .join("\n");

function isInMessages(selector: string): boolean {
  return messages.split(/(?<![\w:])(?=[a-z_]+:)/).some((rest) => rest.startsWith(selector));
}

test("every recorded series is used by another rule, an alert's message, a runbook or a panel", () => {
  const expressions = [...recordingRules(), ...alertRules(), ...PANEL_QUERIES].map(({ expr }) => expr);
  const runbooks = prometheusFiles("runbooks").flatMap(runbookQueries);
  const used = new Set([...expressions, ...runbooks].flatMap(metricsIn));
  const unused = recordingRules()
    .map(({ record, labels }) => ({ record, window: labels?.["window"] }))
    .filter(({ record }) => !used.has(record) && !isInMessages(record));
  expect(unused).toEqual([]);
});

/** The window of a recorded series, from its rule: by name alone a series can be used in one window and idle in another. */
function windowsRecorded(): string[] {
  return recordingRules().flatMap(({ record, expr, labels }) => {
    const windows = new Set(
      analysePromql(expr).selectors.flatMap(({ matchers }) =>
        matchers.filter(({ label }) => label === "window").map(({ value }) => value),
      ),
    );
    const own = labels?.["window"] ?? (windows.size === 1 ? [...windows][0] : undefined);
    return own === undefined ? [] : [`${record} ${own}`];
  });
}

/** A panel of the chosen window asks for all that can be chosen. */
const panels = PANEL_QUERIES.flatMap(({ expr }) =>
  (windowVariable.options ?? []).map(({ value }) => ({ expr: expr.replaceAll("$window", String(value)) })),
);

test("and so is each of its windows", () => {
  const inMessages = alertRules().flatMap(({ annotations }) => templateQueries(annotations.description));
  const asked = [...[...recordingRules(), ...alertRules(), ...panels].map(({ expr }) => expr), ...inMessages]
    .flatMap((expr) => analysePromql(withoutVariables(expr)).selectors)
    .flatMap(({ metric, matchers }) =>
      matchers.filter(({ label }) => label === "window").map(({ value }) => `${metric} ${value}`),
    );
  const windowed = new Set(asked.map((one) => one.split(" ")[0]));
  const idle = windowsRecorded().filter((one) => {
    const [record = "", window = ""] = one.split(" ");
    return windowed.has(record) && !asked.includes(one) && !isInMessages(`${record}{window="${window}"`);
  });
  expect(idle).toEqual([]);
});
