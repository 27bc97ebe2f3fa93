import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startScriptedApi } from "../support/exporter-harness.ts";
import { parseExposition, samplesOf, valueOf } from "../support/exposition.ts";
import { type RunningProgram, startProgram } from "../support/program.ts";

const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
const PRELOAD = path.resolve("test/support/jumping-clock.mjs");
const ANSWER = { data: [{ projectId: "p", labelerId: "l", imagesLabeled: 3 }], labelers: [], stats: {} };

/** The program, polling every second an API that sets the program's clock while it answers, where a jump is asked for. */
async function startJumping(jumps: readonly number[]) {
  const left: { jumps: number; program?: RunningProgram } = { jumps: 0 };
  const api = await startScriptedApi(async () => {
    const { program } = left;
    if (left.jumps === 0 || !program) return { json: ANSWER };
    left.jumps--;
    const set = program.output().stderr.split("clock set to").length - 1;
    program.child.kill("SIGUSR2");
    await program.waitFor(new RegExp(`(?:clock set to[^]*){${set + 1}}`));
    return { json: ANSWER };
  });
  onTestFinished(api.close);
  const running = startProgram(["--web.listen-address=127.0.0.1:0"], {
    ...{ NODE_OPTIONS: `--import=${PRELOAD}`, JUMPS: jumps.join(",") },
    ...{ ROBOFLOW_API_KEY: "a-key-of-the-tests", ROBOFLOW_WORKSPACE: "acme", ROBOFLOW_API_URL: api.url },
    ...{ POLL_INTERVAL: "1s", WINDOWS: "7d" },
  });
  left.program = running;
  onTestFinished(() => running[Symbol.asyncDispose]());
  await running.waitFor(/"msg":"poll succeeded"/);
  const [, url = ""] = await running.waitFor(/"addresses":\["([^"]+)"/);
  const jump = async (count: number) => {
    left.jumps = 1;
    // The poll during which it is set, and three more.
    await running.waitFor(new RegExp(`(?:clock set to[^]*){${count}}(?:"msg":"poll succeeded"[^]*?){4}`));
  };
  return { url, jump };
}

test("a clock that is set by hours and days, in the middle of a poll, neither stops polls nor shows in any number", async () => {
  const { url, jump } = await startJumping([-3 * HOUR_MS, 3 * DAY_MS, -365 * DAY_MS]);
  for (const count of [1, 2, 3]) {
    await jump(count);
    const families = parseExposition(await (await fetch(`${url}/metrics`)).text());
    expect(valueOf(families, "roboflow_up")).toBe(1);
    expect(valueOf(families, "roboflow_data_stale")).toBe(0);
    expect(valueOf(families, "roboflow_images_labeled")).toBe(3);
    // A busy machine may be late by a poll or two; what the jump left out would be hundreds of thousands.
    expect(valueOf(families, "roboflow_exporter_polls_skipped_total")).toBeLessThan(100);
    for (const name of ["roboflow_exporter_poll_duration_seconds", "roboflow_api_request_duration_seconds"]) {
      const sums = samplesOf(families, name, { endpoint: "stats" }).concat(samplesOf(families, name));
      for (const { value } of sums) expect(value).toBeGreaterThanOrEqual(0);
      // Nor does an hour or a day appear in it.
      for (const { name: sample, value } of sums)
        if (sample.endsWith("_sum")) expect(value).toBeLessThan(HOUR_MS / 1000);
    }
  }
});
