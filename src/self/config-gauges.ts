import { Gauge, type Registry } from "prom-client";
import { SELF_METRICS } from "./metrics.ts";

/** What is known of the configuration in use. */
export interface ConfigGauges {
  /** Takes whether the newest content of the web configuration file is in use. */
  readonly webConfigRead: (isUsed: boolean) => void;
  /** Takes the hash of a configuration that is now in use, and since when: epoch milliseconds. */
  readonly configLoaded: (sha256: string, atMs: number) => void;
  /** A configuration was refused, and the one before is kept. */
  readonly configRefused: () => void;
}

function gaugeOf(
  metric: "webConfig" | "configReload" | "configReloadTime" | "configInfo",
  registers: Registry[],
): Gauge {
  const { name, help, labels } = SELF_METRICS[metric];
  return new Gauge({ name, help, labelNames: [...labels], registers });
}

/** Creates the gauges. A start counts as a success: without a good configuration there is none. */
export function createConfigGauges(registry: Registry): ConfigGauges {
  const registers = [registry];
  const webConfig = gaugeOf("webConfig", registers);
  const isReloaded = gaugeOf("configReload", registers);
  const reloadTime = gaugeOf("configReloadTime", registers);
  const info = gaugeOf("configInfo", registers);
  webConfig.set(1);
  isReloaded.set(1);
  return {
    webConfigRead: (isUsed) => {
      webConfig.set(Number(isUsed));
    },
    configLoaded: (sha256, atMs) => {
      isReloaded.set(1);
      reloadTime.set(atMs / 1000);
      info.reset();
      info.set({ sha256 }, 1);
    },
    configRefused: () => {
      isReloaded.set(0);
    },
  };
}
