import { listenAddressText } from "../config/config.ts";
import { listenProblem } from "../http/server.ts";
import { startSimulator } from "../simulator/server.ts";
import { type Host, stopRequested } from "./host.ts";
import { type Options, oneAddress } from "./options.ts";
import { simulatorOptions } from "./simulator-options.ts";

/** Not the exporter's port, so that both can run on one machine. */
export const SIMULATOR_ADDRESS = "127.0.0.1:17627";

/** Runs the simulator alone, and says how to point an exporter at it. */
export async function runSimulator(options: Options, host: Host): Promise<number> {
  const address = oneAddress(options, SIMULATOR_ADDRESS);
  const simulator = await startSimulator({ ...simulatorOptions(options, host), ...address }).catch((error: unknown) => {
    throw error instanceof Error ? listenProblem(listenAddressText(address), error) : error;
  });
  host.stdout.write(`The simulated API is at ${simulator.url}. Point an exporter at it with\n`);
  for (const { name, apiKey } of simulator.workspaces)
    host.stdout.write(`  ROBOFLOW_API_URL=${simulator.url} ROBOFLOW_WORKSPACE=${name} ROBOFLOW_API_KEY=${apiKey}\n`);
  await stopRequested(host);
  await simulator.close();
  return 0;
}
