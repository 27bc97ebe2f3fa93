import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { hang } from "../support/api-server.ts";
import { startProgram } from "../support/program.ts";
import { makeRows, ndjson, pagesOf, serveRows } from "../support/row-server.ts";

const RAW = `"${process.execPath}" dist/main.js raw`;
const ROWS = makeRows(20_000);

/** Runs a line of bash; `status` is that of `raw`, the first in the pipe. */
async function bash(line: string, env: Readonly<Record<string, string>>) {
  const script = `${line}\necho "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-c", script], {
    env: { PATH: process.env["PATH"], ...env },
  });
  const lines = stdout.trimEnd().split("\n");
  return { status: lines.pop(), lines, stderr };
}

test("a reader that has seen enough ends it quietly, but not as if it were complete", async () => {
  const { env, asked } = await serveRows(pagesOf(ROWS));
  expect(await bash(`${RAW} | head -n 1`, env)).toEqual({ status: "2", lines: [JSON.stringify(ROWS[0])], stderr: "" });
  expect(asked().length).toBeLessThan(20);
});

test("SIGTERM ends it between two pages, and says where to resume", async () => {
  const { env } = await serveRows(pagesOf(ROWS, ({ offset }) => (offset === 3000 ? hang : undefined)));
  await using program = startProgram(["raw"], env);
  await program.waitFor(/"id":2999/);
  program.child.kill("SIGTERM");
  expect(await program.exited).toBe(2);
  expect(program.output()).toEqual({
    stdout: ndjson(ROWS.slice(0, 3000)),
    stderr: "interrupted\nincomplete: 3000 rows written; resume with --offset 3000\n",
  });
});

test("a file that can grow no more holds at least the rows it says, and the rest completes them", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "roboflow-raw-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const { env } = await serveRows(pagesOf(ROWS));
  const file = path.join(folder, "rows.ndjson");
  const { status, stderr } = await bash(`ulimit -f 100; ${RAW} > ${file}`, env);
  const [, kept = "", offset = ""] =
    /keep (\d+) rows of what this run wrote\n.*resume with --offset (\d+)\n$/.exec(stderr) ?? [];
  expect({ status, offset, stderr }).toEqual({
    status: "2",
    offset: kept,
    stderr: expect.stringMatching(/\(EFBIG\)/) as unknown,
  });
  expect(Number(kept)).toBeGreaterThan(1000);
  const rows = readFileSync(file, "utf8").split("\n").slice(0, Number(kept));
  const rest = await bash(`${RAW} --offset ${offset}`, env);
  expect([...rows, ...rest.lines]).toEqual(ROWS.map((row) => JSON.stringify(row)));
});
