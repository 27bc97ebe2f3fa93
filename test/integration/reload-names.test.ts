import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { dataSeries, playApi, startReloads, workspace } from "../support/reloads.ts";
import { temporaryDirectory } from "../support/restarts.ts";

const POLLS = "roboflow_exporter_polls_total";
const IMAGES = "roboflow_images_labeled";
const KEY = "key-of-acme-0123456789";

/** An exporter whose only workspace has no name in the configuration. */
async function startUnnamed() {
  const api = await playApi();
  api.names.set(KEY, "acme").set("key-of-beta-0123456789", "beta");
  const reloads = await startReloads(api, { workspaces: [{ api_key: KEY }] });
  await reloads.polls(1);
  return { ...reloads, api };
}

test("a workspace that only its key names keeps its name, its data and its counters through a change", async () => {
  const { api, reload, families } = await startUnnamed();
  api.hanging.add("").add("acme");
  await reload({ poll: { interval: "5m" }, workspaces: [{ api_key: KEY }] });
  const after = await families();
  expect(samplesOf(after, POLLS).map(({ labels, value }) => [labels["workspace"], value])).toEqual([["acme", 1]]);
  expect(valueOf(after, IMAGES, { workspace: "acme" })).toBe(1);
});

test("the name is not asked for again, but where another API may have another one", async () => {
  const { api, reload, polls } = await startUnnamed();
  const asked = () => api.requests.filter(({ pathname }) => pathname === "/").length;
  await reload({ poll: { interval: "5m" }, workspaces: [{ api_key: KEY }] });
  await polls(2);
  await reload({ poll: { interval: "10m" }, workspaces: [{ api_key: KEY }] });
  await polls(3);
  expect(asked()).toBe(1);
  await reload({ api: { url: api.url.replace("127.0.0.1", "localhost") }, workspaces: [{ api_key: KEY }] });
  await polls(4);
  expect(asked()).toBe(2);
});

test("a workspace that gets its name in the configuration is the same one", async () => {
  const { api, reload, families } = await startUnnamed();
  api.hanging.add("").add("acme");
  expect((await reload({ workspaces: [workspace("acme")] })).text).toContain(
    "Added: none. Removed: none. Changed: acme.",
  );
  const after = await families();
  expect(valueOf(after, IMAGES, { workspace: "acme" })).toBe(1);
  expect(valueOf(after, POLLS, { workspace: "acme" })).toBe(1);
});

test("with another key, a workspace without a name may be another one: nothing of the old one stays", async () => {
  const { reload, families, polls, seriesOfWorkspace } = await startUnnamed();
  expect((await reload({ workspaces: [{ api_key: "key-of-beta-0123456789" }] })).text).toContain(
    "Added: (unresolved). Removed: acme.",
  );
  await polls(2);
  expect(await seriesOfWorkspace("acme")).toEqual([]);
  expect(await seriesOfWorkspace("(unresolved)")).toEqual([]);
  expect(samplesOf(await families(), POLLS).map(({ labels, value }) => [labels["workspace"], value])).toEqual([
    ["beta", 1],
  ]);
});

test("a workspace whose name is not known yet is replaced while it is asked for", async () => {
  const api = await playApi();
  api.hanging.add("");
  api.names.set("key-of-beta-0123456789", "beta");
  const { reload, polls, seriesOfWorkspace } = await startReloads(api, { workspaces: [{ api_key: KEY }] });
  await reload({ workspaces: [{ api_key: "key-of-beta-0123456789" }] });
  expect((await seriesOfWorkspace("(unresolved)")).length).toBeGreaterThan(0);
  api.hanging.clear();
  await reload({ poll: { interval: "5m" }, workspaces: [{ api_key: "key-of-beta-0123456789" }] });
  await polls(1);
  expect(await seriesOfWorkspace("(unresolved)")).toEqual([]);
  expect((await seriesOfWorkspace("beta")).length).toBeGreaterThan(0);
});

test("a change does not ask for the name while the API asked not to be called, except at another API", async () => {
  const api = await playApi();
  api.limited.set("", 600);
  const { reload, lines, polls, clock } = await startReloads(api, { workspaces: [{ api_key: KEY }] });
  const asked = () => api.requests.filter(({ pathname }) => pathname === "/").length;
  await polls(1);
  clock.advance(60_000);
  await reload({ poll: { interval: "5m" }, workspaces: [{ api_key: KEY }] });
  await polls(2);
  expect(asked()).toBe(1);
  expect(lines.at(-1)).toMatchObject({
    ...{ msg: "poll failed", error: expect.stringContaining("for another 540 s") as unknown },
  });
  await reload({ api: { url: api.url.replace("127.0.0.1", "localhost") }, workspaces: [{ api_key: KEY }] });
  await polls(3);
  expect(asked()).toBe(2);
});

test("an added workspace shows what is stored of it, also one that was removed before; no file is removed", async () => {
  const api = await playApi();
  const directory = temporaryDirectory();
  const both = { workspaces: [workspace("acme"), workspace("beta")] };
  const { reload, families, polls, exporter } = await startReloads(api, both, { flags: { storagePath: directory } });
  await polls(2);
  api.hanging.add("beta");
  await reload({ workspaces: [workspace("acme")] });
  expect(readdirSync(directory)).toHaveLength(2);
  expect(dataSeries(await families(), "beta")).toEqual([]);
  await reload(both);
  const after = await families();
  expect(valueOf(after, IMAGES, { workspace: "beta" })).toBe(1);
  expect(valueOf(after, "roboflow_up", { workspace: "beta" })).toBe(0);
  expect(valueOf(after, POLLS, { workspace: "beta" })).toBe(0);
  await exporter.stop();
});
