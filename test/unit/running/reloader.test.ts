import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Config } from "../../../src/config/config.ts";
import { ConfigError } from "../../../src/errors.ts";
import { createRedactor } from "../../../src/redact.ts";
import { createReload } from "../../../src/running/reloader.ts";
import { createSelfMetrics } from "../../../src/self/recorder.ts";
import { configFrom, createLogCapture } from "../../support/exporter-harness.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const CONFIG = configFrom({ workspaces: [{ name: "acme", api_key: "some-key-0123456789" }] });
const NOTHING = { added: [], removed: [], changed: [], unchanged: ["acme"] };

/** Reloads whose ends are in the test's hand. */
function createReloads(readConfig: () => Config = () => CONFIG, secrets: readonly string[] = []) {
  const events: string[] = [];
  const ends: (() => void)[] = [];
  const { logger, lines } = createLogCapture();
  const reload = createReload({
    readConfig: () => {
      events.push("read");
      return readConfig();
    },
    onLoaded: () => events.push("loaded"),
    change: async () => {
      events.push("begin");
      await new Promise<void>((resolve) => ends.push(resolve));
      events.push("end");
      return NOTHING;
    },
    selfMetrics: createSelfMetrics({ version: "1", revision: "a", nodeVersion: "v20" }),
    clock: new ManualClock(),
    logger,
    redact: createRedactor(secrets),
  });
  const end = async () => {
    ends.shift()?.();
    await nextTurn();
  };
  return { reload, end, events, lines };
}

test("reloads never overlap, and all that come during one share the next", async () => {
  const { reload, end, events } = createReloads();
  const first = reload();
  await nextTurn();
  const later = [reload(), reload(), reload()];
  await nextTurn();
  expect(events).toEqual(["read", "begin"]);
  await end();
  expect((await first).isLoaded).toBe(true);
  expect(events).toEqual(["read", "begin", "end", "loaded", "read", "begin"]);
  await end();
  const outcomes = await Promise.all(later);
  expect(outcomes.map(({ isLoaded }) => isLoaded)).toEqual([true, true, true]);
  expect(events).toHaveLength(8);
});

test("a failed reload does not keep the next one from running", async () => {
  const given = [new ConfigError(["poll.interval: no"]), CONFIG];
  const { reload, end } = createReloads(() => {
    const next = given.shift();
    if (!next || next instanceof ConfigError) throw next ?? new Error("none left");
    return next;
  });
  expect((await reload()).isLoaded).toBe(false);
  const second = reload();
  await nextTurn();
  await end();
  expect((await second).isLoaded).toBe(true);
});

test("no secret is in what a client gets, and warnings are logged as at the start", async () => {
  const key = "some-key-0123456789";
  const refusing = createReloads(() => {
    throw new ConfigError([`workspaces[0].name: "${key}" is the API key`]);
  }, [key]);
  expect((await refusing.reload()).text).not.toContain(key);
  const warning = "poll.timezone: shifts the days";
  const { reload, end, lines } = createReloads(() => ({ ...CONFIG, warnings: [warning] }));
  const reloading = reload();
  await nextTurn();
  await end();
  await reloading;
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    ["info", "the configuration was reloaded"],
    ["warn", warning],
  ]);
});
