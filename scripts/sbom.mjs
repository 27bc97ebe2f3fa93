// npm run sbom: what the program is made of when it runs, in CycloneDX, by `npm sbom`. It gets a lock file without the development packages,
// for `npm sbom --omit=dev` also leaves out what a development package depends on too (npm 11.19: zod and yaml were missing).
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const withoutDevelopment = (manifest) => ({ ...manifest, devDependencies: {} });
const packageJson = JSON.parse(readFileSync("package.json", "utf8"));
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const shipped = Object.entries(lock.packages).filter(([, { dev, devOptional }]) => !dev && !devOptional);
const packages = { ...Object.fromEntries(shipped), "": withoutDevelopment(lock.packages[""]) };

const parent = mkdtempSync(join(tmpdir(), "roboflow-sbom-"));
try {
  // npm takes the component's name from the directory.
  const directory = join(parent, packageJson.name);
  mkdirSync(directory);
  writeFileSync(join(directory, "package.json"), JSON.stringify(withoutDevelopment(packageJson)));
  writeFileSync(join(directory, "package-lock.json"), JSON.stringify({ ...lock, packages }));
  const flags = ["--package-lock-only", "--sbom-format=cyclonedx", "--sbom-type=application"];
  process.stdout.write(execFileSync("npm", ["sbom", ...flags], { cwd: directory }));
} finally {
  rmSync(parent, { recursive: true });
}
