import type { SimulatedWorkspace } from "../simulator/server.ts";

/**
 * The demo's configuration file, in YAML. JSON is YAML, so no text needs escaping rules of our own.
 * @param url the simulator's base URL
 */
export function renderDemoConfig(
  url: string,
  workspaces: readonly Pick<SimulatedWorkspace, "name" | "apiKey">[],
): string {
  return JSON.stringify({
    api: { url },
    poll: { interval: "10s", jitter: "1s", legacy_interval: "30s" },
    workspaces: workspaces.map(({ name, apiKey }, index) => ({
      ...{ name, api_key: apiKey, approval_target: 0.9 },
      // One with the legacy endpoint's metrics, the others as most workspaces are.
      legacy: index === 0,
    })),
  });
}
