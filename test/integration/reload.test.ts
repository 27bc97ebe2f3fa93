import { expect, test } from "vitest";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { dataSeries, playApi, startReloads, workspace } from "../support/reloads.ts";

const POLLS = "roboflow_exporter_polls_total";
const IMAGES = "roboflow_images_labeled";

test("what did not change goes on, what was added is polled at once, what was removed leaves no series", async () => {
  const api = await playApi();
  const { reload, families, seriesOfWorkspace, polls, lines } = await startReloads(api, {
    workspaces: [workspace("kept"), workspace("gone")],
  });
  await polls(2);
  const [before, removed] = [await families(), await seriesOfWorkspace("gone")];
  api.images.set("kept", 99);
  const outcome = await reload({ workspaces: [workspace("new"), workspace("kept")] });
  expect(outcome).toEqual({
    isLoaded: true,
    text: "The configuration was reloaded. Added: new. Removed: gone. Changed: none. Unchanged: 1.",
  });
  await polls(3);
  expect(removed.length).toBeGreaterThan(100);
  expect(await seriesOfWorkspace("gone")).toEqual([]);
  const after = await families();
  // Not polled again, so not the 99.
  for (const family of [IMAGES, POLLS, "roboflow_exporter_next_poll_timestamp_seconds"])
    expect(samplesOf(after, family, { workspace: "kept" })).toEqual(samplesOf(before, family, { workspace: "kept" }));
  expect(valueOf(after, POLLS, { workspace: "new" })).toBe(1);
  expect(valueOf(after, IMAGES, { workspace: "new" })).toBe(1);
  expect([api.asked("kept"), api.asked("gone"), api.asked("new")]).toEqual([1, 1, 1]);
  expect(lines.find(({ msg }) => msg === "the configuration was reloaded")).toMatchObject({
    ...{ level: "info", added: ["new"], removed: ["gone"], changed: [], unchanged: 1 },
  });
});

test("what did not change keeps its timer", async () => {
  const api = await playApi();
  const { reload, clock, polls } = await startReloads(api, { workspaces: [workspace("kept"), workspace("gone")] });
  await polls(2);
  clock.advance(10 * 60_000);
  await reload({ workspaces: [workspace("kept")] });
  await clock.whenAsleep();
  expect(api.asked("kept")).toBe(1);
  // The next run of its interval, not an interval after the reload.
  clock.advance(5 * 60_000);
  await polls(3);
  expect([api.asked("kept"), api.asked("gone")]).toEqual([2, 1]);
});

test("a removed workspace's running request is cut, and nothing counts or logs it", async () => {
  const api = await playApi();
  api.hanging.add("gone");
  const { reload, seriesOfWorkspace, polls, lines } = await startReloads(api, {
    workspaces: [workspace("kept"), workspace("gone")],
  });
  await polls(1);
  await reload({ workspaces: [workspace("kept")] });
  expect(await seriesOfWorkspace("gone")).toEqual([]);
  expect(lines.filter(({ level }) => level !== "info")).toEqual([]);
});

test("a workspace whose interval changed is polled at once, and keeps its data, its health and its counters", async () => {
  const api = await playApi();
  const { reload, families, polls } = await startReloads(api, { workspaces: [workspace("acme")] });
  await polls(1);
  const before = await families();
  api.hanging.add("acme");
  expect((await reload({ poll: { interval: "5m" }, workspaces: [workspace("acme")] })).text).toContain(
    "Changed: acme.",
  );
  const during = await families();
  expect(dataSeries(during, "acme")).toEqual(dataSeries(before, "acme"));
  const acme = { workspace: "acme" };
  for (const name of ["roboflow_up", IMAGES, POLLS, "roboflow_exporter_last_success_timestamp_seconds"])
    expect(valueOf(during, name, acme)).toBe(valueOf(before, name, acme));
  expect(valueOf(during, "roboflow_exporter_poll_interval_seconds", acme)).toBe(300);
  // What was aborted is no failed request, and the running one is not over.
  const requests = (of: typeof during) => samplesOf(of, "roboflow_api_requests_total").map(({ value }) => value);
  expect(requests(during)).toEqual(requests(before));
  expect(api.asked("acme")).toBe(2);
});

test("a request that a change ends is not counted, and its poll is not a failed one", async () => {
  const api = await playApi();
  api.hanging.add("acme");
  const { reload, families, polls } = await startReloads(api, { workspaces: [workspace("acme")] });
  api.hanging.clear();
  await reload({ poll: { interval: "5m" }, workspaces: [workspace("acme")] });
  await polls(1);
  const after = await families();
  const counted = (name: string) => samplesOf(after, name).reduce((sum, { value }) => sum + value, 0);
  expect(counted(POLLS)).toBe(1);
  expect(counted("roboflow_exporter_poll_failures_total")).toBe(0);
  expect(counted("roboflow_api_requests_total")).toBe(1);
});

test("a new key is used at once, and the data of the old one stays until then", async () => {
  const api = await playApi();
  const { reload, families, polls } = await startReloads(api, { workspaces: [workspace("acme")] });
  await polls(1);
  api.hanging.add("acme");
  await reload({ workspaces: [workspace("acme", { api_key: "another-key-0123456789" })] });
  expect(valueOf(await families(), IMAGES, { workspace: "acme" })).toBe(1);
  const keys = api.requests.map(({ searchParams }) => searchParams.get("api_key"));
  expect(keys).toEqual(["key-of-acme-0123456789", "another-key-0123456789"]);
});

test("a change does not call an API that asked not to be called, except with another key", async () => {
  const api = await playApi();
  api.limited.set("acme", 600);
  const { reload, lines, polls } = await startReloads(api, { workspaces: [workspace("acme")] });
  await polls(1);
  await reload({ poll: { interval: "5m" }, workspaces: [workspace("acme")] });
  await polls(2);
  expect(api.asked("acme")).toBe(1);
  expect(lines.at(-1)).toMatchObject({
    msg: "poll failed",
    error: expect.stringContaining("for another 600 s") as unknown,
  });
  await reload({ workspaces: [workspace("acme", { api_key: "another-key-0123456789" })] });
  await polls(3);
  expect(api.asked("acme")).toBe(2);
});

test("data that was asked for in another way is withdrawn until the next poll", async () => {
  const api = await playApi();
  const { reload, families, polls } = await startReloads(api, { workspaces: [workspace("acme")] });
  await polls(1);
  api.hanging.add("acme");
  await reload({ workspaces: [workspace("acme", { labelers: ["u7Jq2"] })] });
  const during = await families();
  expect(dataSeries(during, "acme")).toEqual([]);
  expect(valueOf(during, "roboflow_up", { workspace: "acme" })).toBe(0);
  expect(valueOf(during, POLLS, { workspace: "acme" })).toBe(1);
});

test("data is shown under the new settings from the moment of the reload", async () => {
  const api = await playApi();
  const { reload, families, polls } = await startReloads(api, { workspaces: [workspace("acme"), workspace("beta")] });
  await polls(2);
  for (const name of ["acme", "beta"]) api.hanging.add(name);
  expect(dataSeries(await families(), "acme").join()).toContain("u7Jq2");
  const changed = {
    people: { identity: "hmac", hmac_key_file: "/hmac", names: false },
    metrics: { exclude: ["roboflow_workspace_images_labeled"] },
  };
  // With names kept in memory, they could be shown again; without, they are not.
  const workspaces = [workspace("acme", { approval_target: 0.8 }), workspace("beta")];
  await reload({ people: { identity: "id", system: ["u7Jq2"] }, workspaces });
  expect(samplesOf(await families(), "roboflow_labeler_info").map(({ labels }) => labels["kind"])).toEqual([
    "system",
    "system",
  ]);
  expect(samplesOf(await families(), "roboflow_approval_target_ratio").map(({ value }) => value)).toEqual([0.8]);
  await reload({ ...changed, workspaces });
  const hidden = await families();
  expect([...dataSeries(hidden, "acme"), ...dataSeries(hidden, "beta")].join()).not.toMatch(/u7Jq2|Ada/);
});

test("ids are gone from the moment of the reload that hides them; the next poll brings their hashes", async () => {
  const api = await playApi();
  const people = { names: false };
  const { reload, families, polls, logged } = await startReloads(api, { people, workspaces: [workspace("acme")] });
  await polls(1);
  const before = dataSeries(await families(), "acme");
  api.hanging.add("acme");
  const hmac = { ...people, identity: "hmac", hmac_key_file: "/hmac" };
  await reload({ people: hmac, workspaces: [workspace("acme")] });
  const after = dataSeries(await families(), "acme");
  expect(before.join()).toContain("u7Jq2");
  expect(after).toEqual([]);
  await reload({ people, workspaces: [workspace("acme")] });
  api.hanging.clear();
  await reload({ people: hmac, workspaces: [workspace("acme")] });
  await logged(/^poll succeeded$/, 2);
  const hashed = dataSeries(await families(), "acme");
  expect(hashed).toHaveLength(before.length);
  expect(hashed.join()).not.toContain("u7Jq2");
});

test("a source that is asked for, or no longer, has its series, or none", async () => {
  const api = await playApi();
  const { reload, families, polls, logged } = await startReloads(api, { workspaces: [workspace("acme")] });
  await polls(1);
  const sources = async () => samplesOf(await families(), POLLS).map(({ labels, value }) => [labels["source"], value]);
  const retries = async () =>
    samplesOf(await families(), "roboflow_api_retries_total").map(({ labels }) => labels["endpoint"]);
  const endpoints = await retries();
  await reload({ workspaces: [workspace("acme", { legacy: true })] });
  await logged(/^poll (?:succeeded|failed)$/, 1, "legacy");
  await polls(2);
  expect(await sources()).toEqual([
    ["insights", 2],
    ["legacy", 1],
  ]);
  await reload({ workspaces: [workspace("acme")] });
  await polls(3);
  expect(await sources()).toEqual([["insights", 3]]);
  expect(await retries()).toEqual(endpoints);
});

test("the data of every source stays, through one change after another", async () => {
  const api = await playApi();
  const acme = workspace("acme", { legacy: true });
  const { reload, families, polls, logged } = await startReloads(api, { workspaces: [acme] });
  await Promise.all([polls(1), logged(/^poll succeeded$/, 1, "legacy")]);
  const before = dataSeries(await families(), "acme");
  expect(before.join()).toMatch(/roboflow_legacy_\w*images/);
  api.hanging.add("acme").add("workspace-stats");
  for (const interval of ["5m", "10m"]) {
    expect((await reload({ poll: { interval }, workspaces: [acme] })).text).toContain("Changed: acme.");
    expect(dataSeries(await families(), "acme")).toEqual(before);
  }
});

test("another cost of an hour shows from the reload on, without a poll, and is gone without the key", async () => {
  const api = await playApi();
  const costing = (cost: Readonly<Record<string, number>>) => ({
    workspaces: [workspace("acme", { legacy: true, ...cost })],
  });
  const { reload, families, polls, logged } = await startReloads(api, costing({ cost_per_hour: 12 }));
  await Promise.all([polls(1), logged(/^poll succeeded$/, 1, "legacy")]);
  const costs = async () => samplesOf(await families(), "roboflow_cost_per_hour").map(({ value }) => value);
  expect(await costs()).toEqual([12]);
  api.hanging.add("acme").add("workspace-stats");
  await reload(costing({ cost_per_hour: 15.5 }));
  expect(await costs()).toEqual([15.5]);
  await reload(costing({}));
  expect(await costs()).toEqual([]);
  expect(samplesOf(await families(), "roboflow_legacy_images_labeled")).not.toEqual([]);
});

test("workspaces stand in the order of the new file", async () => {
  const api = await playApi();
  const { reload, url } = await startReloads(api, { workspaces: [workspace("beta"), workspace("acme")] });
  const order = async () =>
    [...(await (await fetch(`${url}/`)).text()).matchAll(/\b(?:acme|beta|new)\b/g)]
      .map(([name]) => name)
      .filter((name, index, all) => all.indexOf(name) === index);
  expect(await order()).toEqual(["beta", "acme"]);
  await reload({ workspaces: [workspace("acme"), workspace("new"), workspace("beta")] });
  expect(await order()).toEqual(["acme", "new", "beta"]);
});

test("an added workspace does not make the exporter unready", async () => {
  const api = await playApi();
  const { reload, url, polls } = await startReloads(api, { workspaces: [workspace("acme")] });
  await polls(1);
  const status = async () => (await fetch(`${url}/-/ready`)).status;
  expect(await status()).toBe(200);
  api.hanging.add("new");
  await reload({ workspaces: [workspace("acme"), workspace("new")] });
  expect(await status()).toBe(200);
});
