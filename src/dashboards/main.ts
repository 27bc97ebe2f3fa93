import { exporter } from "./contents/exporter.ts";
import { labeler } from "./contents/labeler.ts";
import { labelers } from "./contents/labelers.ts";
import { overview } from "./contents/overview.ts";
import { project } from "./contents/project.ts";
import { quality } from "./contents/quality.ts";
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
