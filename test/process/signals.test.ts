import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { makePipe } from "../support/pipe.ts";
import { startProgram } from "../support/program.ts";
import { temporaryDirectory } from "../support/restarts.ts";
import { PROGRAM, bash } from "../support/shell.ts";

const DEMO = ["demo", "--web.listen-address=127.0.0.1:0"];
const KEY = { ROBOFLOW_API_KEY: "some-key-0123456789", ROBOFLOW_WORKSPACE: "acme" };

/** Starts it, and kills it at the end of the test if it runs still. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = startProgram(args, env);
  onTestFinished(() => program[Symbol.asyncDispose]());
  return program;
}

describe("an exporter", () => {
  test.each(["SIGUSR1", "SIGUSR2"] as const)("logs %s and goes on", async (signal) => {
    const program = start(DEMO);
    const [, url = ""] = await program.waitFor(/Metrics\s+(http:\S+)/);
    program.child.kill(signal);
    await program.waitFor(new RegExp(`"level":"info".*"msg":"${signal}: `));
    expect((await fetch(url)).status).toBe(200);
    program.child.kill("SIGTERM");
    expect(await program.exited).toBe(0);
    expect(program.output().stderr).not.toContain("Debugger");
  });

  test("reads its configuration again at SIGHUP, as often as it comes, and goes on", async () => {
    const file = path.join(temporaryDirectory(), "config.yml");
    const write = (...names: readonly string[]) => {
      const workspaces = names.map((name) => ({ name, api_key: "some-key-0123456789" }));
      writeFileSync(file, JSON.stringify({ api: { url: "http://127.0.0.1:9", retries: 0 }, workspaces }));
    };
    write("acme");
    const program = start(["--web.listen-address=127.0.0.1:0", "--config.file", file]);
    const [, url = ""] = await program.waitFor(/"addresses":\["([^"]+)"/);
    const workspaces = async () =>
      [...(await (await fetch(`${url}/metrics`)).text()).matchAll(/^roboflow_up\{.*workspace="(\w+)"/gm)].map(
        ([, name]) => name,
      );
    write("acme", "beta");
    program.child.kill("SIGHUP");
    await program.waitFor(/"added":\["beta"\],"removed":\[\],.*"msg":"the configuration was reloaded"/);
    expect(await workspaces()).toEqual(["acme", "beta"]);
    writeFileSync(file, "workspaces: nothing");
    program.child.kill("SIGHUP");
    await program.waitFor(/"level":"error".*"problems":\["workspaces: .*could not be reloaded/);
    expect(await workspaces()).toEqual(["acme", "beta"]);
    write("beta");
    program.child.kill("SIGHUP");
    await program.waitFor(/"removed":\["acme"\]/);
    expect(await workspaces()).toEqual(["beta"]);
    program.child.kill("SIGTERM");
    expect(await program.exited).toBe(0);
  });

  test("on simulated workspaces has nothing to read, and says that nothing changed", async () => {
    const program = start(DEMO);
    const [, url = ""] = await program.waitFor(/Metrics\s+(http:\S+)/);
    program.child.kill("SIGHUP");
    await program.waitFor(/"changed":\[\],"unchanged":2,"msg":"the configuration was reloaded"/);
    expect((await fetch(url)).status).toBe(200);
  });

  test("reloads once it can after a SIGHUP that comes while it starts, and does not wait for a pipe", async () => {
    const pipe = makePipe();
    const program = start(["--web.listen-address=127.0.0.1:0", "--config.file", pipe], KEY);
    // Resolves once the program has opened it for reading.
    const writer = await open(pipe, "w");
    program.child.kill("SIGHUP");
    await writer.writeFile("api: { url: http://127.0.0.1:9 }\n");
    await writer.close();
    await program.waitFor(/"msg":"listening"/);
    await program.waitFor(/"problems":\["--config\.file: .* is not a regular file and can be read only once/);
    program.child.kill("SIGTERM");
    expect(await program.exited).toBe(0);
  });
});

test.each(["SIGTERM", "SIGINT"] as const)("%s ends a program that waits for its configuration", async (signal) => {
  const pipe = makePipe();
  const program = start(["--config.file", pipe], KEY);
  const writer = await open(pipe, "w");
  program.child.kill(signal);
  await program.exited;
  await writer.close();
  expect(program.child.signalCode).toBe(signal);
});

test("a configuration and a key can come from commands", async () => {
  const config = "<(echo 'workspaces: [{ name: acme }]')";
  const line = `ROBOFLOW_API_KEY_FILE=<(echo some-key-0123456789) ${PROGRAM} --config.check --config.file=${config}`;
  const { status, stdout } = await bash(line);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^The configuration is valid: acme\.\n/) as string,
  });
});

test("a configuration that never ends is too large", async () => {
  const { status, stderr } = await bash(`${PROGRAM} --config.check --config.file=<(yes)`, KEY);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(
      /^--config\.file: "\/dev\/fd\/\d+" is larger than 1 MiB; give a smaller file\n$/,
    ) as unknown,
  });
});

test("a terminal that is closed ends a command", async () => {
  const program = start(["simulate", "--web.listen-address=127.0.0.1:0"]);
  await program.waitFor(/ROBOFLOW_API_URL=/);
  program.child.kill("SIGHUP");
  await program.exited;
  expect(program.child.signalCode).toBe("SIGHUP");
});
