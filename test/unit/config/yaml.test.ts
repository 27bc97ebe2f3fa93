import { expect, test } from "vitest";
import type { Config } from "../../../src/config/config.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { lineFinder } from "../../../src/config/yaml.ts";
import { type BadCase, KEY, decoded, problemsOf, sourcesOf } from "../../support/configurations.ts";

function load(yaml: string, env?: Readonly<Record<string, string>>): Config {
  return loadConfig(sourcesOf(env ? { yaml, env } : { yaml }));
}

/** All that it holds, without the functions in it. */
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
    x-owner: vision-team
    api: { x-note: [1, 2] }
    approval_target: { x-ray: 0.5 }
`;
  const [workspace] = load(yaml).workspaces;
  expect(workspace?.poll.schedule).toEqual({ kind: "interval", seconds: 300 });
  expect(workspace?.approvalTarget.projects).toEqual(new Map([["x-ray", 0.5]]));
});

test("keys that are left out are not reported along with a fault", () => {
  expect(problemsOf({ yaml: "x-a: 1\npoll: {x-b: 2, interval: 7}\nwindows:\n" })).toEqual([
    'poll.interval: 7 has no unit; write "7m" or "7s"',
  ]);
});

test("mappings and lists of which only the name is written are as if they were not there", () => {
  const empty = load(`
api:
poll:
windows:
people:
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

test("thousands of mistakes are all reported", () => {
  const entries = Array.from({ length: 2000 }, (_, index) => `  - { name: ws, api_key: ${KEY}, nmae: ${index} }`);
  expect(problemsOf({ yaml: `workspaces:\n${entries.join("\n")}` })).toHaveLength(3999);
});

const CASES: readonly BadCase[] = [
  {
    name: "a file that is a list",
    yaml: "- a",
    problems: ['--config.file: "/config.yml" is not a mapping of keys; see docs/configuration.md'],
  },
  {
    name: "a file that is a word",
    yaml: KEY,
    problems: ['--config.file: "/config.yml" is not a mapping of keys; see docs/configuration.md'],
  },
  {
    name: "a bracket that is missing",
    yaml: "windows: [today",
    problems: [
      '--config.file: "/config.yml" line 1, column 16: this line is not indented like its neighbours; align it',
    ],
  },
  {
    name: "a quote that is missing",
    yaml: `workspaces:\n  - api_key: '${KEY}`,
    problems: ['--config.file: "/config.yml" line 2, column 37: a quote, colon or bracket is missing; add it'],
  },
  {
    name: "a key given twice",
    yaml: `workspaces:\n  - api_key: ${KEY}\n    api_key: ${KEY}`,
    problems: ['--config.file: "/config.yml" line 3, column 5: a key is given twice; remove one of them'],
  },
  {
    name: "a tab",
    yaml: "poll:\n\tinterval: 15m",
    problems: ['--config.file: "/config.yml" line 2, column 1: a line is indented with a tab; use spaces'],
  },
  {
    name: "a colon in a value",
    yaml: `api_key: a: ${KEY}`,
    problems: ['--config.file: "/config.yml" line 1, column 10: a value holds ": "; put the value in quotes'],
  },
  {
    name: "a reserved character",
    yaml: `api_key: @${KEY}`,
    problems: [
      '--config.file: "/config.yml" line 1, column 10: a value begins with a reserved character; put it in quotes',
    ],
  },
  {
    name: "an unknown escape",
    yaml: `api_key: "\\q${KEY}"`,
    problems: ['--config.file: "/config.yml" line 1, column 11: this is not valid YAML (BAD_DQ_ESCAPE); correct it'],
  },
  {
    name: "an unknown tag",
    yaml: `workspaces: !env ${KEY}`,
    problems: [
      '--config.file: "/config.yml" line 1, column 13: a tag is not known; remove the word that begins with !',
    ],
  },
  {
    name: "two documents",
    yaml: "poll: {}\n---\napi: {}",
    problems: [
      '--config.file: "/config.yml" line 2, column 1: the file holds several documents; keep one, without ---',
    ],
  },
  {
    name: "an alias without an anchor",
    yaml: `windows: *${KEY}`,
    problems: [
      '--config.file: "/config.yml" line 1, column 10: an alias (*) has no anchor (&) of its name above it; write the value out',
    ],
  },
  {
    name: "an alias of what it stands in",
    yaml: "poll: &poll {x-me: *poll}",
    problems: [
      '--config.file: "/config.yml" line 1, column 20: an alias (*) has no anchor (&) of its name above it; write the value out',
    ],
  },
  {
    name: "an alias bomb",
    yaml: `x-0: &x0 [1]\n${Array.from({ length: 30 }, (_, depth) => `x-${depth + 1}: &x${depth + 1} [${`*x${depth},`.repeat(9)}]`).join("\n")}`,
    problems: [
      '--config.file: "/config.yml" line 7, column 11: aliases make more than 250000 values of this file; use fewer of them',
    ],
  },
  {
    name: "a bomb of merge keys",
    yaml: `x-0: &x0 {${Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join()}}\nx-1: [${"{<<: *x0},".repeat(2000)}]`,
    problems: [
      '--config.file: "/config.yml" line 2, column 622: aliases make more than 250000 values of this file; use fewer of them',
    ],
  },
  {
    name: "a merge of a list",
    yaml: "poll:\n  <<: [5]\n",
    problems: [
      '--config.file: "/config.yml" line 2, column 3: << takes a mapping, or a list of them; give it an alias of one',
    ],
  },
  {
    name: "a template that was not filled in, which YAML reads as a mapping in a mapping",
    yaml: "workspaces:\n  - api_key: {{ .Values.key }}",
    problems: [
      `--config.file: "/config.yml" line 2, column 15: a key is a list or a mapping; if it is a template's {{ … }}, fill it in or put it in quotes`,
    ],
  },
  {
    name: "a key that is missing",
    yaml: "poll:\n  : 15m",
    problems: [
      '--config.file: "/config.yml" line 2, column 3: a key is missing before its colon; write it, or remove the line',
    ],
  },
  {
    name: "a pattern for a value",
    yaml: "metrics: {exclude: [*]}",
    problems: [
      '--config.file: "/config.yml" line 1, column 21: a value begins with * or &, which mark aliases and anchors; put it in quotes',
    ],
  },
  {
    name: "a file in UTF-16, as it looks when read as UTF-8",
    yaml: decoded(Buffer.from("\uFEFFpoll:\r\n", "utf16le")),
    problems: ['--config.file: "/config.yml" is UTF-16, as PowerShell writes it; save it as UTF-8'],
  },
  {
    name: "a file in UTF-16 without a mark, the other way round",
    yaml: decoded(Buffer.from("poll:\n", "utf16le").swap16()),
    problems: ['--config.file: "/config.yml" is UTF-16, as PowerShell writes it; save it as UTF-8'],
  },
  {
    name: "a file in UTF-32",
    yaml: decoded(Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])),
    problems: ['--config.file: "/config.yml" is UTF-32; save it as UTF-8'],
  },
  {
    name: "a file in Latin-1",
    yaml: decoded(Buffer.from('windows: [today]\r\nworkspaces: [{approval_target: {"Möwen": 0.9}}]', "latin1")),
    problems: [
      '--config.file: "/config.yml" line 2: this is not UTF-8, but perhaps Latin-1 or Windows-1252; save it as UTF-8',
    ],
  },
];

test("refuses lists in lists without end", () => {
  const [problem, ...others] = problemsOf({ yaml: "[".repeat(3000) + "]".repeat(3000) });
  expect(problem).toMatch(/line 1, column \d+: lists or mappings are nested too deeply; write them flat$/);
  expect(others.length).toBeLessThan(3);
});

test.each(CASES)("refuses $name", ({ problems, ...given }) => {
  expect(problemsOf(given)).toEqual(problems);
  expect(problemsOf(given).join()).not.toContain(KEY);
});

const lineOf = lineFinder(`# first
a:
  b: 1
  list:
    - x
    - y: 2
    # the last
    - z
`);

test.each([
  { path: [], line: 1 },
  { path: ["a"], line: 2 },
  { path: ["a", "b"], line: 3 },
  { path: ["a", "list", 0], line: 5 },
  { path: ["a", "list", 2], line: 8 },
  { path: ["a", "missing"], line: 2 },
  { path: ["a", "b", "deeper"], line: 3 },
  { path: ["elsewhere"], line: 1 },
])("the line of $path is $line", ({ path, line }) => {
  expect(lineOf(path)).toBe(line);
});
