import { renderConfigMap } from "../rules/config-map.ts";
import { exporter } from "./contents/exporter.ts";
import { labeler } from "./contents/labeler.ts";
import { labelers } from "./contents/labelers.ts";
import { manager } from "./contents/manager.ts";
import { overview } from "./contents/overview.ts";
import { project } from "./contents/project.ts";
import { quality } from "./contents/quality.ts";
import type { DashboardDefinition } from "./model.ts";
import { DEFAULT_PLACE, type Place } from "./place.ts";
import { renderDashboard } from "./render.ts";

/** All dashboards, in the order in which a reader meets them. */
export function dashboardsOf({ severities }: Place): readonly DashboardDefinition[] {
  return [overview(severities), manager, labelers, labeler, project, quality, exporter];
}

/**
 * The dashboards as files of Classic JSON: with the defaults, what stands in `grafana/dashboards`.
 * @returns text by file name.
 */
export function renderDashboards(place: Place = DEFAULT_PLACE): ReadonlyMap<string, string> {
  return new Map(
    dashboardsOf(place).map((definition) => [`${definition.uid}.json`, renderDashboard(definition, place)]),
  );
}

/** A ConfigMap for each dashboard, as the sidecar of Grafana's chart finds them: all in one would be too large to apply. */
function configMaps(place: Place): string {
  const maps = [...renderDashboards(place)].map(([file, text]) =>
    renderConfigMap({
      name: `roboflow-exporter-dashboard-${file.replace(/^roboflow-|\.json$/g, "")}`,
      labels: { grafana_dashboard: "1" },
      files: new Map([[file, text]]),
    }),
  );
  return maps.join("---\n");
}

/** What the dashboards can be printed as. */
export const DASHBOARDS_FORMATS = ["json", "configmap"] as const;

export type DashboardsFormat = (typeof DASHBOARDS_FORMATS)[number];

/** The dashboards as one text: JSON documents one after another, or YAML documents. */
export function printDashboards(format: DashboardsFormat, place: Place): string {
  return format === "json" ? [...renderDashboards(place).values()].join("") : configMaps(place);
}

/**
 * What is written into a directory.
 * @returns text by file name.
 */
export function dashboardsFiles(format: DashboardsFormat, place: Place): ReadonlyMap<string, string> {
  if (format === "json") return renderDashboards(place);
  return new Map([["roboflow-exporter-dashboards.yml", configMaps(place)]]);
}
