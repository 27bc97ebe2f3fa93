import { expect, test } from "vitest";
import { type BadCase, KEY, problemsOf } from "../../support/configurations.ts";

const CASES: readonly BadCase[] = [
  {
    name: "workspaces that are not a list",
    yaml: "workspaces: {name: a}",
    env: {},
    problems: ["workspaces: {…} is not a list; write each workspace below it, after a dash"],
  },
  {
    name: "a workspace that is not a mapping",
    yaml: "workspaces: [a]",
    env: {},
    problems: ['workspaces[0]: "a" is not a mapping; write its keys below it, or remove it'],
  },
  {
    name: "a name that is not a slug",
    yaml: "workspaces: [{name: My Workspace}]",
    problems: [
      'workspaces[0].name: "My Workspace" is not a workspace\'s slug (letters, digits, - and _); copy it from app.roboflow.com/<slug>',
    ],
  },
  {
    name: "a name that is too long",
    yaml: `workspaces: [{name: ${"a".repeat(129)}}]`,
    problems: [
      `workspaces[0].name: "${"a".repeat(128)}…" is longer than 128 characters; use the id as Roboflow shows it`,
    ],
  },
  {
    name: "a name that is a number",
    yaml: "workspaces: [{name: 5}]",
    problems: ["workspaces[0].name: 5 is not text; put it in quotes"],
  },
  {
    name: "several workspaces without a name",
    yaml: "workspaces: [{api_key: key-of-1-}, {api_key: key-of-2-, name: 5}]",
    env: {},
    problems: [
      "workspaces[0].name: is missing; with several workspaces, each needs a name",
      "workspaces[1].name: 5 is not text; put it in quotes",
    ],
  },
  {
    name: "two workspaces of one name",
    yaml: "workspaces: [{name: a, api_key: key-of-1-}, {name: A, api_key: key-of-2-}]",
    env: {},
    problems: ['workspaces[1].name: "A" is given twice; remove one of the workspaces'],
  },
  {
    name: "no key in a workspace",
    yaml: "workspaces: [{name: a}]",
    env: {},
    problems: ["workspaces[0]: {…} has no key; give one of api_key_file, api_key_env, api_key"],
  },
  {
    name: "no key in the second workspace",
    yaml: "workspaces: [{name: a, api_key: key-of-1-}, {name: b}]",
    env: { ROBOFLOW_API_KEY: KEY },
    problems: ["workspaces[1]: {…} has no key; give one of api_key_file, api_key_env, api_key"],
  },
  {
    name: "two keys in a workspace",
    yaml: `workspaces: [{api_key: ${KEY}, api_key_file: /key}]`,
    problems: ["workspaces[0].api_key: <secret> cannot be combined with api_key_file; remove one of them"],
  },
  {
    name: "two keys, of which one could not be read",
    yaml: "workspaces: [{api_key: 12345, api_key_env: FOO_KEY}]",
    problems: [
      "workspaces[0].api_key: <secret> is not text; put it in quotes",
      "workspaces[0].api_key: <secret> cannot be combined with api_key_env; remove one of them",
    ],
  },
  {
    name: "a key that is empty",
    yaml: "workspaces: [{api_key: ''}]",
    env: {},
    problems: ['workspaces[0].api_key: "" is empty; give a value or remove it'],
  },
  {
    name: "a key with white space",
    yaml: `workspaces: [{api_key: '${KEY} ${KEY}'}]`,
    env: {},
    problems: ["workspaces[0].api_key: <secret> has white space in the key; give the key alone"],
  },
  {
    name: "a reference in place of a variable's name",
    yaml: "workspaces: [{api_key_env: '${ACME_KEY}'}]",
    env: { ACME_KEY: KEY },
    problems: [
      "workspaces[0].api_key_env: <secret> is not the name of a variable; write the name alone, without $, braces or %",
    ],
  },
  {
    name: "a variable whose value is not a key",
    yaml: "workspaces: [{api_key_env: ACME_KEY}]",
    env: { ACME_KEY: "'abcdef12345'" },
    problems: [
      `workspaces[0].api_key_env: "ACME_KEY" has quotes around the key; remove them (docker's --env-file keeps them)`,
    ],
  },
  {
    name: "a key in place of its file",
    yaml: `workspaces: [{api_key_file: ${KEY}}]`,
    env: {},
    problems: [
      "workspaces[0].api_key_file: <secret> cannot be read (ENOENT: no such file or directory); give the path of a readable file",
    ],
  },
  {
    name: "the key in place of the name, with a key file",
    yaml: `workspaces: [{name: ${KEY}, api_key_file: /key}]`,
    env: {},
    problems: ["workspaces[0].name: <secret> is the API key; give the workspace's slug, as in app.roboflow.com/<slug>"],
  },
  {
    name: "a key that is not ASCII",
    yaml: `workspaces: [{api_key: '${KEY}ö'}]`,
    env: {},
    problems: [
      "workspaces[0].api_key: <secret> contains characters that never occur in an API key; copy the key again",
    ],
  },
  {
    name: "a key file that is missing",
    yaml: "workspaces: [{api_key_file: /nonexistent/key}]",
    env: {},
    problems: [
      'workspaces[0].api_key_file: "/nonexistent/key" cannot be read (ENOENT: no such file or directory); give the path of a readable file',
    ],
  },
  {
    name: "a key file that is a directory",
    yaml: "workspaces: [{api_key_file: /}]",
    env: {},
    problems: [
      'workspaces[0].api_key_file: "/" cannot be read (EISDIR: illegal operation on a directory); give the path of a readable file',
    ],
  },
  {
    name: "a key file that is empty",
    yaml: "workspaces: [{api_key_file: /empty}]",
    env: {},
    problems: ['workspaces[0].api_key_file: "/empty" is empty; give the key'],
  },
  {
    name: "a key file of two words",
    yaml: "workspaces: [{api_key_file: /two-words}]",
    env: {},
    problems: ['workspaces[0].api_key_file: "/two-words" has white space in the key; give the key alone'],
  },
  {
    name: "a key file that is not ASCII",
    yaml: "workspaces: [{api_key_file: /umlaut}]",
    env: {},
    problems: [
      'workspaces[0].api_key_file: "/umlaut" contains characters that never occur in an API key; copy the key again',
    ],
  },
  {
    name: "a variable that is not set",
    yaml: "workspaces: [{api_key_env: ACME_KEY}]",
    env: {},
    problems: [
      'workspaces[0].api_key_env: "ACME_KEY" is not set in the environment, or empty; set it or give api_key_file',
    ],
  },
  {
    name: "a variable that is empty",
    yaml: "workspaces: [{api_key_env: ACME_KEY}]",
    env: { ACME_KEY: "" },
    problems: [
      'workspaces[0].api_key_env: "ACME_KEY" is not set in the environment, or empty; set it or give api_key_file',
    ],
  },
  {
    name: "the key in place of a variable's name",
    yaml: `workspaces: [{api_key_env: ${KEY}}]`,
    env: {},
    problems: [
      "workspaces[0].api_key_env: <secret> is not set in the environment, or empty; set it or give api_key_file",
    ],
  },
  {
    name: "the key in place of the workspace's name",
    yaml: `workspaces: [{name: ${KEY} x}]`,
    problems: [
      'workspaces[0].name: "<secret> x" is not a workspace\'s slug (letters, digits, - and _); copy it from app.roboflow.com/<slug>',
    ],
  },
  {
    name: "the content of a key file in place of the name",
    yaml: `workspaces: [{name: '${KEY} x', api_key_file: /key}]`,
    env: {},
    problems: [
      'workspaces[0].name: "<secret> x" is not a workspace\'s slug (letters, digits, - and _); copy it from app.roboflow.com/<slug>',
    ],
  },
  {
    name: "projects that are not a list",
    yaml: "workspaces: [{projects: a}]",
    problems: ['workspaces[0].projects: "a" is not a list; write it like [a, b], or remove it'],
  },
  {
    name: "a project given twice",
    yaml: "workspaces: [{projects: [a, b, a]}]",
    problems: ['workspaces[0].projects[2]: "a" is given twice; remove one of them'],
  },
  {
    name: "labeler settings in a workspace",
    yaml: "workspaces: [{labelers: {names: false}}]",
    problems: [
      "workspaces[0].labelers: {…} is not a list; list labeler ids here; how people appear is set in people at the top level",
    ],
  },
  {
    name: "a labeler that is not text",
    yaml: "workspaces: [{labelers: [5]}]",
    problems: ["workspaces[0].labelers[0]: 5 is not text; put it in quotes"],
  },
  {
    name: "an unknown total",
    yaml: "workspaces: [{totals: [user]}]",
    problems: ['workspaces[0].totals[0]: "user" is not one of project, labeler; use one of them'],
  },
  {
    name: "labelers' totals under a project filter",
    yaml: "workspaces: [{projects: [a], totals: [project, labeler]}]",
    problems: [
      'workspaces[0].totals[1]: "labeler" cannot be combined with the projects filter, because under a filter the API\'s totals cover only what the filter selects; remove one of them',
    ],
  },
  {
    name: "legacy that is not true or false",
    yaml: "workspaces: [{legacy: {interval: 1h}}]",
    problems: ["workspaces[0].legacy: {…} is not true or false; write one of them, without quotes"],
  },
  {
    name: "legacy under both filters",
    yaml: "workspaces: [{projects: [a], labelers: [b], legacy: true}]",
    problems: [
      "workspaces[0].legacy: true cannot be combined with the projects filter, which the legacy endpoint does not have; remove one of them",
      "workspaces[0].legacy: true cannot be combined with the labelers filter, which the legacy endpoint does not have; remove one of them",
    ],
  },
  {
    name: "projects' totals under a labeler filter",
    yaml: "workspaces: [{labelers: [a], totals: [project]}]",
    problems: [
      'workspaces[0].totals[0]: "project" cannot be combined with the labelers filter, because under a filter the API\'s totals cover only what the filter selects; remove one of them',
    ],
  },
  {
    name: "totals under both filters",
    yaml: "workspaces: [{labelers: [a], projects: [b], totals: [project, labeler]}]",
    problems: [
      'workspaces[0].totals[0]: "project" cannot be combined with the labelers filter, because under a filter the API\'s totals cover only what the filter selects; remove one of them',
      'workspaces[0].totals[1]: "labeler" cannot be combined with the projects filter, because under a filter the API\'s totals cover only what the filter selects; remove one of them',
    ],
  },
  {
    name: "a target in per cent",
    yaml: "workspaces: [{approval_target: 95}]",
    problems: ["workspaces[0].approval_target: 95 is not a number from 0 to 1; use 0.95"],
  },
  {
    name: "a project's target in per cent",
    yaml: "workspaces: [{approval_target: {default: 0.9, 'my project': 97.5, other: 101}}]",
    problems: [
      'workspaces[0].approval_target["my project"]: 97.5 is not a number from 0 to 1; use 0.975',
      "workspaces[0].approval_target.other: 101 is not a number from 0 to 1; use one in that range",
    ],
  },
  {
    name: "a target that is text",
    yaml: "workspaces: [{approval_target: high}]",
    problems: [
      'workspaces[0].approval_target: "high" is neither a number from 0 to 1 nor a mapping; write 0.95, or a project and its number per line',
    ],
  },
  {
    name: "a target of a project that is text",
    yaml: "workspaces: [{approval_target: {a: '0.9'}}]",
    problems: [
      'workspaces[0].approval_target.a: "0.9" is not a number from 0 to 1; write it like 0.95, without quotes',
    ],
  },
  {
    name: "targets that are a list",
    yaml: "workspaces: [{approval_target: [0.9]}]",
    problems: [
      "workspaces[0].approval_target: […] is neither a number from 0 to 1 nor a mapping; write 0.95, or a project and its number per line",
    ],
  },
  {
    name: "an override with an unknown key",
    yaml: "workspaces: [{poll: {cron: x}, api: {retries: -1}}]",
    problems: [
      "workspaces[0].poll.cron: is not a known key; valid names: interval, schedule, timezone, jitter, stagger, startup_spread, concurrency, stale_after, legacy_interval",
      "workspaces[0].api.retries: -1 is not an integer from 0 to 10; use one in that range",
    ],
  },
  {
    name: "an override with both interval and schedule",
    yaml: "workspaces: [{poll: {interval: 1h, schedule: '0 0 * * *'}}]",
    problems: [
      'workspaces[0].poll.schedule: "0 0 * * *" cannot be combined with workspaces[0].poll.interval; remove one of them',
    ],
  },
  {
    name: "a key with a typing error before what follows from it",
    yaml: "workspaces: [{name: a, apiKeyFile: /key}, {name: b, key: x, api_key: key-of-two}]",
    env: {},
    problems: [
      'workspaces[0].apiKeyFile: is not a known key; did you mean "api_key_file"?',
      "workspaces[1].key: is not a known key; see docs/configuration.md",
      "workspaces[0]: {…} has no key; give one of api_key_file, api_key_env, api_key",
    ],
  },
  {
    name: "a typing error in the name of the list of workspaces",
    yaml: "workspace: [{api_key: key-of-one}]",
    env: {},
    problems: [
      'workspace: is not a known key; did you mean "workspaces"?',
      "ROBOFLOW_API_KEY: is not set; set it or ROBOFLOW_API_KEY_FILE, give workspaces[0].api_key_file in the configuration file, or try without a key: roboflow-exporter demo",
    ],
  },
  {
    name: "names that YAML does not read as text, with the spelling to put in quotes",
    yaml: "workspaces: [{name: 2024, projects: [2.10, 007, true], labelers: [1e3, 0x1F, ~, null]}]",
    problems: [
      "workspaces[0].name: 2024 is not text; put it in quotes",
      "workspaces[0].projects[0]: 2.10 is not text; put it in quotes",
      "workspaces[0].projects[1]: 007 is not text; put it in quotes",
      "workspaces[0].projects[2]: true is not text; put it in quotes",
      "workspaces[0].labelers[0]: 1e3 is not text; put it in quotes",
      "workspaces[0].labelers[1]: 0x1F is not text; put it in quotes",
      "workspaces[0].labelers[2]: null is not a value; write one, in quotes if the name is null, or remove it",
      "workspaces[0].labelers[3]: null is not a value; write one, in quotes if the name is null, or remove it",
    ],
  },
  {
    name: "names that YAML does not read as text, by way of aliases and merge keys",
    yaml: "x-base: &base {projects: &names [2.10]}\nworkspaces: [{<<: *base, labelers: *names}]",
    problems: [
      "workspaces[0].projects[0]: 2.10 is not text; put it in quotes",
      "workspaces[0].labelers[0]: 2.10 is not text; put it in quotes",
    ],
  },
  {
    name: "projects with more than their slug",
    yaml: "workspaces: [{projects: [acme/cranes, 'https://app.roboflow.com/acme/ships']}]",
    problems: [
      'workspaces[0].projects[0]: "acme/cranes" holds more than the project\'s slug; write cranes',
      'workspaces[0].projects[1]: "https://app.roboflow.com/acme/ships" holds more than the project\'s slug; give what follows app.roboflow.com/<workspace>/',
    ],
  },
  {
    name: "mistakes in several workspaces, in the order of the docs",
    yaml: "workspaces: [{windows: [x], name: ' ', api_key: key-of-one}, {totals: [user], name: b, api_key_env: NOT_SET}]",
    env: {},
    problems: [
      'workspaces[0].name: " " is empty; give a value or remove it',
      'workspaces[0].windows[0]: "x" is not a window; use today, <N>d (1d to 3660d), week, month or all',
      'workspaces[1].api_key_env: "NOT_SET" is not set in the environment, or empty; set it or give api_key_file',
      'workspaces[1].totals[0]: "user" is not one of project, labeler; use one of them',
    ],
  },
];

test.each(CASES)("refuses $name", ({ problems, ...given }) => {
  expect(problemsOf(given)).toEqual(problems);
  expect(problemsOf(given).join()).not.toContain(KEY);
});
