import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { run } from "../../src/cli/program.ts";
import { shardOf, shardedConfig } from "../../src/config/shards.ts";
import { configFrom, scrape, startHarness, startScriptedApi } from "../support/exporter-harness.ts";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { standingClock } from "../support/manual-clock.ts";
import { temporaryDirectory } from "../support/restarts.ts";
import { createTestHost } from "../support/test-host.ts";

const ANY_PORT = "--web.listen-address=127.0.0.1:0";
const NAMES = ["aerial", "harbor", "cells", "leaves", "roads"];
const ANSWER = { json: { data: [], labelers: [], stats: {} } };
const KEY = "rf_S3cretKeyOfTheTests";

function ownedBy(index: number, count: number): string[] {
  return NAMES.filter((name) => shardOf(name, count) === index);
}

/** A file of all workspaces, and the API that they are polled from. */
async function createFile() {
  const api = await startScriptedApi(() => ANSWER);
  onTestFinished(() => api.close());
  const file = path.join(temporaryDirectory(), "config.yml");
  const workspaces = NAMES.map((name) => ({ name, api_key: KEY }));
  const poll = { startup_spread: "0s" };
  writeFileSync(file, JSON.stringify({ api: { url: api.url }, poll, windows: ["7d"], workspaces }));
  return { api, file };
}

/**
 * The program as a shard, with its URL.
 * @param known the file to read, one of its own by default
 */
async function startShard(args: readonly string[], env: Readonly<Record<string, string>>, known?: string) {
  const file = known ?? (await createFile()).file;
  const { host, output, stop, waitFor } = createTestHost(env);
  const running = run([`--config.file=${file}`, ANY_PORT, ...args], host);
  onTestFinished(async () => {
    stop();
    await running;
  });
  const [, url = ""] = await waitFor(/"addresses":\["([^"]+)"/);
  return { url, output, waitFor };
}

const POD = { POD_NAME: "roboflow-exporter-1" };

describe("a shard", () => {
  test.each<readonly [args: readonly string[], env: Readonly<Record<string, string>>]>([
    [["--shard=1/2"], {}],
    [["--shard=auto/2"], POD],
    [["--shard=auto", "--shards=2"], POD],
    [[], { ...POD, ROBOFLOW_SHARD: "auto/2" }],
  ])("of %j with %j polls its own workspaces, and shows which it is", async (args, env) => {
    const { url, waitFor } = await startShard(args, env);
    const own = ownedBy(1, 2);
    expect([0 < own.length, own.length < NAMES.length]).toEqual([true, true]);
    await expect.poll(async () => (await fetch(`${url}/-/ready`)).status).toBe(200);
    const families = await scrape(url);
    const up = samplesOf(families, "roboflow_up");
    expect(up.map(({ labels }) => labels["workspace"])).toEqual(own.toSorted());
    expect(valueOf(families, "roboflow_exporter_shard_info", { shard: "1", shards: "2" })).toBe(1);
    expect(valueOf(families, "roboflow_exporter_shards")).toBe(2);
    await waitFor(new RegExp(`"workspaces":${own.length},"shard":"1/2","msg":"listening"`));
  });

  test("shows on its page of the configuration which workspaces are its own", async () => {
    const { url } = await startShard(["--shard=auto/2"], POD);
    const yaml = await (await fetch(`${url}/config`)).text();
    expect(yaml).toContain(`This is shard 1/2. Workspaces that it polls: ${ownedBy(1, 2).length} of ${NAMES.length}.`);
    const noted = [...yaml.matchAll(/# polled by (this shard|shard 0\/2, not by this one)\n {2}- name: (\w+)/g)];
    const own = noted.filter(([, by]) => by === "this shard").map(([, , name]) => name);
    expect([own, noted.length]).toEqual([ownedBy(1, 2), NAMES.length]);
    expect(yaml).not.toContain(KEY);
  });

  test("shows the hash of the whole configuration, so that shards can be compared", async () => {
    const { file } = await createFile();
    const hashes: unknown[] = [];
    for (const args of [["--shard=0/2"], ["--shard=1/2"], []]) {
      const { url } = await startShard(args, {}, file);
      hashes.push(samplesOf(await scrape(url), "roboflow_exporter_config_info").map(({ labels }) => labels["sha256"]));
    }
    const [first] = hashes;
    expect(hashes).toEqual([first, first, first]);
  });

  test("takes its number from the host's name where no other is given", async () => {
    const { url } = await startShard(["--shard=auto/2"], {});
    expect(valueOf(await scrape(url), "roboflow_exporter_shard_info", { shard: "0", shards: "2" })).toBe(1);
  });

  test("without workspaces runs, is ready, and says so", async () => {
    const empty = Array.from({ length: 12 }, (_, index) => index).find((index) => ownedBy(index, 12).length === 0);
    const { url, waitFor } = await startShard([`--shard=${empty}/12`], {});
    await waitFor(new RegExp(`"shard":"${empty}/12","msg":"no workspace belongs to this shard"`));
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
    const families = await scrape(url);
    expect(families.has("roboflow_up")).toBe(false);
    expect(valueOf(families, "roboflow_exporter_shard_info", { shard: String(empty), shards: "12" })).toBe(1);
    expect(await (await fetch(url)).text()).toContain("No workspace belongs to this shard.");
  });

  test.each([
    [{ POD_NAME: "roboflow-exporter-2" }, /"roboflow-exporter-2" is beyond the 2 shards/],
    [{ POD_NAME: "laptop" }, /auto needs a pod's name that ends with its number.*"laptop"/],
  ])("of the pod %j does not start", async (env, message) => {
    const { file } = await createFile();
    const { host, output } = createTestHost(env);
    expect(await run([`--config.file=${file}`, ANY_PORT, "--shard=auto/2"], host)).toBe(1);
    expect(output.stderr).toMatch(message);
  });

  test("is not shown without shards", async () => {
    const { url } = await startShard([], {});
    const families = await scrape(url);
    expect([families.has("roboflow_exporter_shard_info"), families.has("roboflow_exporter_shards")]).toEqual([
      false,
      false,
    ]);
  });
});

describe("commands that end by themselves", () => {
  test("take all workspaces, whatever the shard", async () => {
    const { file } = await createFile();
    const { host, output } = createTestHost({ POD_NAME: "laptop" });
    expect(await run(["once", `--config.file=${file}`, "--shard=auto/2"], host)).toBe(0);
    for (const name of NAMES) expect(output.stdout).toContain(`roboflow_up{workspace="${name}",source="insights"} 1`);
  });

  test("--config.check shows which workspaces each shard has", async () => {
    const { file } = await createFile();
    const { host, output } = createTestHost({ POD_NAME: "laptop" });
    expect(await run([`--config.file=${file}`, "--config.check", "--shard=auto/12"], host)).toBe(0);
    const lines = Array.from({ length: 12 }, (_, index) => {
      return `shard ${index}/12: ${ownedBy(index, 12).join(", ") || "no workspace"}`;
    });
    expect(output.stdout).toContain(`\n\n${lines.join("\n")}\n\n`);
  });
});

test("a shard does not call names unmatched that other shards may have, and an exporter of all does", async () => {
  const { api } = await createFile();
  const workspaces = NAMES.map((name) => ({ name, api_key: KEY }));
  const people = { system: ["a-robot"], teams: { Acme: ["l1"] } };
  const config = configFrom({ api: { url: api.url, retries: 0 }, windows: ["7d"], people, workspaces });
  const clock = standingClock("2026-11-18T15:00:00Z");
  const settings = async (given: Config) => {
    const { exporter, url, polls } = await startHarness(given, { clock });
    onTestFinished(() => exporter.stop());
    await polls(given.workspaces.length);
    const found = samplesOf(await scrape(url), "roboflow_exporter_config_unmatched");
    return [...new Set(found.map(({ labels }) => labels["setting"]))];
  };
  expect(await settings(config)).toEqual(["people.system", "people.teams"]);
  expect(await settings(shardedConfig(config, { index: 1, count: 2 }))).toEqual([]);
});

describe("the restart cache of shards", () => {
  const clock = standingClock("2026-11-18T15:00:00Z");

  /** Runs one shard after another; each shows what is stored before the API has answered. */
  async function createShards() {
    let isHanging = false;
    const api = await startScriptedApi(() => (isHanging ? new Promise(() => undefined) : ANSWER));
    onTestFinished(() => api.close());
    const workspaces = NAMES.map((name) => ({ name, api_key: KEY }));
    const start = async (index: number, count: number, storagePath: string) => {
      const config = configFrom({ api: { url: api.url, retries: 0 }, windows: ["7d"], workspaces }, { storagePath });
      const harness = await startHarness(shardedConfig(config, { index, count }), { clock });
      onTestFinished(() => harness.exporter.stop());
      return harness;
    };
    /** A good poll of each workspace. */
    const poll = async (index: number, count: number, directory: string) => {
      const { exporter, polls } = await start(index, count, directory);
      await polls(ownedBy(index, count).length);
      await exporter.stop();
    };
    /** The workspaces with stored data, while the API hangs. */
    const stored = async (index: number, count: number, directory: string) => {
      isHanging = true;
      const { url } = await start(index, count, directory);
      return samplesOf(await scrape(url), "roboflow_data_stale").flatMap(({ labels, value }) =>
        value === 0 ? [labels["workspace"]] : [],
      );
    };
    return { poll, stored };
  }

  test("may be one directory: after a change of their number each finds what others stored", async () => {
    const { poll, stored } = await createShards();
    const directory = temporaryDirectory();
    await Promise.all([poll(0, 2, directory), poll(1, 2, directory)]);
    for (const index of [0, 1, 2]) expect(await stored(index, 3, directory)).toEqual(ownedBy(index, 3).toSorted());
  });

  test("may be a directory each: a workspace that moved begins without data", async () => {
    const { poll, stored } = await createShards();
    const directories = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()];
    for (const index of [0, 1]) await poll(index, 2, directories[index] ?? "");
    for (const [index, directory] of directories.entries()) {
      const kept = ownedBy(index, 3).filter((name) => shardOf(name, 2) === index);
      expect(await stored(index, 3, directory)).toEqual(kept.toSorted());
    }
  });
});
