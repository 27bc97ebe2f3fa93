import type { AlertRule } from "./rule-file.ts";
import { SELF } from "./series.ts";

/** A scrape that failed must not begin it again, and one good reload ends it at once. */
function refusedFor(gauge: string): string {
  return `max by (job, instance) (max_over_time(${gauge}[5m])) == 0`;
}

const WAY = { for: "10m", labels: { severity: "warning", area: "exporter" } } as const;
const INSTANCE = "Roboflow exporter {{ $labels.instance }}";

/** Alerts about files that the exporter refuses: only a person can mend them. */
export const configAlerts: readonly AlertRule[] = [
  {
    alert: "RoboflowConfigReloadFailed",
    expr: refusedFor(SELF.configReload),
    ...WAY,
    summary: `${INSTANCE} could not reload its configuration`,
    description: "The configuration from before stays in use.\nThe log says what is wrong with the new one.",
  },
  {
    alert: "RoboflowWebConfigReloadFailed",
    expr: refusedFor(SELF.webConfig),
    ...WAY,
    summary: `${INSTANCE} refuses its web configuration file`,
    description:
      "TLS, users and headers from before stay in use, a certificate that expires too.\nThe log says what is wrong with the file.",
  },
];
