import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import files from "node:fs/promises";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import type { Files } from "../../src/storage/files.ts";
import { configFrom, scrape, startHarness, startScriptedApi } from "../support/exporter-harness.ts";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { createRestarts, dataLines, NOW, onlyFile, temporaryDirectory } from "../support/restarts.ts";
import { standingClock } from "../support/manual-clock.ts";

describe("a restart", () => {
  test("shows what was shown before, as old as it is, before the API has answered", async () => {
    const { clock, start, startWithoutApi } = await createRestarts();
    const before = await start();
    await before.polls(1);
    const lines = await dataLines(before.url);
    await before.exporter.stop();
    clock.advance(60_000);
    const { url, lines: log } = await startWithoutApi();
    expect(lines.length).toBeGreaterThan(50);
    expect(await dataLines(url)).toEqual(lines);
    const families = await scrape(url);
    expect(valueOf(families, "roboflow_exporter_last_success_timestamp_seconds")).toBe(Date.parse(NOW) / 1000);
    expect(valueOf(families, "roboflow_data_stale")).toBe(0);
    expect(valueOf(families, "roboflow_up")).toBe(0);
    expect(families.has("roboflow_exporter_last_poll_timestamp_seconds")).toBe(false);
    expect(valueOf(families, "roboflow_exporter_storage_errors_total")).toBe(0);
    expect((await fetch(`${url}/-/ready`)).status).toBe(503);
    expect(log).toMatchObject([{ level: "info", msg: "stored data is shown", savedAt: new Date(NOW).toJSON() }]);
  });

  test("shows people in the teams of today's configuration, though none is kept", async () => {
    const { simulator, directory, pollOnce, startWithoutApi } = await createRestarts();
    const [first, second] = (simulator.workspaces[0]?.labelers ?? []).map(({ id }) => id);
    const people = (teams: object) => ({ people: { teams } });
    await pollOnce(people({ Before: [first] }));
    expect(onlyFile(directory).text).not.toContain("Before");
    const families = await scrape((await startWithoutApi(people({ After: [second] }))).url);
    const inTeams = samplesOf(families, "roboflow_labeler_info").filter(({ labels }) => labels["team"] !== "");
    expect(inTeams.map(({ labels }) => [labels["labeler"], labels["team"]])).toEqual([[second, "After"]]);
  });

  test("keeps showing it while the API is down, until it is too old", async () => {
    const { clock, simulator, start, pollOnce } = await createRestarts();
    await pollOnce();
    simulator.setFaults([{ status: 500 }]);
    const { url, polls } = await start();
    await polls(1);
    const families = await scrape(url);
    expect(samplesOf(families, "roboflow_images_labeled").length).toBeGreaterThan(0);
    expect(valueOf(families, "roboflow_up")).toBe(0);
    expect(valueOf(families, "roboflow_exporter_last_poll_error", { reason: "http" })).toBe(1);
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
    clock.advance(3_600_000);
    expect(await dataLines(url)).toEqual([]);
  });

  test("shows what the next good poll brings, and keeps that instead", async () => {
    const { clock, directory, pollOnce, startWithoutApi } = await createRestarts();
    await pollOnce();
    const { file, text } = onlyFile(directory);
    clock.advance(900_000);
    await pollOnce();
    expect(onlyFile(directory).file).toBe(file);
    expect(onlyFile(directory).text).not.toBe(text);
    const families = await scrape((await startWithoutApi()).url);
    expect(valueOf(families, "roboflow_exporter_last_success_timestamp_seconds")).toBe(Date.parse(NOW) / 1000 + 900);
  });

  test("a bad poll changes nothing of what is kept", async () => {
    const { simulator, directory, start, pollOnce } = await createRestarts();
    await pollOnce();
    const { text } = onlyFile(directory);
    simulator.setFaults([{ status: 500 }]);
    const { polls, exporter } = await start();
    await polls(1);
    await exporter.stop();
    expect(onlyFile(directory).text).toBe(text);
  });

  test("of the next day does not show yesterday's number as today's", async () => {
    const { clock, pollOnce, startWithoutApi } = await createRestarts();
    const settings = { poll: { stale_after: "1d" } };
    await pollOnce(settings);
    clock.advanceTo("2026-11-19T00:00:00Z");
    const lines = await dataLines((await startWithoutApi(settings)).url);
    const windows = new Set(lines.map((line) => /window="(\w+)"/.exec(line)?.[1]));
    expect([...windows].filter((window) => window !== undefined)).toEqual(["7d"]);
  });

  test("obeys what has changed meanwhile in how data is shown", async () => {
    const { pollOnce, startWithoutApi } = await createRestarts();
    await pollOnce();
    const { url } = await startWithoutApi({ metrics: { exclude: ["roboflow_boxes_drawn"] } });
    const families = await scrape(url);
    expect(families.has("roboflow_boxes_drawn")).toBe(false);
    expect(samplesOf(families, "roboflow_images_labeled").length).toBeGreaterThan(0);
  });

  test("with hidden people shows the same hashes as before, which are all that is kept", async () => {
    const { start, startWithoutApi } = await createRestarts();
    const people = { identity: "hmac", hmac_key_file: "/hmac" };
    const before = await start({ people });
    await before.polls(1);
    const lines = await dataLines(before.url);
    await before.exporter.stop();
    expect(lines.filter((line) => /labeler="[0-9a-f]{16}"/.test(line)).length).toBeGreaterThan(10);
    expect(await dataLines((await startWithoutApi({ people })).url)).toEqual(lines);
  });

  test("shows nothing of people who were not hidden then, and are to be now", async () => {
    const { pollOnce, startWithoutApi } = await createRestarts();
    await pollOnce({ people: { names: false } });
    const { url, lines } = await startWithoutApi({ people: { identity: "hmac", hmac_key_file: "/hmac" } });
    expect(await dataLines(url)).toEqual([]);
    expect(lines).toMatchObject([{ msg: "stored data is refused; the next good poll replaces it" }]);
  });
});

describe("the time after which data is withdrawn", () => {
  test.each([
    { laterMs: 3_599_999, msg: "stored data is shown", isShown: true },
    { laterMs: 3_600_000, msg: "stored data is too old to be shown", isShown: false },
    { laterMs: -60_000, msg: "stored data is shown", isShown: true },
  ])("holds over a restart: $laterMs ms later, $msg", async ({ laterMs, msg, isShown }) => {
    const { clock, pollOnce, startWithoutApi } = await createRestarts();
    await pollOnce();
    clock.advance(laterMs);
    const { url, lines } = await startWithoutApi();
    expect(lines).toMatchObject([{ level: "info", msg }]);
    expect((await dataLines(url)).length > 0).toBe(isShown);
    expect(valueOf(await scrape(url), "roboflow_data_stale")).toBe(Number(!isShown));
  });
});

describe("what is on disk", () => {
  test("is one file for this user alone, named after the workspace, without the key", async () => {
    const { simulator, directory, pollOnce } = await createRestarts();
    await pollOnce();
    const { file, text } = onlyFile(directory);
    expect(path.basename(file)).toMatch(/^aerial-survey-[0-9a-f]{12}\.insights\.json$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(text).toContain("imagesLabeled");
    expect(text).not.toContain(simulator.workspaces[0]?.apiKey);
  });

  test.each([
    { name: "names, but no e-mail addresses, unless configured", people: {}, hasNames: true, hasEmails: false },
    { name: "both when both are published", people: { email: true }, hasNames: true, hasEmails: true },
    { name: "neither without names", people: { names: false }, hasNames: false, hasEmails: false },
  ])("holds of people what is published of them: $name", async ({ people, hasNames, hasEmails }) => {
    const { simulator, directory, pollOnce } = await createRestarts();
    await pollOnce({ people });
    const { text } = onlyFile(directory);
    const shown = (simulator.workspaces[0]?.labelers ?? []).filter(({ id }) => text.includes(`"${id}"`));
    expect(shown.length).toBeGreaterThan(1);
    expect(text.includes("@")).toBe(hasEmails);
    expect(text.includes(`"name":"${shown[0]?.displayName ?? ""}"`)).toBe(hasNames);
  });

  test("keeps the name of a program even where people have none, so that it stays one after a restart", async () => {
    const { directory, pollOnce, startWithoutApi } = await createRestarts();
    const people = { names: false, system: ["Änne Größenwahn"] };
    await pollOnce({ people });
    expect(onlyFile(directory).text).toContain("Änne Größenwahn");
    const { url } = await startWithoutApi({ people });
    const kinds = samplesOf(await scrape(url), "roboflow_labeler_info").map(({ labels }) => labels["kind"]);
    expect(kinds.filter((kind) => kind === "system")).toHaveLength(1);
  });

  test("is nothing without the flag: the file system is not touched", async () => {
    const { simulator, clock, directory } = await createRestarts();
    const workspaces = simulator.workspaces.map(({ name, apiKey }) => ({ name, api_key: apiKey }));
    const config = configFrom({ api: { url: simulator.url }, windows: ["7d"], workspaces });
    const { exporter, polls, lines } = await startHarness(config, { clock, files: {} as Files });
    await polls(2);
    await exporter.stop();
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
    expect(lines.filter(({ level }) => level === "warn")).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("a workspace that only its key names", () => {
  const STATS = { data: [{ projectId: "p", labelerId: "l", imagesLabeled: 3 }], labelers: [], stats: {} };

  async function unnamed() {
    const api = { name: "acme", isDown: false, hasStats: true };
    const { url, close } = await startScriptedApi(({ pathname }) => {
      if (api.isDown || (pathname !== "/" && !api.hasStats)) return { status: 500, json: {} };
      return { json: pathname === "/" ? { workspace: api.name } : STATS };
    });
    onTestFinished(close);
    const storagePath = temporaryDirectory();
    const start = async (apiKey = "key-of-acme") => {
      const document = { api: { url, retries: 0 }, windows: ["7d"], workspaces: [{ api_key: apiKey }] };
      const harness = await startHarness(configFrom(document, { storagePath }), { clock: standingClock(NOW) });
      onTestFinished(() => harness.exporter.stop());
      await harness.polls(1);
      return harness;
    };
    await (await start()).exporter.stop();
    return { api, start, storagePath };
  }

  async function shownIn(url: string) {
    const families = await scrape(url);
    const shown = samplesOf(families, "roboflow_images_labeled").map(({ labels }) => labels["workspace"]);
    return { shown, known: samplesOf(families, "roboflow_up").map(({ labels }) => labels["workspace"]) };
  }

  test("is shown under the name it had", async () => {
    const { api, start, storagePath } = await unnamed();
    api.isDown = true;
    expect(await shownIn((await start()).url)).toEqual({ shown: ["acme"], known: ["acme"] });
    const { file, text } = onlyFile(storagePath);
    expect(path.basename(file)).toMatch(/^unnamed-[0-9a-f]{12}\.insights\.json$/);
    expect(text).not.toContain("key-of-acme");
  });

  test("is not shown under another key, which may be another workspace's", async () => {
    const { api, start } = await unnamed();
    api.isDown = true;
    const { url, lines } = await start("another-key");
    expect(await shownIn(url)).toEqual({ shown: [], known: ["(unresolved)"] });
    // It is another file's business: that of the other key is not even looked at.
    expect(lines.filter(({ level }) => level === "warn").map(({ msg }) => msg)).not.toContain(
      "stored data is refused; the next good poll replaces it",
    );
  });

  test("loses what it had under a name that it has no more", async () => {
    const { api, start } = await unnamed();
    api.name = "renamed";
    api.hasStats = false;
    const { url } = await start();
    expect(await shownIn(url)).toEqual({ shown: [], known: ["renamed"] });
    const families = await scrape(url);
    expect(samplesOf(families, "roboflow_exporter_polls_total").map(({ labels }) => labels["workspace"])).toEqual([
      "renamed",
    ]);
  });
});

describe("a directory", () => {
  test("is made, with those above it, for this user alone", async () => {
    const storagePath = path.join(temporaryDirectory(), "deep", "down");
    const config = configFrom(
      { api: { url: "http://127.0.0.1:9" }, workspaces: [{ api_key: "key-of-one" }] },
      { storagePath },
    );
    await (await startHarness(config, { clock: standingClock(NOW) })).exporter.stop();
    expect(statSync(storagePath).mode & 0o777).toBe(0o700);
  });

  test.each([
    { name: "is a file", below: "", words: "EEXIST: file already exists" },
    { name: "is below a file", below: "below", words: "ENOTDIR: not a directory" },
  ])("that $name cannot be used, which is reported with the remedy; nothing runs", async ({ below, words }) => {
    const { simulator, clock } = await createRestarts();
    const file = path.join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    const storagePath = path.join(file, below);
    const workspaces = [{ api_key: "key-of-one" }];
    const config = configFrom({ api: { url: simulator.url }, workspaces }, { storagePath });
    await expect(startHarness(config, { clock })).rejects.toThrow(
      new ConfigError([
        `--storage.path: "${storagePath}" cannot be written to (${words}); give a directory this user may create and write to, or remove the flag`,
      ]),
    );
    expect(simulator.requests).toEqual([]);
  });
});

describe("a disk that fails", () => {
  test("is reported and counted, and fails no poll", async () => {
    const { directory, start } = await createRestarts();
    const { url, polls, lines } = await start();
    // Something in the directory's place stands for whatever may happen to it; it works for root too.
    rmSync(directory, { recursive: true, force: true });
    writeFileSync(directory, "");
    await polls(1);
    while (!lines.some(({ level }) => level === "warn")) await nextTurn();
    expect(lines.find(({ level }) => level === "warn")).toMatchObject({
      msg: "a good poll could not be stored; a restart will show a gap",
      reason: "ENOTDIR: not a directory",
    });
    const families = await scrape(url);
    expect(valueOf(families, "roboflow_exporter_storage_errors_total")).toBe(1);
    expect(valueOf(families, "roboflow_up")).toBe(1);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("that hangs holds up neither polls nor scrapes", async () => {
    const { directory, start } = await createRestarts();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const hanging: Files = { ...files, rename: (from, to) => released.then(() => files.rename(from, to)) };
    const { url, polls, exporter } = await start({}, { files: hanging });
    await polls(1);
    expect((await dataLines(url)).length).toBeGreaterThan(50);
    expect((await fetch(`${url}/-/ready`)).status).toBe(200);
    release();
    await exporter.stop();
    expect(readFileSync(onlyFile(directory).file, "utf8")).toContain("imagesLabeled");
  });

  test("keeps what is in the way when it is not ours: a directory with something in it", async () => {
    const { directory, pollOnce, start } = await createRestarts();
    await pollOnce();
    const { file } = onlyFile(directory);
    rmSync(file);
    mkdirSync(path.join(file, "precious"), { recursive: true });
    const { polls, exporter, lines } = await start();
    await polls(1);
    await exporter.stop();
    expect(readdirSync(file)).toEqual(["precious"]);
    expect(readdirSync(directory)).toEqual([path.basename(file)]);
    expect(lines.map(({ reason }) => reason).filter((reason) => reason !== undefined)).toEqual([
      "is not a regular file",
      "ENOTEMPTY: directory not empty",
    ]);
  });
});
