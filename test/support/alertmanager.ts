import { join } from "node:path";
import { type Service, startService } from "./service.ts";

/** An alert as Alertmanager holds it. */
export interface HeldAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/** A real Alertmanager. */
export interface Alertmanager extends Service {
  readonly alerts: () => Promise<HeldAlert[]>;
  /** Hands over alerts, by their labels, as Prometheus does. */
  readonly fire: (alerts: readonly Readonly<Record<string, string>>[]) => Promise<void>;
}

/** Starts Alertmanager on a directory that holds its `alertmanager.yml`. */
export async function startAlertmanager(directory: string, address: string): Promise<Alertmanager> {
  const flags = [
    `--config.file=${join(directory, "alertmanager.yml")}`,
    `--storage.path=${join(directory, "alertmanager")}`,
    `--web.listen-address=${address}`,
    // Empty: or it listens for other Alertmanagers on every interface.
    "--cluster.listen-address=",
  ];
  const service = await startService("prometheus-alertmanager", flags, address);
  return {
    ...service,
    alerts: async () => (await (await service.get("/api/v2/alerts")).json()) as HeldAlert[],
    fire: async (alerts) => {
      const body = JSON.stringify(alerts.map((labels) => ({ labels })));
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${service.url}/api/v2/alerts`, { method: "POST", headers, body });
      if (!response.ok) throw new Error(await response.text());
    },
  };
}
