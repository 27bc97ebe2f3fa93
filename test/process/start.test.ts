import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";

test("npm start builds what is not built", () => {
  // Where the program's libraries are found, and the compiler.
  const directory = mkdtempSync(path.resolve("node_modules", ".npm-start-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const pages = ["scripts/render-documents.mjs", "docs/metrics.md", "prometheus/runbooks"];
  for (const name of ["package.json", "tsconfig.json", "src", ...pages])
    cpSync(name, path.join(directory, name), { recursive: true });
  const env = { PATH: process.env["PATH"], HOME: directory };
  const version = () =>
    execFileSync("npm", ["start", "--silent", "--", "--version"], { cwd: directory, env, encoding: "utf8" });
  expect(version()).toMatch(/^roboflow-exporter \d/);
  for (const file of ["main.js", "documents.json"]) expect(existsSync(path.join(directory, "dist", file))).toBe(true);
});
