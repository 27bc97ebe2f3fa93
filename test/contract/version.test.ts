import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import packageJson from "../../package.json" with { type: "json" };
import lock from "../../package-lock.json" with { type: "json" };

const { version } = packageJson;
const CHART = "deploy/helm/roboflow-exporter";
const read = (file: string) => readFileSync(file, "utf8");

/** Files that name the version, and how. */
const NAMED = [
  { file: `${CHART}/README.md`, pattern: /roboflow-exporter:(\d[\w.-]*)/g },
  { file: "deploy/kubernetes/README.md", pattern: /roboflow-exporter:(\d[\w.-]*)/g },
  { file: "deploy/kubernetes/roboflow-exporter.yaml", pattern: /(?:roboflow-exporter:|version: ")(\d[\w.-]*)/g },
  { file: "deploy/systemd/README.md", pattern: /roboflow-exporter-(\d.*)\.tgz/g },
];

test("the lock file and the chart have the version of package.json", () => {
  expect([lock.version, lock.packages[""].version]).toEqual([version, version]);
  expect(parse(read(`${CHART}/Chart.yaml`))).toMatchObject({ version, appVersion: version });
});

test.each(NAMED)("$file names the version of package.json, and no other", ({ file, pattern }) => {
  expect([...new Set([...read(file).matchAll(pattern)].map(([, found]) => found))]).toEqual([version]);
});

test("the changelog's first version is that of package.json, with the day of its release, below what is not released", () => {
  const headings = [...read("CHANGELOG.md").matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings[0]).toBe("Unreleased");
  expect(headings[1]).toMatch(new RegExp(`^${version.replaceAll(".", "\\.")} - \\d{4}-\\d{2}-\\d{2}$`));
});

test("the changelog has the sections and groups of Keep a Changelog", () => {
  const groups = [...read("CHANGELOG.md").matchAll(/^### (.*)$/gm)].map(([, group]) => group);
  const known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
  expect(groups.filter((group) => !known.includes(group ?? ""))).toEqual([]);
  expect(read("CHANGELOG.md")).not.toMatch(/^- \[[A-Z]+\]/m);
});

test("the notes of a release are its section of the changelog", () => {
  const notes = execFileSync("bash", [".ci/changelog-section", version], { encoding: "utf8" });
  expect(notes.trim()).not.toBe("");
  expect(notes).not.toMatch(/^## /m);
  expect(read("CHANGELOG.md")).toContain(notes);
  expect(() => execFileSync("bash", [".ci/changelog-section", "999.0.0"], { stdio: "pipe" })).toThrow();
});

test("npm version brings the new version to every file that names it", () => {
  const copy = mkdtempSync(path.join(tmpdir(), "roboflow-version-"));
  try {
    for (const file of ["scripts/version.mjs", `${CHART}/Chart.yaml`, ...NAMED.map((named) => named.file)])
      cpSync(file, path.join(copy, file), { recursive: true });
    writeFileSync(path.join(copy, "package.json"), JSON.stringify({ version: "12.34.56" }));
    execFileSync("node", ["scripts/version.mjs"], { cwd: copy });
    for (const file of [`${CHART}/Chart.yaml`, ...NAMED.map((named) => named.file)])
      expect(readFileSync(path.join(copy, file), "utf8"), file).toBe(
        read(file).replaceAll(
          new RegExp(`(?<![\\w.])${version.replaceAll(".", "\\.")}(?=["\`. ]|\\n)`, "g"),
          "12.34.56",
        ),
      );
  } finally {
    rmSync(copy, { recursive: true });
  }
});
