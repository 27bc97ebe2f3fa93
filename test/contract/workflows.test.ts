import { existsSync, readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

const FOLDER = ".github/workflows";
const workflows = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(`${FOLDER}/${name}`, "utf8") }));

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, { readonly "timeout-minutes"?: number; readonly uses?: string }>>;
}

test.each(workflows)("$name pins every action of others by commit, with its version", ({ text }) => {
  const uses = [...text.matchAll(/\buses: (?!\.\/)(.*)$/gm)].map(([, action = ""]) => action);
  expect(uses.filter((action) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
});

test("an action has the same commit everywhere", () => {
  const pins = workflows.flatMap(({ text }) => [...text.matchAll(/uses: ([\w/-]+)@(.*)$/gm)].map(([, ...pin]) => pin));
  const commits = new Map<string, Set<string>>();
  for (const [action = "", commit = ""] of pins)
    commits.set(action, (commits.get(action) ?? new Set<string>()).add(commit));
  expect([...commits].filter(([, different]) => different.size > 1)).toEqual([]);
});

test.each(workflows)("$name may only read by default, and its jobs end some time", ({ text }) => {
  const { permissions, jobs } = parse(text) as Workflow;
  expect(permissions).toEqual({ contents: "read" });
  for (const [name, job] of Object.entries(jobs)) expect(job["timeout-minutes"] ?? job.uses, name).toBeDefined();
});

test.each(workflows)("$name runs scripts that exist", ({ text }) => {
  for (const [script] of text.matchAll(/(?<![\w/])\.ci\/[\w-]+/g)) expect(existsSync(script), script).toBe(true);
});
