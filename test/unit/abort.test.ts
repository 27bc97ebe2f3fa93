import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { linkAbort } from "../../src/abort.ts";

test("a signal that many workspaces share at once is not taken for a leak", async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  process.on("warning", hear);
  onTestFinished(() => {
    process.off("warning", hear);
  });
  const shared = new AbortController();
  const links = Array.from({ length: 30 }, () => linkAbort(shared.signal));
  await setImmediate();
  expect(warnings).toEqual([]);
  shared.abort("stop");
  expect(links.every(({ signal }) => signal.aborted)).toBe(true);
});
