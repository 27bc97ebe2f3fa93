import { mkdtempSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { run } from "../../src/cli/program.ts";
import { type Redactor, createRedactor } from "../../src/redact.ts";
import { json, startApiServer } from "../support/api-server.ts";
import { configFrom, startHarness } from "../support/exporter-harness.ts";
import { createTestHost } from "../support/test-host.ts";

const STATS = {
  data: [{ projectId: "p", labelerId: "l", imagesLabeled: 1 }],
  labelers: [],
  stats: { numImagesLabeled: 1 },
};

/** A secret as Kubernetes mounts it: the file is a link into a directory that is swapped as a whole. */
function mountSecret() {
  const directory = mkdtempSync(path.join(tmpdir(), "key-file-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  let version = 0;
  const put = (key: string) => {
    const name = `..version-${version++}`;
    mkdirSync(path.join(directory, name));
    writeFileSync(path.join(directory, name, "key"), `${key}\n`);
    symlinkSync(name, path.join(directory, "..next"));
    renameSync(path.join(directory, "..next"), path.join(directory, "..data"));
  };
  put("first-key-0123456789");
  symlinkSync("..data/key", path.join(directory, "key"));
  return { file: path.join(directory, "key"), put };
}

/** An API that lets one key in, and repeats the key it was given in the error otherwise. */
async function startGuardedApi() {
  const guard = { key: "first-key-0123456789" };
  const server = await startApiServer((request, response) => {
    const given = new URL(request.url ?? "", "http://x").searchParams.get("api_key");
    json(given === guard.key ? STATS : { error: `not ${given ?? ""}` }, given === guard.key ? 200 : 401)(
      request,
      response,
    );
  });
  onTestFinished(() => server.close());
  return { guard, url: server.url };
}

test("a key file that is swapped is read again before the next poll, and neither key is ever logged", async () => {
  const secret = mountSecret();
  const api = await startGuardedApi();
  const config = configFrom({
    api: { url: api.url, retries: 0 },
    windows: ["7d"],
    poll: { interval: "1s", jitter: "0s" },
    workspaces: [{ name: "acme", api_key_file: secret.file }],
  });
  const harness = await startHarness(config, { clock: systemClock, redact: createRedactor(["first-key-0123456789"]) });
  onTestFinished(() => harness.exporter.stop());
  await harness.logged(/^poll succeeded$/);
  api.guard.key = "second-key-0123456789";
  await harness.logged(/^poll failed$/);
  secret.put("second-key-0123456789");
  await harness.logged(/the new key is used/);
  const good = harness.lines.filter(({ msg }) => msg === "poll succeeded").length;
  await harness.logged(/^poll succeeded$/, good + 1);
  expect(JSON.stringify(harness.lines)).not.toMatch(/(first|second)-key-/);
}, 60_000);

test("what is said of a crash hides a key that came later, too", async () => {
  const secret = mountSecret();
  const { host, stop, waitFor } = createTestHost({
    ROBOFLOW_API_KEY_FILE: secret.file,
    ROBOFLOW_WORKSPACE: "acme",
    ROBOFLOW_API_URL: "http://127.0.0.1:9",
  });
  let hide: Redactor = createRedactor([]);
  const hideInCrash = (redact: Redactor) => {
    hide = redact;
  };
  const running = run(["--web.listen-address=127.0.0.1:0"], { ...host, hideInCrash });
  await waitFor(/"msg":"listening"/);
  secret.put("second-key-0123456789");
  await waitFor(/the new key is used/);
  stop();
  await running;
  expect(hide("first-key-0123456789 second-key-0123456789")).toBe("<secret> <secret>");
}, 60_000);
