import type { SimulatedWorkspace } from "../simulator/server.ts";

/** Two teams of all workspaces, dealt out in turn; the last labeler of each workspace has none, as people may. */
function demoTeams(workspaces: readonly Pick<SimulatedWorkspace, "labelers">[]) {
  const inTurn = (turn: number) =>
    workspaces.flatMap(({ labelers }) =>
      labelers
        .slice(0, -1)
        .filter((_, index) => index % 2 === turn)
        .map(({ id }) => id),
    );
  return { "In-house": inTurn(0), Agency: inTurn(1) };
}

/**
 * The demo's configuration file, in YAML. JSON is YAML, so no text needs escaping rules of our own.
 * @param url the simulator's base URL
 */
export function renderDemoConfig(
  url: string,
  workspaces: readonly Pick<SimulatedWorkspace, "name" | "apiKey" | "labelers">[],
): string {
  return JSON.stringify({
    api: { url },
    poll: { interval: "10s", jitter: "1s", legacy_interval: "30s" },
    people: { teams: demoTeams(workspaces) },
    workspaces: workspaces.map(({ name, apiKey }, index) => ({
      ...{ name, api_key: apiKey, approval_target: 0.9 },
      // One with the legacy endpoint's metrics, the others as most workspaces are.
      legacy: index === 0,
    })),
  });
}
