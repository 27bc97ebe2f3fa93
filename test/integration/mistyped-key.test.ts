import { describe, expect, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { VARIABLES } from "../../src/config/keys.ts";
import { namesOf } from "../../src/config/table.ts";
import { createTestHost } from "../support/test-host.ts";

/** Not configured anywhere: only its form says that it is a key. */
const KEY = "q7Kd93hTzVbn52XwLmPa";

const ENV = {
  ROBOFLOW_API_URL: "http://127.0.0.1:9",
  ROBOFLOW_API_KEY: "the-key-of-a-test",
  ROBOFLOW_WORKSPACE: "aerial",
};

/** Flags with which each command ends before it polls or listens, whatever else it is given. */
const ENDING: Readonly<Record<string, readonly string[]>> = {
  "": ["--config.check"],
  once: ["--web.max-requests=0"],
  doctor: ["--web.max-requests=0"],
  raw: ["--limit=0"],
  backfill: ["--output=-", "--from=x"],
  demo: [],
  simulate: [],
  healthcheck: [],
};

async function ran(args: readonly string[], env: Readonly<Record<string, string>> = ENV) {
  const { host, output } = createTestHost(env);
  const code = await run(args, host);
  return { code, ...output };
}

const wordOf = (command: string) => (command === "" ? [] : [command]);

async function flagsOf(command: string): Promise<string[]> {
  const { stdout } = await ran([...wordOf(command), "--help"]);
  return [...stdout.matchAll(/^ {2}(--[\w.-]+) </gm)].flatMap(([, flag]) => flag ?? []);
}

const COMMANDS = await Promise.all(
  Object.entries(ENDING).map(async ([command, ending]) => ({ command, ending, flags: await flagsOf(command) })),
);

describe("a key that was typed in the place of something else is not shown", () => {
  test.each(COMMANDS.flatMap(({ command, ending, flags }) => flags.map((flag) => ({ command, ending, flag }))))(
    "$command $flag",
    async ({ command, ending, flag }) => {
      const { stdout, stderr } = await ran([...wordOf(command), ...ending, `${flag}=${KEY}`]);
      expect(stdout + stderr).not.toBe("");
      expect(stdout + stderr).not.toContain(KEY);
    },
  );

  test.each([
    { place: "a command", args: [KEY] },
    { place: "a flag", args: [`--${KEY}`] },
    { place: "a flag with a value", args: [`--${KEY}=1`] },
    { place: "a host", args: ["healthcheck", `--web.listen-address=${KEY}:1`] },
    { place: "a host to listen on", args: ["simulate", `--web.listen-address=${KEY}:1`] },
  ])("$place", async ({ args }) => {
    const { code, stdout, stderr } = await ran(args);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("<secret>");
    expect(stdout + stderr).not.toContain(KEY);
  });

  test.each(VARIABLES.flatMap(namesOf))("%s", async (name) => {
    const { stderr } = await ran(["--config.check", "--web.max-requests=0"], { ...ENV, [name]: KEY });
    expect(stderr).not.toBe("");
    expect(stderr).not.toContain(KEY);
  });
});

test("what cannot be a key is shown, so that its error can be found", async () => {
  const { stderr } = await ran(["healthcheck", "--web.listen-address=localhost"]);
  expect(stderr).toContain('"localhost" is not an address');
});
