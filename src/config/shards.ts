import { stableFraction } from "../stable-hash.ts";
import { configHash } from "./canonical.ts";
import type { Config, Shard } from "./config.ts";
import { ConfigError } from "../errors.ts";

export const MAX_SHARDS = 256;

/** Reads `0/3`, `auto/3` or `auto`; undefined for any other text. */
export function readShard(
  text: string,
): { readonly index: number | "auto"; readonly count: number | undefined } | undefined {
  const [, index = "", count] = /^(auto|\d{1,4}(?=\/))(?:\/(\d{1,4}))?$/.exec(text) ?? [];
  if (index === "") return undefined;
  return { index: index === "auto" ? index : Number(index), count: count === undefined ? undefined : Number(count) };
}

/** A shard as it is written. */
export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** A shard whose index is known. */
export interface KnownShard extends Shard {
  readonly index: number;
}

/**
 * The shard with its index: that of `auto` is the number at the end of the pod's name, as a StatefulSet gives it.
 * @param podName such as `roboflow-exporter-2`
 * @throws ConfigError when the name has no number, or one beyond the number of shards
 */
export function knownShard({ index, count }: Shard, podName: string): KnownShard {
  if (index !== "auto") return { index, count };
  const [, ordinal] = /-(\d{1,9})$/.exec(podName) ?? [];
  const name = JSON.stringify(podName);
  if (ordinal === undefined)
    throw new ConfigError([
      `--shard: auto needs a pod's name that ends with its number, like roboflow-exporter-0, and this is ${name}; write I/N, or set POD_NAME`,
    ]);
  if (Number(ordinal) >= count)
    throw new ConfigError([
      `--shard: ${name} is beyond the ${count} shards, which are counted from 0; run ${count} replicas, or raise the number of shards`,
    ]);
  return { index: Number(ordinal), count };
}

/**
 * The shard that polls a workspace. Rendezvous hashing: each shard bids for it and the highest bid wins, so that of N
 * shards a new one takes one workspace in N + 1 from the others, and no other moves.
 */
export function shardOf(workspace: string, count: number): number {
  const bids = Array.from({ length: count }, (_, index) => stableFraction(`shard ${index}\n${workspace}`));
  return bids.indexOf(Math.max(...bids));
}

/** The configuration with the shard's own workspaces. Its hash is that of the whole, so that shards can be compared. */
export function shardedConfig(config: Config, { index, count }: KnownShard): Config {
  const shard = { index, count };
  if (count === 1) return { ...config, shard };
  const own = config.workspaces.filter(({ name = "" }) => shardOf(name, count) === index);
  const workspaces = own.map((workspace) => ({ ...workspace, hasOtherShards: true }));
  return { ...config, workspaces, shard, sha256: configHash(config) };
}
