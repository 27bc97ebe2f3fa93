import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Finding } from "../../src/sources/checks.ts";
import { AFTERNOON, configOf, simulated, commandOutput } from "./simulated-run.ts";

/** The simulated workspace that is asked about. */
export const NAME = "aerial-survey";

/** What `doctor --json` prints. */
export interface Document {
  readonly workspaces: readonly { readonly workspace: string | null; readonly findings: readonly Finding[] }[];
  readonly requests: number;
}

/** What doctor says of a configuration, by topic. */
export async function diagnosis(config: unknown, iso?: string) {
  const { code, stdout, stderr } = await commandOutput(["doctor", "--json"], config, iso);
  const { workspaces, requests } = JSON.parse(stdout) as Document;
  const findings = new Map(workspaces[0]?.findings.map((finding) => [finding.topic, finding]));
  const of = (topic: string) => {
    const { verdict, seen, setting } = findings.get(topic) ?? { verdict: "absent", seen: "", setting: null };
    return { verdict, seen, setting };
  };
  return { code, stderr, workspaces, requests, findings, of };
}

/** What doctor says of a simulated API that behaves so. */
export async function diagnosed(
  flags: readonly string[],
  settings: Readonly<Record<string, unknown>> = {},
  iso = AFTERNOON,
) {
  const { url } = await simulated(flags, iso);
  return diagnosis(configOf(url, { name: NAME, ...settings }), iso);
}

/** The flag of a fault script, in a file that goes with the test. */
export function faultsFlag(faults: readonly unknown[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), "roboflow-exporter-doctor-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, "faults.json");
  writeFileSync(file, JSON.stringify(faults));
  return `--faults=${file}`;
}
