import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { startSimulator } from "../../src/simulator/server.ts";
import { SOURCES } from "../../src/sources/sources.ts";
import { runProgram, startProgram } from "../support/program.ts";

const DEMO = ["demo", "--web.listen-address=127.0.0.1:0"];
const ADDRESS = /Metrics\s+(http:\S+)/;

async function seriesOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

test("the demo serves data of its first poll, says where, and SIGTERM ends it with exit code 0", async () => {
  await using program = startProgram(DEMO);
  const [, url = ""] = await program.waitFor(ADDRESS);
  await program.waitFor(/"workspace":"harbor-vision".*"msg":"poll succeeded"/);
  expect(await seriesOf(url)).toMatch(/^roboflow_images_labeled\{workspace="harbor-vision",.*\} \d+$/m);
  program.child.kill("SIGTERM");
  expect(await program.exited).toBe(0);
});

test("SIGINT ends it too, with exit code 0", async () => {
  await using program = startProgram(DEMO);
  await program.waitFor(ADDRESS);
  program.child.kill("SIGINT");
  expect(await program.exited).toBe(0);
});

test("two demos with the same seed publish the same people and projects", async () => {
  const infoOf = async (seed: string) => {
    await using program = startProgram([...DEMO, `--seed=${seed}`]);
    const [, url = ""] = await program.waitFor(ADDRESS);
    // Each source knows projects; the names that are shown are those of all of them.
    for (const source of SOURCES)
      await program.waitFor(
        new RegExp(`"workspace":"aerial-survey","source":"${source.name}".*"msg":"poll succeeded"`),
      );
    return (await seriesOf(url))
      .split("\n")
      .filter((line) => line.startsWith('roboflow_project_info{workspace="aerial'));
  };
  const [first, second, other] = await Promise.all([infoOf("7"), infoOf("7"), infoOf("8")]);
  expect(first.length).toBeGreaterThan(1);
  expect(second).toEqual(first);
  expect(other).not.toEqual(first);
});

test("it polls a real workspace with nothing but a key in the environment, and the key is in nothing it writes", async () => {
  const key = "k3y-th4t must=not&leak".replaceAll(" ", "_");
  const simulator = await startSimulator({
    port: 0,
    seed: 1,
    now: () => Date.now(),
    apiKeys: { "aerial-survey": key },
  });
  const env = { ROBOFLOW_API_KEY: key, ROBOFLOW_API_URL: simulator.url };
  await using program = startProgram(["--web.listen-address=127.0.0.1:0", "--log.level=debug"], env);
  await program.waitFor(/"workspace":"aerial-survey".*"msg":"poll succeeded"/);
  const [, url = ""] = await program.waitFor(/"addresses":\["([^"]+)"/);
  const pages = await Promise.all(["/", "/metrics", "/-/ready", "/nowhere"].map((path) => seriesOf(url + path)));
  program.child.kill("SIGTERM");
  await program.exited;
  await simulator.close();
  const everything = [...Object.values(program.output()), ...pages].join("\n");
  expect(everything).toContain('roboflow_up{workspace="aerial-survey",source="insights"} 1');
  expect(everything).not.toContain(key);
  expect(everything).not.toContain(encodeURIComponent(key));
});

test("a rejected key is reported in the log and in the metrics, without the key", async () => {
  const simulator = await startSimulator({ port: 0, seed: 1, now: () => Date.now() });
  const env = { ROBOFLOW_API_KEY: "wrong-key-0123456789", ROBOFLOW_API_URL: simulator.url };
  await using program = startProgram(["--web.listen-address=127.0.0.1:0", "--log.level=debug"], env);
  await program.waitFor(/"reason":"unauthorized".*the API key was rejected.*"msg":"poll failed"/);
  const [, url = ""] = await program.waitFor(/"addresses":\["([^"]+)"/);
  const metrics = await seriesOf(`${url}/metrics`);
  await simulator.close();
  expect(metrics).toContain(
    'roboflow_exporter_last_poll_error{workspace="(unresolved)",source="insights",reason="unauthorized"} 1',
  );
  expect(JSON.stringify(program.output()) + metrics).not.toContain("wrong-key");
});

test("with --storage.path a new process shows what the one before polled, although the API does not answer", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "roboflow-exporter-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const simulator = await startSimulator({ port: 0, seed: 1, now: () => Date.now() });
  onTestFinished(() => simulator.close());
  const key = simulator.workspaces.find(({ name }) => name === "aerial-survey")?.apiKey ?? "";
  const env = { ROBOFLOW_API_KEY: key, ROBOFLOW_API_URL: simulator.url, ROBOFLOW_WORKSPACE: "aerial-survey" };
  const flags = ["--web.listen-address=127.0.0.1:0", `--storage.path=${path.join(directory, "cache")}`];
  await using first = startProgram(flags, env);
  await first.waitFor(/"msg":"poll succeeded"/);
  first.child.kill("SIGTERM");
  expect(await first.exited).toBe(0);
  simulator.setFaults([{ hang: "headers" }]);
  await using second = startProgram(flags, env);
  const [, url = ""] = await second.waitFor(/"addresses":\["([^"]+)"/);
  expect(await seriesOf(`${url}/metrics`)).toMatch(/^roboflow_images_labeled\{workspace="aerial-survey",.*\} \d+$/m);
});

test("a directory that cannot be used ends the start with what to do about it", async () => {
  const flags = ["--web.listen-address=127.0.0.1:0", "--storage.path=package.json"];
  const result = await runProgram(flags, { ROBOFLOW_API_KEY: "abcdefgh1" });
  expect(result).toEqual({
    exitCode: 1,
    stdout: "",
    stderr:
      '--storage.path: "package.json" cannot be written to (EEXIST: file already exists); give a directory this user may create and write to, or remove the flag\n',
  });
});

test("a configuration that cannot be used is reported on standard error, all of it, and the exit code is 1", async () => {
  const result = await runProgram(["--web.max-requests=many", "--log.level=loud"], { POLL_INTERVAL: "7m" });
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toBe("");
  expect(result.stderr.trim().split("\n")).toEqual([
    expect.stringContaining('--web.max-requests: "many"'),
    expect.stringContaining('--log.level: "loud"'),
    expect.stringContaining("ROBOFLOW_API_KEY: is not set"),
    expect.stringContaining('POLL_INTERVAL: "7m"'),
  ]);
});

test("a port that is taken is reported with the remedy", async () => {
  await using first = startProgram(DEMO);
  const [, url = ""] = await first.waitFor(ADDRESS);
  const address = new URL(url).host;
  const second = await runProgram(["demo", `--web.listen-address=${address}`]);
  expect(second.exitCode).toBe(1);
  expect(second.stderr).toContain(
    `--web.listen-address: "${address}" cannot be listened on: the address is already in use`,
  );
});

test("--config.check reads the configuration and exits", async () => {
  const good = await runProgram(["--config.check"], { ROBOFLOW_API_KEY: "abcdefgh1", ROBOFLOW_WORKSPACE: "acme" });
  const stdout = expect.stringMatching(/^The configuration is valid: acme\.\n/) as string;
  expect(good).toEqual({ exitCode: 0, stdout, stderr: "" });
  const bad = await runProgram(["--config.check", "--config.file=/does/not/exist.yaml"]);
  expect(bad.exitCode).toBe(1);
  expect(bad.stderr).toContain("/does/not/exist.yaml");
});

test("--version names the version, --help the flags, an unknown flag is refused", async () => {
  const version = await runProgram(["--version"]);
  expect(version).toEqual({ exitCode: 0, stdout: `roboflow-exporter ${manifest.version}\n`, stderr: "" });
  const help = await runProgram(["--help"]);
  expect(help.exitCode).toBe(0);
  expect(help.stdout).toContain("--web.listen-address");
  const unknown = await runProgram(["--frobnicate"]);
  expect(unknown.exitCode).toBe(1);
  expect(unknown.stderr).toContain("unknown option '--frobnicate'");
});

test("healthcheck exits 0 on a running exporter and 1 without one", async () => {
  await using program = startProgram(DEMO);
  const [, url = ""] = await program.waitFor(ADDRESS);
  const flag = `--web.listen-address=${new URL(url).host}`;
  expect(await runProgram(["healthcheck", flag])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  program.child.kill("SIGTERM");
  await program.exited;
  const down = await runProgram(["healthcheck", flag]);
  expect(down.exitCode).toBe(1);
  expect(down.stderr).toContain("cannot be reached");
});

test("with few open files allowed it runs, or says in one line that they are too few", async () => {
  const script = 'ulimit -n 64 && exec "$@"';
  const command = ["-c", script, "sh", process.execPath, "dist/main.js", "--config.check"];
  const child = spawn("/bin/sh", command, { env: { ROBOFLOW_API_KEY: "abc-0123456789", ROBOFLOW_WORKSPACE: "acme" } });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const [code] = (await once(child, "close")) as [number];
  const runs = { code: 0, line: "The configuration is valid: acme." };
  const line = "the limit of open files is too low to load the program; raise it, for example with ulimit -n 1024";
  const [first] = ((await stdout) + (await stderr)).split("\n");
  expect([runs, { code: 1, line }]).toContainEqual({ code, line: first });
});

test("simulate runs the API alone and says how to use it", async () => {
  await using program = startProgram(["simulate", "--web.listen-address=127.0.0.1:0"]);
  const [, api = "", workspace = "", key = ""] = await program.waitFor(
    /ROBOFLOW_API_URL=(\S+) ROBOFLOW_WORKSPACE=(\S+) ROBOFLOW_API_KEY=(\S+)/,
  );
  const answer = await fetch(`${api}/${workspace}/stats?api_key=${key}&startDate=2024-01-01&endDate=2024-01-31`);
  expect(answer.status).toBe(200);
  program.child.kill("SIGTERM");
  expect(await program.exited).toBe(0);
});
