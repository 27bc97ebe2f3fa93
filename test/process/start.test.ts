import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";

test("npm start builds what is not built", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "npm-start-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  for (const name of ["package.json", "tsconfig.json", "src"])
    cpSync(name, path.join(directory, name), { recursive: true });
  symlinkSync(path.resolve("node_modules"), path.join(directory, "node_modules"));
  const version = () =>
    execFileSync("npm", ["start", "--silent", "--", "--version"], { cwd: directory, encoding: "utf8" });
  expect(version()).toMatch(/^roboflow-exporter \d/);
  expect(existsSync(path.join(directory, "dist", "main.js"))).toBe(true);
});
