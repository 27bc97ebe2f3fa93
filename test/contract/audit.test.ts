import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "roboflow-audit-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the audit with a program in the place of npm that prints what the registry answered. */
function audit(answer: string, env: NodeJS.ProcessEnv = {}) {
  writeFileSync(path.join(folder, "answer"), answer);
  writeFileSync(path.join(folder, "npm"), `#!/bin/sh\ncat ${path.join(folder, "answer")}\nexit 1\n`);
  chmodSync(path.join(folder, "npm"), 0o755);
  const { PATH = "" } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/audit.mjs"], {
    encoding: "utf8",
    env: { ...env, PATH: `${folder}:${PATH}` },
  });
  return { status, output: `${stdout}${stderr}` };
}

const ADVISORY = {
  name: "a",
  range: "<2",
  severity: "low",
  title: "Reads too much",
  url: "https://example.com/GHSA-1",
};

test("no findings pass", () => {
  expect(audit(JSON.stringify({ vulnerabilities: {} }))).toEqual({
    status: 0,
    output: "audit: 0 findings, 0 not explained\n",
  });
});

test("a finding of any severity fails, and is named once, however many packages depend on it", () => {
  const vulnerabilities = { a: { via: [ADVISORY] }, b: { via: ["a"] }, c: { via: [ADVISORY] } };
  const { status, output } = audit(JSON.stringify({ vulnerabilities }));
  expect(status).toBe(1);
  expect(output).toContain("audit: 1 findings, 1 not explained");
  expect(output).toContain("a <2: low: Reads too much (https://example.com/GHSA-1): not explained");
});

const REFUSED = JSON.stringify({ message: "405 Method Not Allowed", error: {} });

test.each([
  { answer: REFUSED, env: {}, status: 0, why: "405 Method Not Allowed" },
  { answer: REFUSED, env: { AUDIT: "required" }, status: 1, why: "405 Method Not Allowed" },
  { answer: "", env: {}, status: 0, why: "no answer" },
  { answer: "null", env: {}, status: 0, why: "no answer" },
  { answer: "", env: { AUDIT: "required" }, status: 1, why: "no answer" },
])(
  "a registry without a list is said, with the reason, and fails where an audit is required: $why, $env",
  ({ answer, env, status, why }) => {
    const result = audit(answer, env);
    expect(result.status).toBe(status);
    expect(result.output).toContain(
      `NOT DONE, nothing was checked: the registry gave no list of vulnerabilities (${why})`,
    );
    expect(result.output).toContain("AUDIT=required");
  },
);
