import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dashboardsOf } from "../../src/dashboards/main.ts";
import { DEFAULT_PLACE } from "../../src/dashboards/place.ts";
import { HEADLINES } from "../../src/dashboards/alert-headlines.ts";
import { shippedDashboards, targetsOf } from "../support/dashboards.ts";
import { alertRules } from "../support/rule-files.ts";

const panels = shippedDashboards().flatMap(({ file, panels: all }) =>
  all.map((panel) => ({ where: `${file}: ${panel.title ?? ""}`, panel })),
);

describe("what a panel makes a reader believe", () => {
  test.each(panels)("$where has no fixed limit for a ratio: colours come from the targets", ({ panel }) => {
    const limits = JSON.stringify(panel.fieldConfig).match(/"steps":\[[^\]]*0\.\d+[^\]]*\]/g) ?? [];

    expect(panel.title === "Series used" ? [] : limits).toEqual([]);
  });

  test.each(panels)("$where colours without a meaning are not red, yellow or green", ({ panel }) => {
    expect(JSON.stringify(panel.fieldConfig)).not.toMatch(/palette-classic|"yellow"/);
  });

  test.each(panels.filter(({ panel }) => panel.type === "timeseries"))(
    "$where draws targets and limits dashed, in the colour of text, and named",
    ({ panel }) => {
      const targets = targetsOf(panel).filter(({ expr }) => /approval_target|series_limit|poll_interval/.test(expr));
      const dashes = (panel.fieldConfig?.overrides ?? []).filter(({ properties }) =>
        properties.some(({ id }) => id === "custom.lineStyle"),
      );

      for (const { legendFormat } of targets) {
        const own = dashes.find(({ matcher }) => new RegExp(`^${String(matcher.options)}$`).test(legendFormat));
        expect(own?.properties).toContainEqual({ id: "color", value: { mode: "fixed", fixedColor: "text" } });
      }
      expect(dashes.length).toBe(targets.length);
    },
  );

  test.each(panels.filter(({ panel }) => ["table", "bargauge", "xychart"].includes(panel.type)))(
    "$where says what would fill it when it is empty",
    ({ panel }) => {
      expect(panel.fieldConfig?.defaults.noValue).toMatch(/^\S.{4,}/);
    },
  );

  test.each(panels.filter(({ panel }) => panel.interval === "1d"))(
    "$where says on the first day where the past comes from, with a link",
    ({ panel }) => {
      expect(panel.fieldConfig?.defaults.noValue).toContain("roboflow-exporter backfill");
      expect(panel.links?.map(({ url }) => url)).toEqual(["${docs}/docs/backfill.md"]);
    },
  );

  test.each(panels.filter(({ panel }) => panel.type === "table"))(
    "$where has pages, and is sorted by a column that is shown",
    ({ panel }) => {
      const hidden = (panel.fieldConfig?.overrides ?? [])
        .filter(({ properties }) => properties.some(({ id, value }) => id === "custom.hidden" && value === true))
        .map(({ matcher }) => matcher.options);
      const [sort] = panel.options?.["sortBy"] as { displayName: string }[];

      expect(panel.options).toMatchObject({ enablePagination: true, footer: { enablePagination: true } });
      expect(hidden).not.toContain(sort?.displayName);
    },
  );

  test.each(panels)("$where shows differences of ratios in points", ({ panel }) => {
    const differences = targetsOf(panel).filter(({ expr }) =>
      /_per_reviewed:(ratio|expected)\{[^}]*\}\)? - /.test(expr),
    );

    expect(differences.filter(({ expr }) => !expr.includes("round(100 * ("))).toEqual([]);
  });
});

describe("teams", () => {
  const followed = dashboardsOf(DEFAULT_PLACE).filter(({ variables }) => variables.some(({ name }) => name === "team"));

  test("can be chosen where people are listed, and panels that follow say so", () => {
    expect(followed.map(({ uid }) => uid)).toEqual(["roboflow-manager", "roboflow-labelers", "roboflow-quality"]);
    const following = followed
      .flatMap(({ rows }) => rows.flatMap(({ panels: all }) => all))
      .filter(({ queries }) => queries.some(({ expr }) => expr.includes("$team")));
    expect(following.length).toBeGreaterThan(10);
    expect(
      following.filter(({ description }) => !description.includes("chosen teams")).map(({ title }) => title),
    ).toEqual([]);
  });

  test("all of them are chosen by what matches people without a team as well", () => {
    for (const { variables } of followed) {
      const team = variables.find(({ name }) => name === "team");
      expect(team).toMatchObject({ allValue: ".*", includeAll: true, multi: true });
    }
  });
});

describe("the dashboard for managers", () => {
  const all = dashboardsOf(DEFAULT_PLACE).find(({ uid }) => uid === "roboflow-manager")?.rows ?? [];

  test.each(all.flatMap((row) => row.panels))("$title is described without words of queries", ({ description }) => {
    expect(description).not.toMatch(/PromQL|quantile|percentile|\b(?:p[0-9]0|rate|gauge|metric|query|series|Wilson)\b/);
  });

  test("sorts people by what they did, never by a share", () => {
    const sorted = all
      .flatMap((row) => row.panels)
      .filter(({ kind, queries }) => kind === "table" && queries.some(({ expr }) => expr.includes("labeler_name")))
      .map(({ options }) => (options["sortBy"] as { displayName: string }[])[0]?.displayName);
    expect(sorted).toEqual(["Images today", "Images waiting", "Images", "In week", "In week"]);
  });
});

describe("simulated data", () => {
  test.each(shippedDashboards())(
    "$file marks it, and shows no switch for the mark where data is real",
    ({ dashboard }) => {
      const marks = dashboard.annotations?.list?.filter(({ name }) => name === "Demo data");
      expect(marks).toEqual([
        expect.objectContaining({
          ...{ enable: true, hide: true, textFormat: "{{workspace}} is simulated: nothing of it is real." },
          expr: 'group by (workspace) (roboflow_up{workspace=~"$workspace"} and on (job, instance) roboflow_exporter_demo)',
        }),
      ]);
    },
  );

  test.each(["roboflow-overview", "roboflow-exporter"])("%s says it in words next to the age of the data", (uid) => {
    const all =
      dashboardsOf(DEFAULT_PLACE)
        .find((dashboard) => dashboard.uid === uid)
        ?.rows.flatMap((row) => row.panels) ?? [];
    const age = all.find(({ title }) => title === "Age of the data");
    expect(age?.queries.at(-1)).toMatchObject({ expr: expect.stringContaining("roboflow_exporter_demo") as string });
    expect(JSON.stringify(age?.overrides.at(-1))).toContain('"options":"E"');
  });
});

describe("the table of firing alerts", () => {
  test("has words for each alert that is shipped, and for no other", () => {
    expect(Object.keys(HEADLINES).toSorted()).toEqual(
      alertRules()
        .map(({ alert }) => alert)
        .toSorted(),
    );
  });

  test("links to runbooks that exist", () => {
    const path = new URL("../../prometheus/runbooks/", import.meta.url);
    const runbooks = readdirSync(path).map((file) => file.replace(/\.md$/, ""));

    expect(Object.keys(HEADLINES).filter((alert) => !runbooks.includes(alert))).toEqual([]);
  });
});
