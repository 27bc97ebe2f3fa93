import path from "node:path";
import { expect, test } from "vitest";
import { startProgram } from "../support/program.ts";

const KEY = "a-k3y-of-the-tests";

test("a promise that nothing awaits ends the process with a last line that says so, without the key", async () => {
  await using program = startProgram(["--web.listen-address=127.0.0.1:0"], {
    ...{
      NODE_OPTIONS: `--import=${path.resolve("test/support/rejecting.mjs")}`,
      REJECTION: `lost ${KEY}\nin two lines`,
    },
    ...{ ROBOFLOW_API_KEY: KEY, ROBOFLOW_WORKSPACE: "acme", ROBOFLOW_API_URL: "http://127.0.0.1:9" },
  });
  await program.waitFor(/"msg":"listening"/);
  program.child.kill("SIGUSR2");
  expect(await program.exited).toBe(1);
  const { stderr } = program.output();
  expect(stderr.trimEnd().split("\n").at(-1)).toBe(
    "a bug ended roboflow-exporter; please report it: Error: lost <secret> in two lines",
  );
  expect(stderr).not.toContain(KEY);
});
