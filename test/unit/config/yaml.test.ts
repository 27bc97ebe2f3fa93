import { expect, test } from "vitest";
import type { Config } from "../../../src/config/config.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { KEY, problemsOf, sourcesOf } from "./sources.ts";

function load(yaml: string, env?: Readonly<Record<string, string>>): Config {
  return loadConfig(sourcesOf(env ? { yaml, env } : { yaml }));
}

/** All that it says, but for the functions in it. */
function said(config: Config): unknown {
  return JSON.parse(JSON.stringify(config, (_, value: unknown) => (value instanceof Map ? [...value] : value)));
}

test("merge keys give what a mapping does not say itself, the first of several mappings before the others", () => {
  const { workspaces } = load(`
x-frequent: &frequent { poll: { interval: 5m }, windows: [today] }
workspaces:
  - &base { name: aerial, api_key: ${KEY}, windows: [7d], approval_target: { "Seal pups": 0.9 } }
  - { <<: *base, name: harbor }
  - { <<: [*frequent, *base], name: lab }
`);
  expect(
    workspaces.map(({ name, poll, windows, approvalTarget }) => ({
      name,
      schedule: poll.schedule,
      windows: windows.map((window) => window.name),
      targets: [...approvalTarget.projects],
    })),
  ).toEqual([
    ...["aerial", "harbor"].map((name) => ({
      name,
      schedule: { kind: "interval", seconds: 900 },
      windows: ["7d"],
      targets: [["Seal pups", 0.9]],
    })),
    { name: "lab", schedule: { kind: "interval", seconds: 300 }, windows: ["today"], targets: [["Seal pups", 0.9]] },
  ]);
});

test("keys that begin with x- are left out of every mapping but that of the projects' targets", () => {
  const yaml = `
x-poll: &poll { interval: 5m, x-why: "the first of them" }
poll: *poll
workspaces:
  - name: aerial
    x-owner: nobody
    api: { x-note: [1, 2] }
    approval_target: { x-ray: 0.5 }
`;
  const [workspace] = load(yaml).workspaces;
  expect(workspace?.poll.schedule).toEqual({ kind: "interval", seconds: 300 });
  expect(workspace?.approvalTarget.projects).toEqual(new Map([["x-ray", 0.5]]));
});

test("what is left out beside a fault is not a second one", () => {
  expect(problemsOf({ yaml: "x-a: 1\npoll: {x-b: 2, interval: 7}\nwindows:\n" })).toEqual([
    'poll.interval: 7 has no unit; write "7m" or "7s"',
  ]);
});

test("mappings and lists of which only the name is written are as if they were not there", () => {
  const empty = load(`
api:
poll:
windows:
labelers:
metrics: { exclude: }
limits:
workspaces:
  - projects:
    labelers:
    totals:
    approval_target:
    api:
`);
  expect(said(empty)).toEqual(said(load("workspaces: [{}]")));
  expect(said(load("workspaces:"))).toEqual(said(empty));
});

test.each([
  ["a byte order mark", "\uFEFFwindows: [7d]\n"],
  ["lines that end as on Windows", "poll:\r\n  interval: 5m\r\nwindows:\r\n  - 7d\r\n"],
  ["marks of the document's begin and end", "---\nwindows: [7d]\n...\n"],
])("reads a file with %s", (_, yaml) => {
  expect(load(yaml).workspaces[0]?.windows.map(({ name }) => name)).toEqual(["7d"]);
});

test.each(["", "\n", "# nothing yet\n", "---\n", "\uFEFF"])("reads %j as a file that says nothing", (yaml) => {
  expect(said(load(yaml))).toEqual(said(load("workspaces: [{}]")));
});

test("slugs may begin with - or _, in the file and in the environment", () => {
  const names = ["-jwzpw", "_lab", "lab-_", "7"];
  const yaml = JSON.stringify({ workspaces: names.map((name) => ({ name, api_key: KEY, projects: ["-p", "_p"] })) });
  expect(load(yaml).workspaces.map(({ name, projects }) => [name, projects])).toEqual(
    names.map((name) => [name, ["-p", "_p"]]),
  );
  const fromEnv = loadConfig(sourcesOf({ env: { ROBOFLOW_API_KEY: KEY, ROBOFLOW_WORKSPACE: "-jwzpw" } }));
  expect(fromEnv.workspaces[0]?.name).toBe("-jwzpw");
});

test("there may be thousands of workspaces that share what an anchor holds, and thousands of names in a list", () => {
  const entries = Array.from({ length: 3000 }, (_, index) => `  - { <<: *base, name: ws-${index}, api: *api }`);
  const projects = Array.from({ length: 3000 }, (_, index) => `p${index}`);
  const { workspaces } = load(
    `x-api: &api { retries: 1 }\nx-base: &base { api_key: ${KEY}, x-note: 1 }\nworkspaces:\n${entries.join("\n")}\n` +
      `  - { name: last, api_key: ${KEY}, projects: [${projects.join()}] }\n`,
  );
  expect(workspaces).toHaveLength(3001);
  expect(workspaces[2999]).toMatchObject({ name: "ws-2999", apiKey: KEY, api: { retries: 1 } });
  expect(workspaces[3000]?.projects).toEqual(projects);
});

test("thousands of mistakes are all told", () => {
  const entries = Array.from({ length: 2000 }, (_, index) => `  - { name: ws, api_key: ${KEY}, nmae: ${index} }`);
  expect(problemsOf({ yaml: `workspaces:\n${entries.join("\n")}` })).toHaveLength(3999);
});
