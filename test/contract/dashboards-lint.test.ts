import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { Panel } from "../../src/dashboards/grafana-types.ts";
import { shippedDashboards, substitute, targetsOf, variablesIn } from "../support/dashboards.ts";
import { analysePromql } from "../support/promql.ts";

const shipped = shippedDashboards();
const uids = shipped.map(({ dashboard }) => dashboard.uid);
const CORE = ["stat", "timeseries", "table", "bargauge", "state-timeline", "status-history", "xychart", "trend"];
const UNITS = ["short", "none", "percentunit", "s", "bytes", "string"];
const exporterOnly = shipped.filter(({ dashboard }) => dashboard.uid === "roboflow-exporter");
const panels = shipped.flatMap(({ file, panels: all }) =>
  all.map((panel) => ({ where: `${file}: ${panel.title ?? ""}`, file, panel })),
);

const linksOf = (panel: Panel) => {
  const inOverrides = (panel.fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
    properties.filter(({ id }) => id === "links").flatMap(({ value }) => value as unknown[]),
  );
  return [...(panel.fieldConfig?.defaults.links ?? []), ...inOverrides] as { title: string; url: string }[];
};

describe("dashboard-linter's rules for dashboards", () => {
  test.each(shipped)("$file has one data source variable, by the usual name", ({ dashboard }) => {
    const found = dashboard.templating?.list?.filter(({ type }) => type === "datasource") ?? [];

    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ name: "datasource", label: "Data source", query: "prometheus" });
  });

  test.each(shipped)("$file asks its query variables again when the time range changes", ({ dashboard }) => {
    const queried = dashboard.templating?.list?.filter(({ type }) => type === "query") ?? [];

    expect(queried.filter(({ refresh }) => refresh !== 2)).toEqual([]);
    expect(queried.filter(({ datasource }) => datasource?.uid !== "${datasource}")).toEqual([]);
  });

  test.each(shipped)("$file is not editable", ({ dashboard }) => {
    expect(dashboard.editable).toBe(false);
  });

  test.each(exporterOnly)("$file has the variables job and instance", ({ dashboard }) => {
    for (const name of ["job", "instance"]) {
      const variable = dashboard.templating?.list?.find((candidate) => candidate.name === name);
      expect(variable).toMatchObject({ label: name, type: "query", multi: true, allValue: ".+" });
    }
  });
});

describe("dashboard-linter's rules for panels", () => {
  test.each(panels)("$where has a title, a description and a unit", ({ panel }) => {
    expect(panel.title).toMatch(/^[A-Z0-9].+[^.]$/);
    expect(panel.description).toMatch(/^[A-Z0-9].{20,}[.]$/s);
    expect(UNITS).toContain(panel.fieldConfig?.defaults.unit);
  });

  test.each(panels)("$where takes its data from the variable", ({ panel }) => {
    const targets = targetsOf(panel);

    expect(targets.length).toBeGreaterThan(0);
    expect([panel.datasource?.uid, ...targets.map(({ datasource }) => datasource.uid)]).toEqual(
      Array(targets.length + 1).fill("${datasource}"),
    );
  });

  test.each(panels)("$where keeps $__rate_interval to rates, and rates to it", ({ panel }) => {
    for (const { expr } of targetsOf(panel)) {
      const rates = [...expr.matchAll(/\bi?rate\([^[]*\[([^\]]*)\]/g)].map((match) => match[1]);
      expect(rates.filter((range) => range !== "$__rate_interval")).toEqual([]);
      expect(expr.split("$__rate_interval").length - 1).toBe(rates.length);
    }
  });

  test.each(panels)("$where reads counters only through rate or increase", ({ panel }) => {
    const selectors = targetsOf(panel).flatMap(({ expr }) => analysePromql(substitute(expr)).selectors);
    const counters = selectors.filter(({ metric }) => /_(total|bucket|sum|count)$/.test(metric));

    expect(counters.filter(({ caller }) => !/^(i?rate|increase)$/.test(caller ?? ""))).toEqual([]);
  });

  test.each(panels.filter(({ file }) => file === "roboflow-exporter.json"))(
    "$where picks job and instance",
    ({ panel }) => {
      const bare = targetsOf(panel).flatMap(({ expr }) =>
        analysePromql(expr.replaceAll("[$__rate_interval]", "[5m]")).selectors.filter(({ matchers }) => {
          const asked = matchers.map(({ label, operator, value }) => label + operator + value);
          return !asked.includes("job=~$job") || !asked.includes("instance=~$instance");
        }),
      );

      expect(bare).toEqual([]);
    },
  );
});

describe("our own rules for dashboards", () => {
  test("uids are unique, and each file is named after its uid", () => {
    expect(shipped.map(({ file }) => file)).toEqual([...new Set(uids)].map((uid) => `${uid ?? ""}.json`));
  });

  test.each(shipped)("$file collapses no row but the last", ({ rows }) => {
    expect(rows.slice(0, -1).filter(({ collapsed }) => collapsed)).toEqual([]);
  });

  test.each(shipped)("$file gives each panel an id of its own", ({ panels: all, rows }) => {
    const ids = [...all, ...rows].map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id === undefined || id === 0)).toEqual([]);
  });

  test.each(shipped)("$file gives each panel a title of its own", ({ panels: all }) => {
    const titles = all.map(({ title }) => title);

    expect(new Set(titles).size).toBe(titles.length);
  });

  test.each(shipped)("$file fills its grid without overlap", ({ panels: all, rows }) => {
    const cells = new Map<string, number>();
    for (const { gridPos } of [...all, ...rows]) {
      for (let x = gridPos?.x ?? 0; x < (gridPos?.x ?? 0) + (gridPos?.w ?? 0); x += 1)
        for (let y = gridPos?.y ?? 0; y < (gridPos?.y ?? 0) + (gridPos?.h ?? 0); y += 1)
          cells.set(`${x},${y}`, (cells.get(`${x},${y}`) ?? 0) + 1);
    }
    const height = Math.max(...all.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)));

    expect([...cells.values()].filter((count) => count > 1)).toEqual([]);
    expect(cells.size).toBe(24 * height);
  });

  test.each(shipped)(
    "$file is tagged, linked to the others, and refreshes no faster than data change",
    ({ dashboard }) => {
      expect(dashboard).toMatchObject({ tags: ["roboflow"], schemaVersion: 39, timezone: "utc" });
      expect(["1m", "5m"]).toContain(dashboard.refresh);
      expect(dashboard.links).toEqual([
        expect.objectContaining({ type: "dashboards", tags: ["roboflow"], includeVars: true, keepTime: true }),
      ]);
    },
  );

  test.each(shipped)("$file marks firing alerts", ({ dashboard }) => {
    expect(JSON.stringify(dashboard.annotations?.list)).toContain('ALERTS{alertname=~\\"Roboflow.+\\"');
  });

  test.each(shipped)("$file keeps no one's choice, only the default window", ({ dashboard }) => {
    const chosen = dashboard.templating?.list?.filter(({ current }) => current !== undefined) ?? [];

    expect(chosen.filter(({ name }) => name !== "window")).toEqual([]);
  });

  test.each(shipped)("$file uses the variables that it has, and has those that it uses", ({ dashboard, json }) => {
    const list = dashboard.templating?.list ?? [];
    const used = variablesIn(json);

    expect(list.map(({ name }) => name).toSorted()).toEqual(used.toSorted());
  });

  test.each(shipped)("$file chooses exactly one window", ({ dashboard }) => {
    const window = dashboard.templating?.list?.find(({ name }) => name === "window");

    expect([undefined, false]).toContain(window?.multi);
    expect([undefined, false]).toContain(window?.includeAll);
  });
});

describe("our own rules for panels", () => {
  test.each(panels)("$where is a panel of Grafana itself", ({ panel }) => {
    expect(CORE).toContain(panel.type);
  });

  test.each(panels.filter(({ panel }) => panel.type === "stat" || panel.type === "bargauge"))(
    "$where shows the present, not the last of the time range",
    ({ panel }) => {
      expect(targetsOf(panel).filter(({ instant, range }) => !instant || range)).toEqual([]);
    },
  );

  test.each(panels.filter(({ panel }) => panel.type === "table"))(
    "$where renames each column and gives it a unit",
    ({ panel }) => {
      const organize = panel.transformations?.find(({ id }) => id === "organize")?.options as Record<
        string,
        Record<string, string>
      >;
      const headings = Object.values(organize["renameByName"] ?? {});
      const withUnit = (panel.fieldConfig?.overrides ?? [])
        .filter(({ properties }) => properties.some(({ id }) => id === "unit"))
        .map(({ matcher }) => String(matcher.options));

      expect(withUnit.toSorted()).toEqual(headings.toSorted());
      expect(headings).toContain((panel.options?.["sortBy"] as { displayName: string }[])[0]?.displayName);
      expect(new Set(headings).size).toBe(headings.length);
    },
  );

  test.each(panels.filter(({ panel }) => linksOf(panel).length > 0))(
    "$where links to what exists",
    ({ file, panel }) => {
      const own = shipped.find((candidate) => candidate.file === file)?.dashboard.templating?.list ?? [];
      const inside = linksOf(panel).filter(({ url }) => url.startsWith("/"));
      for (const { url } of linksOf(panel)) expect(url).toMatch(/^(\/d\/|\$\{docs\}\/)/);
      for (const { url } of inside) {
        const target = shipped.find(({ dashboard }) => url.startsWith(`/d/${dashboard.uid ?? ""}?`));
        const theirs = target?.dashboard.templating?.list?.map(({ name }) => name) ?? [];
        const passed = [...url.matchAll(/[?&]var-(\w+)=/g)].map((match) => match[1] ?? "");

        expect(url).toContain("${__url_time_range}");
        expect(variablesIn(url).filter((name) => !own.some((variable) => variable.name === name))).toEqual([]);
        expect([...passed, ...variablesIn(url)].filter((name) => !theirs.includes(name))).toEqual([]);
      }
    },
  );
});

describe("the linter's exclusions", () => {
  const file = z.object({
    exclusions: z.record(
      z.string(),
      z.object({
        reason: z.string().min(20),
        entries: z.array(z.object({ dashboard: z.string(), panel: z.string().optional() })),
      }),
    ),
  });
  const lint = file.parse(parse(readFileSync(new URL("../../grafana/dashboards/.lint", import.meta.url), "utf8")));

  test.each(Object.entries(lint.exclusions))("%s speaks of dashboards and panels that exist", (_, { entries }) => {
    for (const entry of entries) {
      const found = shipped.find(({ dashboard }) => dashboard.title === entry.dashboard);
      expect(found, entry.dashboard).toBeDefined();
      if (entry.panel !== undefined) expect(found?.panels.map(({ title }) => title)).toContain(entry.panel);
    }
  });
});
