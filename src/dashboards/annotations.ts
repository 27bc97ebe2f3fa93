import type { Annotation } from "./grafana-types.ts";
import { HEALTH, SELF } from "../rules/series.ts";
import { WORKSPACE_SCOPE } from "./promql.ts";
import { select } from "./selectors.ts";
import { DATASOURCE } from "./variables.ts";

const SHOWN = { datasource: DATASOURCE, enable: true, hide: false, step: "5m" } as const;

/**
 * Workspaces whose data is simulated: those of an exporter that says so of itself.
 * @param up selects the workspaces, `demo` the exporters
 */
export function simulated(up: string, demo: string = SELF.demo): string {
  return `group by (workspace) (${up} and on (job, instance) ${demo})`;
}

/** What is marked on the trends of every dashboard: moments, or spans where it lasts. */
export const ANNOTATIONS: readonly Annotation[] = [
  {
    ...SHOWN,
    name: "Firing alerts",
    iconColor: "red",
    expr: 'max by (alertname, severity) (ALERTS{alertname=~"Roboflow.+",alertstate="firing"})',
    titleFormat: "{{alertname}}",
  },
  {
    ...SHOWN,
    // Without a switch at the head of the dashboard, where the name alone would say it of real data.
    hide: true,
    name: "Demo data",
    iconColor: "orange",
    expr: simulated(select(HEALTH.up, WORKSPACE_SCOPE)),
    titleFormat: "Demo data",
    textFormat: "{{workspace}} is simulated: nothing of it is real.",
  },
];
