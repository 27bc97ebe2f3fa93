import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configHash } from "../../../src/config/canonical.ts";
import type { Shard } from "../../../src/config/config.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { knownShard, shardOf, shardedConfig } from "../../../src/config/shards.ts";
import { ConfigError } from "../../../src/errors.ts";
import { type Case, problemsOf, sourcesOf } from "../../support/configurations.ts";

const NAMES = Array.from({ length: 2000 }, (_, index) => `workspace-${index}`);

describe("the shard", () => {
  const auto = (count: number): Shard => ({ index: "auto", count });

  test.each<Case & { readonly name: string; readonly shard: Shard | undefined }>([
    { name: "is undefined by default", shard: undefined },
    { name: "is given by index and number", flags: { shard: "0/3" }, shard: { index: 0, count: 3 } },
    { name: "may be the only one", flags: { shard: "0/1" }, shard: { index: 0, count: 1 } },
    { name: "may come from the pod's name", flags: { shard: "auto/3" }, shard: auto(3) },
    { name: "may have its number in the other flag", flags: { shard: "auto", shards: "3" }, shard: auto(3) },
    { name: "is that of the pod where only the number is given", flags: { shards: "4" }, shard: auto(4) },
    { name: "may come from the environment", env: { ROBOFLOW_SHARD: "2/3" }, shard: { index: 2, count: 3 } },
    { name: "may come from two variables", env: { ROBOFLOW_SHARD: "auto", ROBOFLOW_SHARDS: "5" }, shard: auto(5) },
    { name: "may come from both", flags: { shard: "auto" }, env: { ROBOFLOW_SHARDS: "5" }, shard: auto(5) },
    {
      name: "is the flag's rather than the variable's",
      flags: { shard: "1/2" },
      env: { ROBOFLOW_SHARD: "nonsense" },
      shard: { index: 1, count: 2 },
    },
  ])("$name", ({ env = {}, flags = {}, shard }) => {
    expect(loadConfig(sourcesOf({ flags, env: { ROBOFLOW_API_KEY: "AbCdEf0123", ...env } })).shard).toEqual(shard);
  });

  const wrong = (text: string) =>
    `--shard: "${text}" is not a shard; write it like 0/3 for the first of three, or auto/3`;

  test.each<Case & { readonly problem: string }>([
    ...["", "3", "a/3", "-1/3", "1/3/5", "0.5/3", "1/-3", "AUTO/3", "1 / 3", "auto/"].map((text) => ({
      flags: { shard: text },
      problem: wrong(text),
    })),
    {
      flags: { shard: "3/3" },
      problem: '--shard: "3/3" does not exist; shards are counted from 0, so the last one of three is 2/3',
    },
    { flags: { shard: "0/0" }, problem: '--shard: "0/0" has a wrong number of shards; use 1 to 256' },
    { flags: { shard: "0/257" }, problem: '--shard: "0/257" has a wrong number of shards; use 1 to 256' },
    {
      flags: { shard: "auto" },
      problem: '--shard: "auto" has no number of shards; write it like auto/3, or give --shards=3',
    },
    {
      flags: { shard: "auto/3", shards: "3" },
      problem: '--shards: "3" cannot be combined with the number in "auto/3"; remove one of them',
    },
    {
      flags: { shards: "4" },
      env: { ROBOFLOW_SHARD: "0/3" },
      problem: '--shards: "4" cannot be combined with the number in "0/3"; remove one of them',
    },
    { flags: { shards: "0" }, problem: '--shards: "0" is not an integer from 1 to 256; use one in that range' },
    {
      env: { ROBOFLOW_SHARD: "3" },
      problem: 'ROBOFLOW_SHARD: "3" is not a shard; write it like 0/3 for the first of three, or auto/3',
    },
    { env: { ROBOFLOW_SHARD: "" }, problem: 'ROBOFLOW_SHARD: "" is empty; unset it or give a value' },
  ])("$flags $env is refused", ({ env = {}, flags = {}, problem }) => {
    expect(problemsOf({ flags, env: { ROBOFLOW_API_KEY: "AbCdEf0123", ...env } })).toEqual([problem]);
  });

  test.each([
    { podName: "roboflow-exporter-0", index: 0 },
    { podName: "exporter-2-of-mine-2", index: 2 },
    { podName: "x-02", index: 2 },
  ])("of the pod $podName is $index", ({ podName, index }) => {
    expect(knownShard(auto(3), podName)).toEqual({ index, count: 3 });
  });

  test("that is given does not depend on the pod", () => {
    expect(knownShard({ index: 1, count: 3 }, "laptop")).toEqual({ index: 1, count: 3 });
  });

  test.each([
    ["roboflow-exporter-3", /"roboflow-exporter-3" is beyond the 3 shards, .*; run 3 replicas/],
    ["roboflow-exporter-7d9f8b6c5-x2x4z", /^--shard: auto needs a pod's name that ends with its number/],
    ["0", /and this is "0"; write I\/N, or set POD_NAME$/],
    ["", /and this is ""/],
  ])("of the pod %j is refused", (podName, message) => {
    expect(() => knownShard(auto(3), podName)).toThrow(ConfigError);
    expect(() => knownShard(auto(3), podName)).toThrow(message);
  });
});

describe("the shard of a workspace", () => {
  test("is one of them, and always the same", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 256 }), (name, count) => {
        const shard = shardOf(name, count);
        expect(shard).toBe(shardOf(name, count));
        expect(shard).toBeGreaterThanOrEqual(0);
        expect(shard).toBeLessThan(count);
      }),
    );
  });

  test.each([1, 2, 3, 5, 10])("is each of %i equally often", (count) => {
    const sizes = Array.from({ length: count }, () => 0);
    for (const name of NAMES) sizes[shardOf(name, count)] = (sizes[shardOf(name, count)] ?? 0) + 1;
    const mean = NAMES.length / count;
    // Within five standard deviations.
    for (const size of sizes) expect(Math.abs(size - mean)).toBeLessThanOrEqual(5 * Math.sqrt(mean));
  });

  test.each([1, 2, 3, 9])("changes only for the part that shard %i takes when it is added", (count) => {
    const moved = NAMES.filter((name) => shardOf(name, count) !== shardOf(name, count + 1));
    for (const name of moved) expect(shardOf(name, count + 1)).toBe(count);
    const expected = NAMES.length / (count + 1);
    expect(Math.abs(moved.length - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected));
  });
});

test("the only shard has the configuration as it is", () => {
  const config = loadConfig(sourcesOf({}));
  expect(shardedConfig(config, { index: 0, count: 1 })).toEqual({ ...config, shard: { index: 0, count: 1 } });
});

test("the shards' configurations have each workspace once, in their order, and all that is common", () => {
  const yaml = `workspaces: [${NAMES.slice(0, 50)
    .map((name) => `{name: ${name}, api_key: key-of-one}`)
    .join()}]`;
  const config = loadConfig(sourcesOf({ yaml, env: {} }));
  const parts = [0, 1, 2].map((index) => shardedConfig(config, { index, count: 3 }));
  for (const [index, { workspaces, shard, sha256, ...common }] of parts.entries()) {
    expect([shard, sha256]).toEqual([{ index, count: 3 }, configHash(config)]);
    const names = workspaces.map(({ name }) => name);
    const own = config.workspaces.filter(({ name }) => names.includes(name));
    expect(workspaces).toEqual(own.map((workspace) => ({ ...workspace, hasOtherShards: true })));
    expect({ ...common, workspaces: config.workspaces, shard: undefined }).toEqual(config);
  }
  const names = parts.flatMap(({ workspaces }) => workspaces.map(({ name }) => name));
  expect(names.toSorted()).toEqual(NAMES.slice(0, 50).toSorted());
});
