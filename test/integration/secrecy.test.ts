import { expect, onTestFinished, test } from "vitest";
import { type ScriptedAnswer, startScriptedApi } from "../support/exporter-harness.ts";
import { configOf, keyOf, simulated, commandOutput } from "../support/simulated-run.ts";

const NAME = "aerial-survey";
/** A key that JSON, a URL and a header each spell differently; its tail stands nowhere else. */
const KEY = `k/e+y&'"\\-9f86d081884c7d65`;
const TAIL = "9f86d081884c7d65";

const COMMANDS: readonly (readonly string[])[] = [["doctor"], ["doctor", "--json"], ["once"]];

/** APIs that put the key wherever a text of theirs shows. */
const APIS: readonly (readonly [name: string, answer: (key: string, url: URL) => ScriptedAnswer])[] = [
  ["refuses it and quotes it", (key) => ({ status: 401, json: { error: { message: `no such key: ${key}` } } })],
  ["answers 200 with an error that quotes it", (key) => ({ json: { error: key } })],
  [
    "redirects to a URL with it",
    (key) => ({ status: 302, headers: { location: `/?api_key=${encodeURIComponent(key)}` }, json: key }),
  ],
  [
    "hides it in names among characters that cannot be seen",
    (key, { pathname }) => {
      const hidden = [Array.from(key).join("\u200b"), `\u0000${key.slice(0, -9)}\u0007${key.slice(-9)}`];
      const rows = hidden.map((projectName, at) => ({ projectId: `p${at}`, projectName, labelerId: "l", approved: 1 }));
      return { json: pathname === "/" ? { workspace: NAME } : { data: rows, stats: {}, [String(hidden[0])]: 1 } };
    },
  ],
  [
    "names a workspace and fields after it",
    (key, { pathname }) => ({
      json: pathname === "/" ? { workspace: key } : { data: [], stats: {}, [key]: 1, meta: { [key]: 2 } },
    }),
  ],
];

test.each(APIS.flatMap(([name, answer]) => COMMANDS.map((command) => ({ name, answer, command }))))(
  "$command does not show the key to an API that $name",
  async ({ answer, command }) => {
    const api = await startScriptedApi((url) => answer(KEY, url));
    onTestFinished(() => api.close());
    const { stdout, stderr } = await commandOutput(command, configOf(api.url, { name: NAME, api_key: KEY }));
    expect(stdout + stderr).not.toBe("");
    expect(stdout + stderr).not.toContain(TAIL);
    // The API has seen it, so the test is about the key that was sent.
    expect(api.requests.some(({ searchParams }) => searchParams.get("api_key") === KEY)).toBe(true);
  },
);

test.each(COMMANDS.map((command) => ({ command })))(
  "$command shows no key when all is well, nor when nothing answers",
  async ({ command }) => {
    const { url, stop } = await simulated();
    const well = await commandOutput(command, configOf(url, { name: NAME }));
    await stop();
    const alone = await commandOutput(command, configOf(url, { name: NAME }));
    expect(well.code).toBe(0);
    expect(alone.code).toBeGreaterThan(0);
    for (const { stdout, stderr } of [well, alone]) expect(stdout + stderr).not.toContain(keyOf(NAME));
  },
);
