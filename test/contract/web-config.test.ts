import { generateKeyPairSync } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import files from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { checkWebConfig } from "../../src/web-config/web-config.ts";
import { needs, run } from "../support/programs.ts";
import { NEWER, SAMPLES } from "../support/web-config-samples.ts";

const OTHER_KEY = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
  format: "pem",
  type: "pkcs8",
});

/** The file, in a directory with the certificates of the tests. */
function write(text: string): string {
  const directory = mkdtempSync(path.join(tmpdir(), "web-config-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  for (const name of readdirSync("test/fixtures/tls"))
    copyFileSync(path.join("test/fixtures/tls", name), path.join(directory, name));
  writeFileSync(path.join(directory, "other-key.pem"), OTHER_KEY);
  const file = path.join(directory, "web.yml");
  writeFileSync(file, text);
  return file;
}

async function problemsOf(file: string): Promise<readonly string[]> {
  try {
    await checkWebConfig(file, files);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test.each(SAMPLES.filter(({ problem }) => !problem))("$name is good", async ({ text }) => {
  expect(await problemsOf(write(text))).toEqual([]);
});

test.each(SAMPLES.filter(({ problem }) => problem))("$name is bad", async ({ text, problem }) => {
  const file = write(text);
  const said = (await problemsOf(file)).map((one) => one.replace(`--web.config.file: ${JSON.stringify(file)} `, ""));
  expect(said[0]).toMatch(problem ?? /^$/);
});

test("a mistake is never shown with a hash, a password or a key", async () => {
  const text =
    "basic_auth_users:\n  a: hunter2hunter2\n  b: $2y$10$X0h1gDsPszWURQaxFh\ntls_server_config:\n  key: [topsecret]\n";
  const said = (await problemsOf(write(text))).join("\n");
  expect(said.split("\n")).toHaveLength(3);
  expect(said).not.toMatch(/hunter2|X0h1gDsPsz|topsecret/);
});

test("promtool judges the files as we do, but for what it does not know and what we refuse", async (context) => {
  await needs("promtool", context);
  const verdicts = await Promise.all(
    SAMPLES.map(async ({ name, text }) => {
      const { code, output } = await run("promtool", ["check", "web-config", write(text)]);
      return { name, verdict: code === 0 ? "good" : "bad", output };
    }),
  );
  const expected = SAMPLES.map(({ problem, otherwise }) => (problem === undefined) === (otherwise === undefined));
  expect(verdicts.map(({ name, verdict }) => `${name}: ${verdict}`)).toEqual(
    SAMPLES.map(({ name }, index) => `${name}: ${expected[index] === true ? "good" : "bad"}`),
  );
  const unknown = verdicts.filter((_, index) => SAMPLES[index]?.otherwise === NEWER.otherwise);
  for (const { output } of unknown) expect(output).toMatch(/field \w+ not found/);
});
