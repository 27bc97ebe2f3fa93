import type { RequestLimits, Shard } from "./config.ts";
import type { Draft, readFlags } from "./inputs.ts";
import type { Report } from "./messages.ts";
import { DEFAULTS } from "./settings.ts";

/** Which of the workspaces are polled. */
export function resolveShard(
  { data, isFlawed, shown, nameOf }: ReturnType<typeof readFlags>,
  report: Report,
): Shard | undefined {
  const { shard, shards } = data;
  if (isFlawed(["shard"]) || isFlawed(["shards"])) return undefined;
  const complain = (path: string, problem: string) => {
    report(nameOf([path]), `${shown([path])} ${problem}`);
  };
  const { index = "auto", count = shards } = shard ?? {};
  if (shards !== undefined && shard?.count !== undefined)
    complain("shards", `cannot be combined with the number in ${shown(["shard"])}; remove one of them`);
  if (shard && count === undefined)
    complain("shard", "has no number of shards; write it like auto/3, or give --shards=3");
  return count === undefined ? undefined : { index, count };
}

/** What all workspaces share. Of several, one that hangs must leave room for the others. */
export function resolveRequests({ file }: Draft, workspaces: number): RequestLimits {
  const { concurrency, requests_per_second: perSecond } = { ...DEFAULTS.requests, ...file.data.api };
  return { concurrency, perSecond, share: workspaces > 1 ? Math.ceil(concurrency / 2) : concurrency };
}
