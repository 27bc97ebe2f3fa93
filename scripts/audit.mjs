// npm run audit: known vulnerabilities of the dependencies, by the registry's list. Fails on each that is not explained below. Where the registry
// does not answer, or has no such list, it says so and goes on; with AUDIT=required, as in the workflows on GitHub, that fails too.
import { spawnSync } from "node:child_process";

/** Findings that do not concern us: the advisory's address, and why. */
const EXPLAINED = {};

const { stdout } = spawnSync("npm", ["audit", "--json", "--audit-level=none"], { encoding: "utf8" });

function reportOf(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Each advisory once, with the package that has it: a finding in what depends on that package names the package only. */
function findingsOf(vulnerabilities) {
  const advisories = Object.values(vulnerabilities).flatMap(({ via }) =>
    via.filter((cause) => typeof cause === "object"),
  );
  return new Map(
    advisories.map(({ name, range, severity, title, url }) => [url, `${name} ${range}: ${severity}: ${title}`]),
  );
}

const { vulnerabilities, message = "no answer" } = reportOf(stdout);
if (vulnerabilities === undefined) {
  console.error(`audit: NOT DONE, nothing was checked: the registry gave no list of vulnerabilities (${message}).`);
  console.error(
    "audit: run it where npm's own registry can be reached; with AUDIT=required, as in CI on GitHub, this fails",
  );
  process.exitCode = process.env.AUDIT === "required" ? 1 : 0;
} else {
  const findings = findingsOf(vulnerabilities);
  const open = [...findings].filter(([url]) => EXPLAINED[url] === undefined);
  const stale = Object.keys(EXPLAINED).filter((url) => !findings.has(url));
  for (const [url, text] of findings) console.error(`audit: ${text} (${url}): ${EXPLAINED[url] ?? "not explained"}`);
  for (const url of stale) console.error(`audit: ${url} is explained, but no longer found: remove it`);
  console.log(`audit: ${findings.size} findings, ${open.length} not explained`);
  process.exitCode = open.length + stale.length > 0 ? 1 : 0;
}
