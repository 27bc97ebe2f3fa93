import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { type Simulator, startSimulator } from "../../src/simulator/server.ts";
import { configFrom, startHarness, startScriptedApi } from "../support/exporter-harness.ts";
import { samplesOf, parseExposition } from "../support/exposition.ts";
import { helpTexts } from "../support/known-words.ts";
import { standingClock } from "../support/manual-clock.ts";
import { createTestHost } from "../support/test-host.ts";

// In the strictest mode nothing that says who a person is may be in anything that comes out. What comes out is not listed
// here but found: paths in the source of the pages, commands in the help, files in a directory.

const NOW = "2026-11-18T15:00:00Z";
const clock = standingClock(NOW);
const HMAC_KEY = "a-secret-of-hashes-0123456789";

let directory: string;
let simulator: Simulator;
/** The people of the first workspace, as the API has them; programs left out. */
let people: readonly { readonly id: string; readonly displayName: string; readonly email: string }[];
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "roboflow-privacy-"));
  simulator = await startSimulator({ port: 0, seed: 1, now: clock.now });
  const { name = "", apiKey = "" } = simulator.workspaces[0] ?? {};
  const query = `startDate=2026-11-12&endDate=2026-11-18&api_key=${apiKey}`;
  const answer = (await (await fetch(`${simulator.url}/${name}/stats?${query}`)).json()) as { labelers: typeof people };
  people = answer.labelers.filter(({ displayName }) => displayName !== "Auto Label");
  onTestFinished(async () => {
    rmSync(directory, { recursive: true });
    await simulator.close();
  });
});

/** The strictest mode, with everything on that asks for or names people. */
function strictest(url = simulator.url, workspace: object = { totals: ["labeler"], legacy: true, backlog: true }) {
  const ids = people.map(({ id }) => id);
  const { name = "", apiKey = "" } = simulator.workspaces[0] ?? {};
  return {
    api: { url, retries: 1 },
    windows: ["today", "7d"],
    people: {
      ...{ identity: "hmac", hmac_key_file: "/hmac", names: false, email: false },
      teams: { "In-house": ids.slice(0, 2), Agency: [...ids.slice(2), "u-no-one-knows"] },
    },
    calendar: { leave: { [ids[0] ?? ""]: ["2026-11-18"], "u-no-one-knows": ["2026-11-18"] } },
    workspaces: [{ name, api_key: apiKey, ...workspace }],
  };
}

/** Everything that says who somebody is. */
function data(): readonly string[] {
  return [...people.flatMap(({ id, displayName, email }) => [id, displayName, email]), "u-no-one-knows"];
}

/** What of it is in a text, however it is escaped there. */
function foundIn(text: string): readonly string[] {
  const spelled = (datum: string) => [datum, JSON.stringify(datum).slice(1, -1), encodeURIComponent(datum)];
  return data().filter((datum) => spelled(datum).some((spelling) => text.includes(spelling)));
}

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** What stands in every file, with its path. */
const written = (folder: string) => files(folder).map((file) => `${file}\n${readFileSync(file, "utf8")}`);

/** Every path that a page or a route of the source names, and the metrics. */
function pathsInSource(): readonly string[] {
  const sources = ["src/http", "src/pages"].flatMap((folder) => {
    return readdirSync("src").includes(path.basename(folder)) ? files(folder) : [];
  });
  const named = sources.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/"(\/[\w./-]*)"/g)]);
  return [...new Set(["/metrics", ...named.map(([, found = ""]) => found)])];
}

const ACCEPTED = ["*/*", "text/html", "application/json", "application/openmetrics-text;version=1.0.0"];

/** The answer to a request for each path in each form, with the pages that they link to. */
async function served(base: string): Promise<readonly string[]> {
  const texts: string[] = [];
  const open = pathsInSource().flatMap((one) => [one, `${one}?target=${simulator.workspaces[0]?.name ?? ""}`]);
  const seen = new Set(open);
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const accept of ACCEPTED) {
      const answer = await fetch(base + next, { headers: { accept } });
      const text = await answer.text();
      texts.push(`${next} ${JSON.stringify([...answer.headers])}\n${text}`);
      for (const [, link = ""] of text.matchAll(/href="(\/[^"#]*)"/g))
        if (!seen.has(link)) {
          seen.add(link);
          open.push(link);
        }
    }
  }
  return texts;
}

const leaks = (texts: readonly string[]) =>
  texts.filter((text) => foundIn(text).length > 0).map((text) => text.slice(0, 90));

test("the data that is looked for is there where people are not hidden", async () => {
  const config = { ...strictest(), people: { email: true } };
  const { exporter, url, logged } = await startHarness(configFrom(config, { storagePath: directory }), { clock });
  await logged(/^poll succeeded$/, 3);
  const found = new Set([...(await served(url)), ...written(directory)].flatMap(foundIn));
  await exporter.stop();
  expect(found).toEqual(new Set(data()));
});

test("no page, file or log line of the exporter says who a person is", async () => {
  const config = configFrom(strictest(), { storagePath: directory });
  const first = await startHarness(config, { clock });
  await first.logged(/^poll succeeded$/, 3);
  const pages = await served(first.url);
  await first.exporter.stop();
  expect(files(directory).map((file) => /\.(\w+)\.json$/.exec(file)?.[1])).toEqual(["backlog", "insights", "legacy"]);
  simulator.setFaults([{ drift: "ignored_filter" }]);
  const filtered = strictest(simulator.url, { labelers: people.slice(0, 2).map(({ id }) => id) });
  const second = await startHarness(configFrom(filtered, { storagePath: directory }), { clock });
  await second.logged(/^poll failed$/);
  const texts = [...pages, ...(await served(second.url)), ...written(directory)];
  await second.exporter.stop();
  const lines = [...first.lines, ...second.lines].map((line) => JSON.stringify(line));
  expect(leaks([...texts, ...lines])).toEqual([]);
  const labels = samplesOf(parseExposition(pages[0]?.replace(/^.*\n/, "") ?? ""), "roboflow_labeler_info");
  expect(labels.filter(({ labels: { team } }) => team === "In-house")).toHaveLength(2);
  expect(labels.filter(({ labels: { team } }) => team === "Agency")).toHaveLength(people.length - 2);
});

/** How each command is run; those that read no configuration of a real workspace are not. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  once: [""],
  doctor: ["", "--json"],
  raw: ["--from 2026-11-17"],
  backfill: ["--from 2026-11-12 --to 2026-11-17 --requests-per-second 1000 --exact --legacy"],
  rules: [],
  dashboards: [],
  demo: [],
  simulate: [],
  healthcheck: [],
};

async function runCommand(command: string, options: string, config: object) {
  const { host, output } = createTestHost({}, { clock });
  const made: Readonly<Record<string, string>> = { "/config": JSON.stringify(config), "/hmac": HMAC_KEY };
  const args = [command, "--config.file=/config", ...options.split(" ").filter(Boolean)];
  if (command === "backfill") args.push(`--output=${path.join(directory, "history.om")}`);
  const code = await run(args, { ...host, readFile: (file) => made[file] ?? readFileSync(file, "utf8") });
  return { code, ...output };
}

test("every command is in the table", async () => {
  const commands = [...(await helpTexts()).keys()].filter((name) => name !== "" && name !== "help");
  expect(commands.toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
});

const RUNS = Object.entries(COMMANDS).flatMap(([command, all]) => all.map((options) => ({ command, options })));
/** Raw rows are about people: they are not written at all. */
const CODES: Readonly<Record<string, number>> = { raw: 1 };

test.each(RUNS)(
  "$command $options says of no one who it is, and writes it to no file",
  async ({ command, options }) => {
    const first = await runCommand(command, options, strictest());
    const again = await runCommand(command, options, strictest());
    for (const { code, stdout, stderr } of [first, again]) {
      expect(code, stderr).toBe(CODES[command] ?? 0);
      expect(foundIn(stdout + stderr)).toEqual([]);
    }
    expect(leaks(written(directory))).toEqual([]);
    if (command === "backfill") {
      expect(files(directory).length).toBeGreaterThan(10);
      const text = readFileSync(path.join(directory, "history.om"), "utf8");
      expect(text).toMatch(/roboflow_labeler_info\{[^}]*labeler="[0-9a-f]{16}",labeler_name="[0-9a-f]{16}"/);
      // What was answered a second time came out of the cache: the same person has the same label.
      expect(new Set([...text.matchAll(/labeler="([^"]+)"/g)].map(([, label]) => label)).size).toBeLessThanOrEqual(
        people.length + 1,
      );
    }
  },
);

/** APIs whose words are about a person. */
const API_WORDS = (words: string) => [
  { name: "an error", answer: () => ({ status: 403, json: { error: { message: words } } }) },
  { name: "an error page", answer: () => ({ status: 500, json: `<html><title>${words}</title>` }) },
  { name: "an error in a good answer", answer: () => ({ json: { error: words } }) },
];

test.each(API_WORDS("x").map(({ name }, index) => ({ name, index })))(
  "what the API says in $name is withheld, since it may name people",
  async ({ index }) => {
    const words = people.map(({ id, displayName, email }) => `${displayName} (${id}, ${email})`).join("; ");
    const api = await startScriptedApi(() => API_WORDS(words)[index]?.answer() ?? { json: {} });
    onTestFinished(() => api.close());
    const { exporter, url, lines, logged } = await startHarness(configFrom(strictest(api.url)), { clock });
    await logged(/^poll failed$/);
    const texts = [...(await served(url)), ...lines.map((line) => JSON.stringify(line))];
    await exporter.stop();
    for (const command of ["once", "doctor"]) {
      const { stdout, stderr } = await runCommand(command, "", strictest(api.url));
      texts.push(stdout, stderr);
    }
    expect(texts.some((text) => text.includes("words are withheld"))).toBe(true);
    expect(leaks(texts)).toEqual([]);
  },
);

test("notices and undocumented fields are counted, and their words withheld", async () => {
  const notice = `${people[0]?.email ?? ""} has left`;
  const api = await startScriptedApi(async (url) => {
    const answer: unknown = await (await fetch(simulator.url + url.pathname + url.search)).json();
    const personal = { meta: { notices: [notice] }, [people[1]?.displayName ?? ""]: 1 };
    return { json: { ...(answer as object), ...(url.pathname.endsWith("/stats") && personal) } };
  });
  onTestFinished(() => api.close());
  const { exporter, url, lines, logged } = await startHarness(configFrom(strictest(api.url)), { clock });
  await logged(/^poll succeeded$/, 3);
  const page = await (await fetch(`${url}/metrics`)).text();
  const metrics = parseExposition(page);
  await exporter.stop();
  expect(samplesOf(metrics, "roboflow_exporter_api_notices").map(({ value }) => value)).toEqual([1]);
  expect(lines.find(({ msg }) => msg === "API notice")).toMatchObject({
    notice: "the words of a notice are withheld, because people.identity is hmac",
  });
  const unknown = samplesOf(metrics, "roboflow_exporter_schema_anomalies_total").filter(({ value }) => value > 0);
  expect(new Set(unknown.map(({ labels }) => labels["field"]))).toEqual(new Set(["other"]));
  const runs = [];
  for (const command of ["once", "doctor"]) runs.push(await runCommand(command, "", strictest(api.url)));
  const texts = [page, ...runs.flatMap(({ stdout, stderr }) => [stdout, stderr])];
  expect(leaks([...texts, ...lines.map((line) => JSON.stringify(line))])).toEqual([]);
});
