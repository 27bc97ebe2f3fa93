import { expect, test } from "vitest";
import type { WorkspaceConfig } from "../../../src/config/config.ts";
import { fileNameOf, fingerprintOf } from "../../../src/storage/restart-cache.ts";
import { insights } from "../../../src/sources/insights/insights.ts";
import { legacy } from "../../../src/sources/legacy/legacy.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";

const KEPT = {
  hmacKey: undefined,
  names: true,
  email: false,
  system: ["Auto Label"],
  teams: new Map<string, string>(),
};
const BASE = workspaceFrom();

function fingerprint(change: Partial<WorkspaceConfig> = {}): string {
  return fingerprintOf(insights, { workspace: { ...BASE, ...change }, people: KEPT });
}

test.each<{ name: string; change: Partial<WorkspaceConfig> }>([
  { name: "the workspace", change: { name: "other" } },
  { name: "the API's address", change: { api: { ...BASE.api, url: "https://api.roboflow.eu" } } },
  { name: "the projects", change: { projects: ["one"] } },
  { name: "the labelers", change: { labelers: ["one"] } },
  { name: "the totals", change: { totals: ["project"] } },
  { name: "the windows", change: { windows: BASE.windows.slice(1) } },
  { name: "the time zone", change: { poll: { ...BASE.poll, timezone: "Europe/Berlin" } } },
])("$name shapes what is stored", ({ change }) => {
  expect(fingerprint(change)).not.toBe(fingerprint());
});

test.each<{ name: string; change: Partial<WorkspaceConfig> }>([
  { name: "the key of a workspace with a name", change: { apiKey: "another" } },
  { name: "the schedule", change: { poll: { ...BASE.poll, schedule: { kind: "interval", seconds: 60 } } } },
  { name: "how the API is asked", change: { api: { ...BASE.api, auth: "bearer", timeoutMs: 1, retries: 9 } } },
  { name: "what is left out", change: { exclude: ["roboflow_boxes_drawn"] } },
  { name: "the series limit", change: { seriesLimit: 1 } },
  { name: "the target", change: { approvalTarget: { default: 0.5, projects: new Map() } } },
])("$name does not", ({ change }) => {
  expect(fingerprint(change)).toBe(fingerprint());
});

test("which labelers are programs matters where only their names are stored", () => {
  const of = (names: boolean, system: string[]) =>
    fingerprintOf(insights, { workspace: BASE, people: { ...KEPT, names, system } });
  expect(of(false, ["Auto Label", "Robot"])).not.toBe(of(false, ["Auto Label"]));
  expect(of(true, ["Auto Label", "Robot"])).toBe(of(true, ["Auto Label"]));
});

test("who is in which team does not, for nothing of it is stored", () => {
  const people = { ...KEPT, teams: new Map([["l1", "Acme"]]) };
  expect(fingerprintOf(insights, { workspace: BASE, people })).toBe(fingerprint());
});

test("a workspace without a name is bound to its key, which the fingerprint does not show", () => {
  const [one, other] = ["key-one", "key-other"].map((apiKey) => fingerprint({ name: undefined, apiKey }));
  expect(one).not.toBe(other);
  expect(one).toMatch(/^[0-9a-f]{64}$/);
});

test("files differ by the workspace and its URL", () => {
  const europe = { ...BASE, api: { ...BASE.api, url: "https://api.roboflow.eu" } };
  const names = [BASE, europe, { ...BASE, name: "unnamed" }, { ...BASE, name: undefined }].map((one) =>
    fileNameOf(insights, one),
  );
  expect(new Set([...names, fileNameOf(legacy, BASE)]).size).toBe(5);
  expect(names[0]).toMatch(/^acme-[0-9a-f]{12}\.insights\.json$/);
});

test("workspaces that only their keys name do not share a file, and its name does not reveal the key", () => {
  const names = ["key-one-0123456789", "key-other-0123456789"].map((apiKey) =>
    fileNameOf(insights, { ...BASE, name: undefined, apiKey }),
  );
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toMatch(/^unnamed-[0-9a-f]{12}\.insights\.json$/);
  // Not the hash that binds what is in it, of which a part in a name would be known.
  expect(fingerprint({ name: undefined, apiKey: "key-one-0123456789" })).not.toContain(names[0]?.slice(8, 20));
});

test("a workspace with a name keeps its file when its key is changed", () => {
  expect(fileNameOf(insights, { ...BASE, apiKey: "another-key-0123456789" })).toBe(fileNameOf(insights, BASE));
});
