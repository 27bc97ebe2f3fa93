import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Outcomes, type Target } from "../../bench/abuse/attack.ts";
import { ATTACKS } from "../../bench/abuse/attacks.ts";
import { type ProcessFacts, factsOf, forgetPeak } from "../../bench/abuse/process-facts.ts";
import { freeSlots, scrape } from "../../bench/abuse/scrape.ts";
import type { ServerLimits } from "../../src/http/server.ts";
import { eventually } from "../support/eventually.ts";
import { NODE_OPTIONS } from "../support/node-options.ts";

/** More than the kernel's buffers hold for one connection. */
const BODY_BYTES = 16 * 2 ** 20;
const SLOTS = 40;
/** What ends an attack ends it within seconds. */
const LIMITS: Partial<ServerLimits> = {
  ...{ headersMs: 1_000, requestMs: 2_000, checkMs: 100, responseMs: 3_000, lingerMs: 100 },
  ...{ connections: 100, connectionsPerAddress: 50 },
};
const PAUSE_MS = 50;
const LONG_MS = 60_000;
/** For clients that do not see the end of their connection: they have not read what came before it. */
const READING_MS = 500;
/** A fifth of what the bodies would take if all slots held copies. */
const MAX_GROWTH_MB = 128;
const CLOSING_MS = 10_000;

let child: ChildProcess;
let target: Target;
let atRest: ProcessFacts;

function facts(): ProcessFacts {
  return factsOf(child.pid ?? 0);
}

beforeAll(async () => {
  const script = fileURLToPath(new URL("attacked-process.mjs", import.meta.url));
  child = fork(script, [JSON.stringify([BODY_BYTES, LIMITS])], { execArgv: NODE_OPTIONS });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  target = { port, isEncrypted: false };
  // What is loaded and made with the first responses is there at rest too.
  await freeSlots(target, SLOTS);
  expect((await scrape(target)).outcome).toBe("200");
  atRest = facts();
});

afterAll(() => {
  child.kill("SIGKILL");
});

/** The process notices in its own time that connections have ended. */
function expectFilesClosed(): Promise<void> {
  return eventually(() => {
    expect(facts().openFiles).toBeLessThanOrEqual(atRest.openFiles);
  }, CLOSING_MS);
}

describe("the server withstands", () => {
  test.each(ATTACKS)("$name", async ({ attacker, addresses, few, isLarge, outcomes: allowed }) => {
    forgetPeak(child.pid ?? 0);
    const outcomes = new Outcomes();
    const longestMs = isLarge ? READING_MS : LONG_MS;
    await attacker(target, { pauseMs: PAUSE_MS, longestMs, addresses, sockets: few }, outcomes);
    expect((await scrape(target)).outcome).toBe("200");
    const names = outcomes.entries().map(([name]) => name);
    expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
    expect(names).not.toEqual([]);
    await expectFilesClosed();
    expect(await freeSlots(target, SLOTS)).toBe(SLOTS);
    expect(facts().peakMb).toBeLessThan(atRest.rssMb + MAX_GROWTH_MB);
    expect(child.exitCode).toBeNull();
  });
});
