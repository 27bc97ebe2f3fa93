import { describe, expect, test } from "vitest";
import { PANEL_QUERIES } from "../support/panel-queries.ts";
import { shippedDashboards, substitute, targetsOf, variablesIn } from "../support/dashboards.ts";
import { knownSeries } from "../support/known-series.ts";
import { analysePromql, resultLabels } from "../support/promql.ts";

const known = await knownSeries();
const labelsOf = (metric: string) => known.get(metric) ?? [];
const shipped = shippedDashboards();

const panelQueries = shipped.flatMap(({ file, panels }) =>
  panels.flatMap((panel) =>
    targetsOf(panel).map((target) => ({
      where: `${file}: ${panel.title ?? ""} ${target.refId}`,
      file,
      panel,
      target,
      expr: substitute(target.expr),
    })),
  ),
);

const variableQueries = shipped.flatMap(({ file, dashboard }) =>
  (dashboard.templating?.list ?? []).flatMap((variable) => {
    if (variable.type !== "query" || typeof variable.query !== "object") return [];
    const call = /^(label_values|query_result)\((.*?)(?:, (\w+))?\)$/.exec(String(variable.query["query"]));
    return [{ where: `${file}: $${variable.name}`, expr: substitute(call?.[2] ?? ""), label: call?.[3] }];
  }),
);

const annotationQueries = shipped.flatMap(({ file, dashboard }) =>
  (dashboard.annotations?.list ?? []).map((annotation) => ({
    where: `${file}: ${annotation.name}`,
    expr: (annotation as unknown as { expr: string }).expr,
  })),
);

const everyQuery = [...panelQueries, ...variableQueries, ...annotationQueries];

/** Labels that every scraped series has in addition to its own. */
const labelsAnywhere = (expr: string) =>
  new Set(analysePromql(expr).selectors.flatMap(({ metric }) => labelsOf(metric)));

describe("queries", () => {
  test("there are queries to check", () => {
    expect(panelQueries.length).toBeGreaterThan(100);
    expect(variableQueries.length).toBeGreaterThan(9);
  });

  test.each(everyQuery)("$where is valid PromQL", ({ expr }) => {
    expect(analysePromql(expr).errors).toEqual([]);
  });

  test.each(everyQuery)("$where asks only for series that the exporter publishes or a rule records", ({ expr }) => {
    const unknown = analysePromql(expr).selectors.filter(({ metric }) => !known.has(metric));

    expect(unknown.map(({ metric }) => metric)).toEqual([]);
  });

  test.each(everyQuery)("$where uses only labels that its series bear", ({ expr }) => {
    const { selectors, groupings } = analysePromql(expr);
    const strange = selectors.flatMap(({ metric, matchers }) =>
      matchers.filter(({ label }) => !labelsOf(metric).includes(label)).map(({ label }) => `${metric}{${label}}`),
    );
    const all = labelsAnywhere(expr);

    expect([...strange, ...groupings.filter((label) => !all.has(label))]).toEqual([]);
  });

  test.each(everyQuery)("$where names exactly one window in each selector of a windowed metric", ({ expr }) => {
    const windowed = analysePromql(expr).selectors.filter(({ metric }) => labelsOf(metric).includes("window"));
    const wrong = windowed.filter(({ matchers }) => {
      const windows = matchers.filter(({ label }) => label === "window");
      return windows.length !== 1 || windows[0]?.operator !== "=" || windows[0].value === "";
    });

    expect(wrong.map(({ metric }) => metric)).toEqual([]);
  });

  test.each(variableQueries.filter(({ label }) => label !== undefined))(
    "$where lists a label of its series",
    (query) => {
      expect([...labelsAnywhere(query.expr)]).toContain(query.label);
    },
  );
});

describe("what a reader sees of a query", () => {
  const IDS = ["project", "labeler", "workspace_id"];
  const series = panelQueries.filter(({ target }) => target.format === "time_series");

  test.each(series)("$where has a legend of labels that the answer bears, and no ids", ({ expr, target }) => {
    const used = [...target.legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? "");
    const labels = resultLabels(expr, labelsOf);

    expect(used.filter((label) => !labels.includes(label))).toEqual([]);
    expect(used.filter((label) => IDS.includes(label))).toEqual([]);
  });

  test.each(series)("$where distinguishes its series by name", ({ file, expr, target }) => {
    const list = shipped.find((candidate) => candidate.file === file)?.dashboard.templating?.list;
    const manyWorkspaces = list?.some(({ name, multi }) => name === "workspace" && multi === true);
    // A label that needs no name: there is only one workspace, or a name stands next to the id.
    const silent = manyWorkspaces && !target.legendFormat.includes("_name}}") ? IDS : [...IDS, "workspace"];
    const named = resultLabels(expr, labelsOf).filter((label) => !silent.includes(label));
    const missing = named.filter((label) => !target.legendFormat.includes(`{{${label}}}`));

    expect(missing).toEqual([]);
  });

  test.each(panelQueries.filter(({ panel }) => panel.type === "table"))("$where shows names and hides ids", (query) => {
    const { expr, panel } = query;
    const labels = resultLabels(expr, labelsOf);
    const organize = panel.transformations?.find(({ id }) => id === "organize")?.options as Record<string, object>;
    const renamed = Object.keys(organize["renameByName"] ?? {});
    const hidden = (panel.fieldConfig?.overrides ?? [])
      .filter(({ properties }) => properties.some(({ id, value }) => id === "custom.hidden" && value === true))
      .map(({ matcher }) => matcher.options);

    expect(IDS.filter((id) => renamed.includes(id))).toEqual([]);
    expect(labels.filter((label) => !renamed.includes(label) && !hidden.includes(label))).toEqual([]);
    expect(renamed.filter((name) => !name.startsWith("Value") && !labels.includes(name))).toEqual([]);
  });
});

describe("the list of queries for the end-to-end test", () => {
  test("is the same as the queries of the JSON", () => {
    const listed = PANEL_QUERIES.map(({ dashboard, panel, refId, expr }) => [`${dashboard}.json`, panel, refId, expr]);
    const inJson = panelQueries.map(({ file, panel, target }) => [file, panel.title, target.refId, target.expr]);

    expect(listed).toEqual(inJson);
  });

  test("uses only the variables that it documents", () => {
    const used = new Set(PANEL_QUERIES.flatMap(({ expr }) => variablesIn(expr)));

    expect([...used].toSorted()).toEqual(["instance", "job", "labeler", "project", "team", "window", "workspace"]);
  });
});
