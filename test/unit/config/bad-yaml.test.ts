import { expect, test } from "vitest";
import { type BadCase, KEY, decoded, problemsOf } from "./sources.ts";

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
      '--config.file: "/config.yml" line 1, column 16: a line is not indented as its neighbours are; align it',
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
    name: "a merge of what is no mapping",
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
