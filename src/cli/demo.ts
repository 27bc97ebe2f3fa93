import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import type { Flags } from "../config/sources.ts";
import { DATA_METRICS } from "../exposition/catalogue.ts";
import { isCronExpression } from "../poller/timetable.ts";
import { type Simulator, startSimulator } from "../simulator/server.ts";
import { renderDemoConfig } from "./demo-config.ts";
import type { Host } from "./host.ts";
import { type Options, flagsFrom } from "./options.ts";
import { serve } from "./serve.ts";
import { simulatorOptions } from "./simulator-options.ts";

const CONFIG_NAME = "demo.yaml";
const DEFAULT_ADDRESS = "127.0.0.1:17626";

function demoFlags(options: Options): Flags {
  const flags = flagsFrom(options);
  return { ...flags, configFile: CONFIG_NAME, listenAddresses: flags.listenAddresses ?? [DEFAULT_ADDRESS] };
}

/** The demo's configuration goes the way of any other; only the file is made up on the spot. */
function demoConfig(simulator: Simulator, options: Options): Config {
  const config = loadConfig({
    // The user's own key and workspace have no business in the demo.
    env: {},
    flags: demoFlags(options),
    readFile: () => renderDemoConfig(simulator.url, simulator.workspaces),
    isCronExpression,
    knownMetrics: DATA_METRICS.map(({ name }) => name),
  });
  return { ...config, isDemo: true };
}

function whereToLook(url: string, simulator: Simulator, { web }: Config): string {
  return [
    `The exporter runs on simulated workspaces (${simulator.workspaces.map(({ name }) => name).join(", ")}).`,
    `  Metrics    ${url}${web.telemetryPath}`,
    `  Page       ${url}/`,
    `  Readiness  ${url}/-/ready`,
    `  Simulator  ${simulator.url}`,
    "Ctrl-C stops both.",
    "",
  ].join("\n");
}

/** Runs the simulator and the exporter on it. */
export async function runDemo(options: Options, host: Host): Promise<number> {
  const simulator = await startSimulator({ ...simulatorOptions(options, host), port: 0 });
  try {
    const config = demoConfig(simulator, options);
    // Without the environment: a proxy could not reach the simulator on this machine.
    return await serve(config, { ...host, env: {} }, ({ urls }) => {
      host.stdout.write(whereToLook(urls[0] ?? "", simulator, config));
    });
  } finally {
    await simulator.close();
  }
}
