import { exporter } from "./dashboards/exporter.ts";
import { labeler } from "./dashboards/labeler.ts";
import { labelers } from "./dashboards/labelers.ts";
import { overview } from "./dashboards/overview.ts";
import { project } from "./dashboards/project.ts";
import { quality } from "./dashboards/quality.ts";
import type { DashboardDefinition } from "./model.ts";
import { renderDashboard } from "./render.ts";

/** All dashboards, in the order in which a reader meets them. */
export const DASHBOARDS: readonly DashboardDefinition[] = [overview, labelers, labeler, project, quality, exporter];

/**
 * The dashboards as files of Classic JSON: what stands in `grafana/dashboards`.
 * @returns text by file name.
 */
export function renderDashboards(): ReadonlyMap<string, string> {
  return new Map(
    DASHBOARDS.map((definition) => [
      `${definition.uid}.json`,
      `${JSON.stringify(renderDashboard(definition), undefined, 2)}\n`,
    ]),
  );
}
