import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../../src/cli/program.ts";
import { systemClock } from "../../src/clock.ts";
import type { Finding } from "../../src/sources/checks.ts";
import { configFrom, scrape, startHarness, startScriptedApi } from "../support/exporter-harness.ts";
import { createTestHost } from "../support/test-host.ts";

const KEY = "key-of-the-unmatched";

const IDS: Readonly<Record<string, string>> = { pups: "p1", ships: "p2" };

const row = (projectId: string, projectName: string, labelerId: string) => ({
  ...{ projectId, projectName, labelerId, imagesLabeled: 3, approved: 1, rejected: 1, approvalRate: 50 },
});

/** Each workspace has one labeler more; work in ships is older than a day. The list holds a project without work. */
function answerTo({ pathname, searchParams }: URL): unknown {
  const [, workspace = "", endpoint] = pathname.split("/");
  if (workspace === "") return { workspace: "acme" };
  const listed = [...Object.keys(IDS), "idle"].map((slug) => ({
    id: `${workspace}/${slug}`,
    name: `${slug} of the list`,
  }));
  if (endpoint === undefined) return { workspace: { projects: listed } };
  const all = [row("p1", "Seal pups", "lena"), row("p1", "Seal pups", `bot-of-${workspace}`)];
  if (searchParams.get("startDate") !== searchParams.get("endDate")) all.push(row("p2", "Ships", "lena"));
  const [project, user] = [searchParams.get("project"), searchParams.get("userId")];
  const data = all
    .filter(({ projectId }) => project === null || projectId === IDS[project])
    .filter(({ labelerId }) => user === null || labelerId === user);
  return { data, labelers: [{ id: `bot-of-${workspace}`, displayName: "Robo Label" }], stats: {}, meta: {} };
}

async function serve(settings: Readonly<Record<string, unknown>>, answer: (url: URL) => unknown = answerTo) {
  const api = await startScriptedApi((url) => ({ json: answer(url) }));
  onTestFinished(() => api.close());
  return {
    url: api.url,
    document: { api: { url: api.url, retries: 0 }, windows: ["today", "7d"], poll: { jitter: "0s" }, ...settings },
  };
}

async function command(args: readonly string[], document: unknown) {
  const { host, output } = createTestHost();
  const readFile = () => JSON.stringify(document);
  const code = await run([...args, "--config.file=/config.yaml"], { ...host, readFile });
  return { code, ...output };
}

async function findingsOf(document: unknown) {
  const { code, stdout } = await command(["doctor", "--json"], document);
  const { workspaces } = JSON.parse(stdout) as { workspaces: { findings: Finding[] }[] };
  const find = (topic: string) => workspaces[0]?.findings.find((finding) => finding.topic === topic);
  return { code, names: find("names"), rows: find("rows") };
}

const IDS_OF_LABELERS = "give ids of labelers who have worked, as the label labeler shows them without hashing";
const TARGET =
  'approval_target: "Seal pubs", "2.10" matched nothing in any window; give ids or exact names of projects, as roboflow_project_info shows them; did you mean "Seal pups"?';
const SYSTEM =
  'people.system: "bto" matched nothing in any window; give names of labelers who have worked, or their ids as the label labeler shows them without hashing';

const NAMED = {
  name: "acme",
  api_key: KEY,
  approval_target: { default: 0.9, "Seal pups": 0.8, "Seal pubs": 0.8, p2: 0.7, "2.10": 0.5 },
};

test("names that match nothing are logged once, counted, and said by once and doctor", async () => {
  const { document } = await serve({
    workspaces: [NAMED],
    people: { system: ["autolabelservice", "bot-of-acme", "Robo Label", "bto"] },
  });
  const { exporter, url, lines, polls } = await startHarness(
    configFrom({ ...document, poll: { interval: "1s", jitter: "0s" } }),
    { clock: systemClock },
  );
  onTestFinished(() => exporter.stop());
  await polls(3);
  expect(
    lines.filter(({ level }) => level === "warn").map(({ workspace, unmatched }) => [workspace, unmatched]),
  ).toEqual([
    ["acme", TARGET],
    ["acme", SYSTEM],
  ]);
  const samples = (await scrape(url)).get("roboflow_exporter_config_unmatched")?.samples;
  expect(samples?.map(({ labels, value }) => [labels["setting"], value])).toEqual([
    ["approval_target", 2],
    ["people.system", 1],
  ]);
  expect(await command(["once"], document)).toMatchObject({ code: 0, stderr: `acme: ${TARGET}\nacme: ${SYSTEM}\n` });
  expect((await findingsOf(document)).names).toMatchObject({ verdict: "problem", details: [TARGET, SYSTEM] });
});

test("a filter that brings rows in one window matches", async () => {
  const workspace = { name: "acme", api_key: KEY, projects: ["ships", "shpis", "pups"], labelers: ["lena", "lenyn"] };
  const { document } = await serve({ workspaces: [workspace] });
  expect((await command(["once"], document)).stderr.split("\n")).toEqual([
    expect.stringMatching(/^acme: projects: "shpis" matched nothing in any window; give slugs/),
    `acme: labelers: "lenyn" matched nothing in any window; ${IDS_OF_LABELERS}`,
    "",
  ]);
});

test("to doctor a project that is listed is there, though no work is in it", async () => {
  const workspace = { name: "acme", api_key: KEY, approval_target: { "idle of the list": 0.5 } };
  const { document } = await serve({ workspaces: [workspace] });
  expect((await findingsOf(document)).names).toMatchObject({ verdict: "ok", seen: "all of them do" });
  const filtered = await serve({ workspaces: [{ name: "acme", api_key: KEY, projects: ["pups", "idle"] }] });
  expect((await findingsOf(filtered.document)).names).toMatchObject({ verdict: "ok", seen: "all of them do" });
});

test("a system labeler of one of several workspaces matches", async () => {
  const workspaces = ["acme", "other"].map((name) => ({ name, api_key: `${KEY}-${name}` }));
  const { document } = await serve({ workspaces, people: { system: ["bot-of-other", "bto"] } });
  expect((await command(["once"], document)).stderr).toBe(`acme: ${SYSTEM}\nother: ${SYSTEM}\n`);
});

test("a labeler of a team who appears in no workspace is said, one who appears in any is not", async () => {
  const teams = { Crew: ["bot-of-acme", "lena"], Shift: ["bot-of-other", "lnea"] };
  const said = `people.teams: "lnea" matched nothing in any window; ${IDS_OF_LABELERS}`;
  const workspaces = ["acme", "other"].map((name) => ({ name, api_key: `${KEY}-${name}` }));
  const { document } = await serve({ workspaces, people: { teams } });
  const { code, stdout, stderr } = await command(["once"], document);
  expect({ code, stderr }).toEqual({ code: 0, stderr: `acme: ${said}\nother: ${said}\n` });
  expect(stdout.match(/^roboflow_exporter_config_unmatched\{.*$/gm)).toEqual(
    ["acme", "other"].map((name) => `roboflow_exporter_config_unmatched{workspace="${name}",setting="people.teams"} 1`),
  );
  expect((await findingsOf(document)).names).toMatchObject({
    verdict: "info",
    seen: "2 matched nothing in any window: people.teams",
  });
});

test("someone on leave who appears in no workspace is reported, also where only one workspace has a calendar", async () => {
  const said = `calendar.leave: "lnea" matched nothing in any window; ${IDS_OF_LABELERS}`;
  const leave = { lena: ["2026-12-24"], "bot-of-other": ["2026-12-24"], lnea: ["2026-12-24..2026-12-31"] };
  const names = ["acme", "other"].map((name) => ({ name, api_key: `${KEY}-${name}` }));
  const everywhere = await serve({ workspaces: names, calendar: { leave } });
  expect((await command(["once"], everywhere.document)).stderr).toBe(`acme: ${said}\nother: ${said}\n`);
  const [acme, other] = names;
  const own = { lena: leave.lena, lnea: leave.lnea };
  const inOne = await serve({ workspaces: [{ ...acme, calendar: { leave: own } }, other] });
  expect((await command(["once"], inOne.document)).stderr).toBe(`acme: ${said}\n`);
});

test("names that all match are counted as none, and what names nothing has no series", async () => {
  const workspace = { name: "acme", api_key: KEY, approval_target: { "Seal pups": 0.8 } };
  const { document } = await serve({ workspaces: [workspace] });
  const { stdout, stderr } = await command(["once"], document);
  expect(stderr).toBe("");
  expect(stdout.match(/^roboflow_exporter_config_unmatched\{.*$/gm)).toEqual([
    'roboflow_exporter_config_unmatched{workspace="acme",setting="approval_target"} 0',
  ]);
});

const BAD_ROWS = { projectId: "p", imagesLabeled: 5 };

function withBadRows(url: URL): unknown {
  const answer = answerTo(url);
  if (typeof answer !== "object" || answer === null || !("data" in answer) || !Array.isArray(answer.data))
    return answer;
  return {
    ...answer,
    data: [...(answer.data as unknown[]), BAD_ROWS, BAD_ROWS, { ...row("", "x", "lena"), boxesAdded: "many" }],
  };
}

test("rows that are dropped are said by once, doctor and backfill, from the cache too", async () => {
  const { document } = await serve({ windows: ["today"], workspaces: [{ name: "acme", api_key: KEY }] }, withBadRows);
  expect(await command(["once"], document)).toMatchObject({
    code: 0,
    stderr: "acme: rows dropped: 3 (2 missing_labeler, 1 missing_project)\n",
  });
  const { code, rows } = await findingsOf(document);
  expect({ code, verdict: rows?.verdict, seen: rows?.seen }).toMatchObject({
    ...{ code: 1, verdict: "problem" },
    seen: expect.stringMatching(/^rows dropped: \d+ \(\d+ missing_labeler, \d+ missing_project\)$/) as string,
  });
  const directory = mkdtempSync(path.join(tmpdir(), "roboflow-exporter-rows-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const flags = ["--from=2025-01-01", "--to=2025-01-02", `--cache=${directory}/cache`, "--requests-per-second=1000"];
  const summary =
    "Not as documented in the API's responses (dropped rows are not counted anywhere):\n" +
    "  rows dropped: 6 (4 missing_labeler, 2 missing_project)\n";
  for (const name of ["asked.om", "cached.om"]) {
    const { stdout } = await command(["backfill", ...flags, `--output=${path.join(directory, name)}`], document);
    expect(stdout).toContain(summary);
  }
});

test("names that match nothing are said by backfill; of projects only when every answer is new", async () => {
  const workspace = { name: "acme", api_key: KEY, projects: ["pups", "shps"], approval_target: { "Seal pubs": 0.8 } };
  const { document } = await serve({ windows: ["today"], workspaces: [workspace] });
  const directory = mkdtempSync(path.join(tmpdir(), "roboflow-exporter-names-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const flags = ["--from=2025-01-01", "--to=2025-01-02", `--cache=${directory}/cache`, "--requests-per-second=1000"];
  const saidBy = async (name: string) =>
    (await command(["backfill", ...flags, `--output=${path.join(directory, name)}`], document)).stdout
      .split("\n")
      .filter((line) => line.includes("matched nothing"));
  const [head, target] = [
    "Names in the configuration that matched nothing:",
    /^ {2}approval_target: "Seal pubs" .*"Seal pups"/,
  ];
  const project = /^ {2}projects: "shps" matched nothing/;
  expect(await saidBy("asked.om")).toEqual([
    head,
    ...[project, target].map((one) => expect.stringMatching(one) as unknown),
  ]);
  expect(await saidBy("cached.om")).toEqual([head, expect.stringMatching(target)]);
});

test("a value that cannot be read is said, and is not a problem", async () => {
  const answer = (url: URL) =>
    url.pathname.endsWith("/stats")
      ? { data: [{ ...row("p1", "Seal pups", "lena"), boxesAdded: "many" }] }
      : answerTo(url);
  const { document } = await serve({ windows: ["today"], workspaces: [{ name: "acme", api_key: KEY }] }, answer);
  const said = "anomalies in the answers: 1 (1 not_a_number data.boxesAdded)";
  expect(await command(["once"], document)).toMatchObject({ code: 0, stderr: `acme: ${said}\n` });
  expect((await findingsOf(document)).rows?.verdict).toBe("info");
});

test.each(["once", "doctor", "backfill --output=/nonexistent/x", "raw"])(
  "%s does not show a key that is given for a workspace",
  async (given) => {
    const { document } = await serve({ workspaces: [{ name: "acme", api_key: KEY }] });
    for (const key of [KEY, "AbCdEf0123456789AbCd", "rf_abcdefgh1234"]) {
      const { code, stdout, stderr } = await command([...given.split(" "), `--workspace=${key}`], document);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/--workspace: .*<secret>.* is not/);
      expect(stdout + stderr).not.toContain(key);
    }
  },
);

test("five hundred workspaces start", async () => {
  const workspaces = Array.from({ length: 500 }, (_, index) => ({ name: `ws-${index}`, api_key: `${KEY}-${index}` }));
  // Together, so that none has its next run meanwhile.
  const { document } = await serve({ windows: ["today"], workspaces, poll: { stagger: false } });
  const { exporter, polls, lines } = await startHarness(configFrom(document), { clock: systemClock });
  onTestFinished(() => exporter.stop());
  await polls(500);
  expect(lines.filter(({ msg }) => msg === "poll succeeded")).toHaveLength(500);
}, 120_000);
