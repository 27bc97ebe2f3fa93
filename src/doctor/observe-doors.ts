import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import { type AskerDeps, clientAt, replyOf } from "./asker.ts";
import type { Door, Reply } from "./observations.ts";

/** Where the API is, by region. The key is sent to no other host than these and the configured one. */
export const REGIONS: readonly string[] = ["https://api.roboflow.com", "https://api.roboflow.eu"];

const OTHER = { query: "bearer", bearer: "query" } as const;

/** Whether the API itself refused the key. */
export function isRejected<T>(reply: Reply<T>): boolean {
  return "error" in reply && (reply.error.reason === "unauthorized" || reply.error.reason === "forbidden");
}

/** The first door that let the key in. */
export function openDoor(doors: readonly Door[]): Door | undefined {
  return doors.find(({ root }) => "value" in root);
}

/** Most requests that {@link observeDoors} makes when the key is let in, and when it is not. */
export function doorRequests({ api: { url } }: WorkspaceConfig, regions: readonly string[]) {
  return { open: 2, closed: 2 + 2 * otherRegions(url, regions).length };
}

/** A URL of the user's own (a gateway, the simulator) has no other region. */
function otherRegions(url: string, regions: readonly string[]): readonly string[] {
  return regions.includes(url) ? regions.filter((region) => region !== url) : [];
}

/** Presents the key as configured and the other way; where it is rejected both ways, in the other region too. */
export async function observeDoors(
  config: WorkspaceConfig,
  regions: readonly string[],
  deps: AskerDeps,
): Promise<readonly Door[]> {
  const { url, auth } = config.api;
  const knock = async (door: Pick<Door, "url" | "auth">): Promise<Door> => {
    const root = await replyOf(fetchWorkspaceName(clientAt(config, door, deps), deps.redact, deps.stop));
    return { ...door, root };
  };
  const doors = [await knock({ url, auth })];
  // Who does not answer at all is not asked again.
  if (doors.every(({ root }) => "value" in root || root.error.status !== undefined))
    doors.push(await knock({ url, auth: OTHER[auth] }));
  for (const region of otherRegions(url, regions))
    for (const way of [auth, OTHER[auth]])
      if (doors.every(({ root }) => isRejected(root))) doors.push(await knock({ url: region, auth: way }));
  return doors;
}
