import type { Clock } from "../clock.ts";
import type { WorkspaceConfig } from "../config/config.ts";
import type { Redactor } from "../redact.ts";
import { type Ask, type RequestObserver, createClient } from "../roboflow/client.ts";
import type { Dispatcher } from "../roboflow/dispatcher.ts";
import type { Lane } from "../roboflow/lane.ts";
import { fetchWorkspaceName } from "../roboflow/workspaces.ts";
import { type Reply, replyOf } from "../sources/checks.ts";

/** Where the API is, by region. The key is sent to no other host than these and the configured one. */
export const REGIONS: readonly string[] = ["https://api.roboflow.com", "https://api.roboflow.eu"];

/** Where the key is sent, and in which part of the request: in the query or in the header. */
export interface KeyPlace {
  readonly url: string;
  readonly auth: WorkspaceConfig["api"]["auth"];
}

/** What `GET /` answered to the key in one place: the workspace's name. */
export interface KeyTest extends KeyPlace {
  readonly root: Reply<string>;
}

/** The test of the configured place first. */
export type KeyTests = readonly [KeyTest, ...KeyTest[]];

export interface ClientDeps {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly random: () => number;
  readonly redact: Redactor;
  readonly observer: RequestObserver;
  /** The lane in which the requests wait for their turns. */
  readonly lane: Lane;
  readonly stop: AbortSignal;
}

const OTHER = { query: "bearer", bearer: "query" } as const;

/** A client that sends the key in a place. */
export function clientAt(
  { api, apiKey, seriesLimit }: WorkspaceConfig,
  { url, auth }: KeyPlace,
  deps: ClientDeps,
): Ask {
  return createClient({ ...api, url, auth, apiKey, seriesLimit }, { ...deps, enter: deps.lane.enter });
}

/** Whether the API itself refused the key. */
export function isRejected<T>(reply: Reply<T>): boolean {
  return "error" in reply && (reply.error.reason === "unauthorized" || reply.error.reason === "forbidden");
}

/** The first test in which the key was accepted, with the workspace that it is for. */
export function acceptedTest(tests: readonly KeyTest[]): (KeyTest & { readonly workspace: string }) | undefined {
  const [first] = tests.flatMap((test) => ("value" in test.root ? [{ ...test, workspace: test.root.value }] : []));
  return first;
}

/**
 * The test in whose place the key goes with all other questions. Where it was accepted nowhere it is the configured one, if
 * the API answered there: a key of few scopes may be refused at `GET /` alone.
 */
export function usableTest(tests: KeyTests): KeyTest | undefined {
  const [configured] = tests;
  const isAnswered = "error" in configured.root && configured.root.error.status !== undefined;
  return acceptedTest(tests) ?? (isAnswered ? configured : undefined);
}

/** A URL of the user's own (a gateway, the simulator) has no other region. */
function otherRegions(url: string, regions: readonly string[]): readonly string[] {
  return regions.includes(url) ? regions.filter((region) => region !== url) : [];
}

/** The maximum number of requests of {@link testKey}: when the key is accepted, and when it is rejected. */
export function maxKeyRequests({ api: { url } }: WorkspaceConfig, regions: readonly string[]) {
  return { accepted: 2, rejected: 2 + 2 * otherRegions(url, regions).length };
}

/** Sends the key as configured and in the other part of the request; where both are rejected, to the other region too. */
export async function testKey(
  config: WorkspaceConfig,
  regions: readonly string[],
  deps: ClientDeps,
): Promise<KeyTests> {
  const { url, auth } = config.api;
  const testAt = async (place: KeyPlace): Promise<KeyTest> => {
    const root = await replyOf(fetchWorkspaceName(clientAt(config, place, deps), deps.redact, deps.stop));
    return { ...place, root };
  };
  const tests: [KeyTest, ...KeyTest[]] = [await testAt({ url, auth })];
  // A host that does not answer is not asked again.
  if (tests.every(({ root }) => "value" in root || root.error.status !== undefined))
    tests.push(await testAt({ url, auth: OTHER[auth] }));
  for (const region of otherRegions(url, regions))
    for (const other of [auth, OTHER[auth]])
      if (tests.every(({ root }) => isRejected(root))) tests.push(await testAt({ url: region, auth: other }));
  return tests;
}
