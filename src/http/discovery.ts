import type { Request, Response } from "express";
import type { WorkspaceState } from "../exposition/workspace-state.ts";
import { PATHS } from "../pages/layout.ts";
import { UNRESOLVED } from "../poller/state.ts";

/** Names of the workspaces that can be probed: those whose name is known. */
export function probedWorkspaces(states: readonly Pick<WorkspaceState, "workspace">[]): string[] {
  return states.map(({ workspace }) => workspace).filter((name) => name !== UNRESOLVED);
}

/** A name or an address, and a port; nothing else goes into the list. */
const ADDRESS = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * A target for each workspace, in the form of Prometheus' HTTP service discovery.
 * @param host the exporter's address
 */
export function discoveryTargets(names: readonly string[], host: string, isEncrypted: boolean) {
  const scheme = isEncrypted ? { __scheme__: "https" } : {};
  return names.map((name) => ({
    targets: [host],
    labels: { ...scheme, __metrics_path__: PATHS.probe, __param_target: name, instance: name },
  }));
}

/**
 * Answers Prometheus' HTTP service discovery. The address is the one that was asked, so that no one has to configure it.
 * Source: Prometheus' page "HTTP SD" for the form, blackbox_exporter for the labels
 */
export function createDiscoveryRoute(states: () => readonly Pick<WorkspaceState, "workspace">[]) {
  return (request: Request, response: Response): void => {
    const { host = "" } = request.headers;
    response.set("Cache-Control", "no-store");
    if (ADDRESS.test(host)) response.json(discoveryTargets(probedWorkspaces(states()), host, request.secure));
    else
      response.status(400).type("text/plain").send("The header Host is not an address that Prometheus could scrape.\n");
  };
}
