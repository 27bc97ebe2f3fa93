import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}
type Packages = readonly (readonly [path: string, locked: Locked])[];

/** What a lockfile installs, without the package that it belongs to. */
function packagesIn(lockfile: string): Packages {
  const { packages } = JSON.parse(readFileSync(lockfile, "utf8")) as { packages: Readonly<Record<string, Locked>> };
  return Object.entries(packages).filter(([path]) => path !== "");
}

const installed = packagesIn("package-lock.json");
const shipped = installed.filter(([, { dev, devOptional }]) => !dev && !devOptional);
const developing = installed.filter((entry) => !shipped.includes(entry));
const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** Licences of what is shipped: all let us distribute it under the Apache licence, and ask for their text only, which is shipped with it. */
const SHIPPED_LICENCES = ["Apache-2.0", "BSD-3-Clause", "ISC", "MIT"];
/** Others, one package at a time. */
const SHIPPED_EXCEPTIONS: Readonly<Record<string, string>> = {
  // Copyleft for its own files only, which we ship as they are.
  "ical.js": "MPL-2.0",
};
/** Tools do their work here and are not shipped. */
const TOOL_LICENCES = [...SHIPPED_LICENCES, "0BSD", "BSD-2-Clause", "BlueOak-1.0.0", "MPL-2.0"];

const refused = (all: Packages, allowed: readonly string[], exceptions: Readonly<Record<string, string>> = {}) =>
  all
    .filter(([path, { license = "" }]) => !allowed.includes(license) && exceptions[nameOf(path)] !== license)
    .map(([path, { license }]) => `${nameOf(path)}: ${license ?? "no licence"}`);

test.each([{ license: "GPL-3.0-only" }, { license: "(MIT OR GPL-3.0-only)" }, { license: "MPL-2.0" }, {}])(
  "a package that is shipped under $license has to be looked at",
  (locked) => {
    expect(refused([["node_modules/a/node_modules/@b/c", locked]], SHIPPED_LICENCES, SHIPPED_EXCEPTIONS)).toHaveLength(
      1,
    );
  },
);

test("everything that is shipped has a licence that is allowed", () => {
  expect(shipped.length).toBeGreaterThan(50);
  expect(refused(shipped, SHIPPED_LICENCES, SHIPPED_EXCEPTIONS)).toEqual([]);
  expect(shipped.map(([path]) => nameOf(path))).toEqual(expect.arrayContaining(Object.keys(SHIPPED_EXCEPTIONS)));
});

test("every tool has a licence that is allowed", () => {
  expect(refused(developing, TOOL_LICENCES)).toEqual([]);
});

/** Further licences that let us use a tool: the first two give up all rights, of the others all hold or one may be chosen. */
const OTHER_LICENCES = [
  ...TOOL_LICENCES,
  ...["CC0-1.0", "Unlicense", "MIT AND BSD-3-Clause", "(MIT AND Zlib)", "(MPL-2.0 OR Apache-2.0)"],
];
/**
 * Lockfiles of tools that are not shipped, with the packages whose manifests have no field `license`, from which npm fills in the
 * lockfile: what these packages allow is not tested, and each new one has to be looked at.
 */
const OTHER_LOCKFILES: Readonly<Record<string, readonly string[]>> = {
  "deploy/helm/check": [],
  "grafana/preview": [
    // MIT by the older field `licenses`.
    ...["sort-asc", "sort-desc", "sort-object"],
    // Neither field.
    ...["@mapbox/jsonlint-lines-primitives", "fast-shallow-equal", "get-document", "react-universal-interface"],
  ],
};

test.each(Object.entries(OTHER_LOCKFILES))("every tool of %s has a licence that is allowed", (folder, unnamed) => {
  const tools = packagesIn(`${folder}/package-lock.json`);
  expect(tools.length).toBeGreaterThan(20);
  const named = tools.filter(([, { license }]) => license !== undefined);
  expect(refused(named, OTHER_LICENCES)).toEqual([]);
  const others = tools.filter((tool) => !named.includes(tool)).map(([path]) => nameOf(path));
  expect(others.toSorted()).toEqual(unnamed.toSorted());
});

test("everything that is shipped brings the text of its licence", () => {
  const without = shipped.filter(([path]) => !readdirSync(path).some((file) => /^(?:licen[cs]e|copying)/i.test(file)));
  expect(without.map(([path]) => path)).toEqual([]);
});

test("no package runs a script when it is installed", () => {
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
  expect(packageJson.allowScripts).toEqual(Object.fromEntries(scripted.map((name) => [name, false])));
});

test("bcrypt brings binaries for the platforms of the image, for Debian and Alpine", () => {
  for (const platform of ["linux-x64", "linux-arm64"])
    expect(readdirSync(`node_modules/bcrypt/prebuilds/${platform}`)).toEqual(["bcrypt.glibc.node", "bcrypt.musl.node"]);
});

const npm = (...args: readonly string[]): unknown =>
  JSON.parse(execFileSync("npm", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));

/** Every file of the archive is of one of these kinds. What is compiled is there once it is built. */
const PACKED = {
  // Also the pages that the build makes of the docs.
  compiled: /^dist\/(?:.+\.js(?:\.map)?|documents\.json)$/,
  manifest: /^package\.json$/,
  texts: /^(?:README|CHANGELOG)\.md$|^LICENSE$/,
  docs: /^docs\/[a-z-]+\.md$/,
  dashboards: /^grafana\/dashboards\/roboflow-[a-z]+\.json$/,
  configuration: /^prometheus\/[a-z-]+\.yml$/,
  rules: /^prometheus\/rules\/(?:alerts|recording)-[a-z]+\.yml$/,
  runbooks: /^prometheus\/runbooks\/Roboflow[A-Za-z]+\.md$/,
  pages: /^(?:grafana|prometheus)\/README\.md$/,
};

test("the archive holds what runs, and its docs", () => {
  const [archive] = npm("pack", "--dry-run", "--json", "--ignore-scripts") as [{ files: { path: string }[] }];
  const files = archive.files.map(({ path }) => path);
  const patterns = Object.entries(PACKED);
  expect(files.filter((file) => !patterns.some(([, pattern]) => pattern.test(file)))).toEqual([]);
  const used = patterns.filter(([, pattern]) => files.some((file) => pattern.test(file))).map(([kind]) => kind);
  expect(new Set([...used, "compiled"])).toEqual(new Set(Object.keys(PACKED)));
  expect(packageJson.files).toContain("dist");
});

test("the SBOM names what is shipped, each with its version and its licence", () => {
  const sbom = npm("run", "--silent", "sbom") as {
    bomFormat: string;
    metadata: { component: { purl: string } };
    components: { purl: string; licenses: unknown[] }[];
  };
  expect(sbom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.5" });
  expect(sbom.metadata.component.purl).toBe(`pkg:npm/${packageJson.name}@${packageJson.version}`);
  const purls = shipped.map(([path, { version }]) => `pkg:npm/${nameOf(path).replace("@", "%40")}@${version ?? ""}`);
  expect(sbom.components.map(({ purl }) => purl).toSorted()).toEqual([...new Set(purls)].toSorted());
  expect(sbom.components.filter(({ licenses }) => licenses.length === 0)).toEqual([]);
});
