import type { Simulator } from "../../src/simulator/server.ts";

/** The body of an answer of `GET /workspace-stats`, as far as tests read it. */
export interface LegacyAnswer {
  readonly data: {
    readonly last_updated: string;
    readonly data: readonly (Readonly<Record<string, number>> & { readonly projectId: string })[];
    readonly ticks: readonly { readonly values: Readonly<Record<string, Readonly<Record<string, number>>>> }[];
  };
}

/** The simulator's own answer to its first workspace's key. */
export async function askLegacy(
  { url, workspaces }: Simulator,
  startMs: number,
  endMs: number,
): Promise<LegacyAnswer["data"]> {
  const query = new URLSearchParams({
    api_key: workspaces[0]?.apiKey ?? "",
    start: String(startMs),
    end: String(endMs),
    includeTicks: "true",
  });
  const answer = await fetch(`${url}/workspace-stats?${query.toString()}`);
  return ((await answer.json()) as LegacyAnswer).data;
}
