import { setImmediate as nextTurn } from "node:timers/promises";
import files from "node:fs/promises";
import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import type { Files } from "../../src/storage/files.ts";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { playApi, startReloads, workspace } from "../support/reloads.ts";
import { temporaryDirectory } from "../support/restarts.ts";

const IMAGES = "roboflow_images_labeled";
const POLLS = "roboflow_exporter_polls_total";
const SUCCESS = "roboflow_exporter_config_last_reload_successful";
const SINCE = "roboflow_exporter_config_last_reload_success_timestamp_seconds";
const INFO = "roboflow_exporter_config_info";
const MINUTE_MS = 60_000;

test("a configuration that cannot be used changes nothing but the gauge, and the same good one sets it back", async () => {
  const api = await playApi();
  const good = { poll: { stagger: false }, workspaces: [workspace("acme"), workspace("beta")] };
  const { reload, families, polls, clock, lines, exporter } = await startReloads(api, good);
  await polls(2);
  const before = await families();
  expect([valueOf(before, SUCCESS), valueOf(before, SINCE)]).toEqual([1, clock.now() / 1000]);
  clock.advance(MINUTE_MS);
  const problem = 'poll.interval: "7m" does not divide an hour';
  const kept = "the configuration could not be reloaded; the one before stays in use";
  expect(await reload(new ConfigError([problem]))).toEqual({ isLoaded: false, text: `${kept}:\n${problem}` });
  const refused = await families();
  expect(valueOf(refused, SUCCESS)).toBe(0);
  for (const name of [SINCE, INFO, IMAGES, POLLS]) expect(samplesOf(refused, name)).toEqual(samplesOf(before, name));
  expect(lines.filter(({ level }) => level === "error")).toEqual([
    expect.objectContaining({ msg: kept, problems: [problem] }),
  ]);
  expect((await reload(good)).isLoaded).toBe(true);
  const after = await families();
  expect([valueOf(after, SUCCESS), valueOf(after, SINCE)]).toEqual([1, clock.now() / 1000]);
  expect(samplesOf(after, INFO)).toEqual(samplesOf(before, INFO));
  expect([api.asked("acme"), api.asked("beta")]).toEqual([1, 1]);
  expect(exporter.urls).toHaveLength(1);
});

test("a configuration that is refused ends no running poll", async () => {
  const api = await playApi();
  api.hanging.add("acme");
  const { reload, polls } = await startReloads(api, { workspaces: [workspace("acme"), workspace("beta")] });
  await polls(1);
  const never = { poll: { schedule: "0 0 31W 2 *" }, workspaces: [workspace("acme"), workspace("beta")] };
  expect((await reload(never)).isLoaded).toBe(false);
  expect([api.asked("acme"), api.asked("beta")]).toEqual([1, 1]);
});

/** A file system whose files of the workspace `new` are opened when the test says so. */
function createHeldFiles() {
  let reach: () => void = () => undefined;
  let release: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  const open = (async (...args: Parameters<Files["open"]>) => {
    if (String(args[0]).includes("new")) {
      reach();
      await released;
    }
    return files.open(...args);
  }) as Files["open"];
  return {
    ...{ files: { ...files, open }, reached },
    release: () => {
      release();
    },
  };
}

test("a file system that hangs gives a change up, and what it had stopped goes on", async () => {
  const api = await playApi();
  const held = createHeldFiles();
  const { reload, families, polls, clock } = await startReloads(
    api,
    { workspaces: [workspace("acme")] },
    { flags: { storagePath: temporaryDirectory() }, deps: { files: held.files } },
  );
  await polls(1);
  const reloading = reload({ poll: { interval: "5m" }, workspaces: [workspace("acme"), workspace("new")] });
  await held.reached;
  clock.advance(25_000);
  expect(await reloading).toEqual({ isLoaded: false, text: expect.stringContaining("was given up") as unknown });
  // With the old interval, and a poll in place of the one that the change could have cut.
  await polls(2);
  const after = await families();
  expect(valueOf(after, "roboflow_exporter_poll_interval_seconds", { workspace: "acme" })).toBe(900);
  expect(valueOf(after, POLLS, { workspace: "acme" })).toBe(2);
  expect(samplesOf(after, POLLS)).toHaveLength(1);
  held.release();
});

test("a stop in the middle of a change ends the polls, and nothing begins afterwards", async () => {
  const api = await playApi();
  const held = createHeldFiles();
  const { reload, exporter, polls, clock } = await startReloads(
    api,
    { workspaces: [workspace("acme")] },
    { flags: { storagePath: temporaryDirectory() }, deps: { files: held.files } },
  );
  await polls(1);
  const reloading = reload({ poll: { interval: "5m" }, workspaces: [workspace("acme"), workspace("new")] });
  await held.reached;
  await exporter.stop();
  held.release();
  await reloading;
  await nextTurn();
  // No timetable waits.
  expect([api.asked("acme"), api.asked("new"), clock.sleeping]).toEqual([1, 0, 0]);
});

test("after a stop there is no reload", async () => {
  const api = await playApi();
  const { reload, exporter } = await startReloads(api, { workspaces: [workspace("acme")] });
  await exporter.stop();
  expect(await reload({ workspaces: [workspace("new")] })).toMatchObject({
    ...{ isLoaded: false, text: expect.stringContaining("the exporter is being stopped") as unknown },
  });
  expect(api.asked("new")).toBe(0);
});

test("a bug ends the reload, is logged with its stack, and is not shown to the client", async () => {
  const api = await playApi();
  const bug = new TypeError("cannot read properties of undefined");
  const readConfig = () => {
    throw bug;
  };
  const { reload, polls, lines } = await startReloads(
    api,
    { workspaces: [workspace("acme")] },
    { deps: { readConfig } },
  );
  await polls(1);
  const { isLoaded, text } = await reload({});
  expect(isLoaded).toBe(false);
  expect(text.split("\n")[1]).toBe("internal error; see the log");
  expect(lines.find(({ level }) => level === "error")).toMatchObject({ err: { stack: bug.stack } });
});
