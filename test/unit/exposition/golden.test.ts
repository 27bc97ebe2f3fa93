import { describe, expect, test } from "vitest";
import type { StatsQuery } from "../../../src/sources/insights/requests.ts";
import type { WorkspaceState } from "../../../src/exposition/workspace-state.ts";
import { configFrom } from "../../support/exporter-harness.ts";
import { parseExposition } from "../../support/exposition.ts";
import { afterFailure, clientOf, fixture, publishedText, stateAfterPoll } from "../../support/golden.ts";

type Document = Readonly<Record<string, unknown>>;

/** Which answer stands for a query. */
type Choose = (query: StatsQuery) => string;

const TOTALS: Choose = ({ project, userId }) => {
  if (project !== undefined) return `totals-project-${project}`;
  return userId === undefined ? "totals-all" : `totals-labeler-${userId}`;
};

/** A configuration as a user writes it, of one workspace. */
function configOf(workspace: Document, top: Document = {}) {
  const config = configFrom({
    windows: ["7d"],
    ...top,
    workspaces: [{ name: "acme", api_key: "key-of-one", ...workspace }],
  });
  const [only] = config.workspaces;
  if (!only) throw new Error("no workspace");
  return { only, labelers: config.people };
}

/** The state after one good poll, all of it decided by a configuration. */
function poll(workspace: Document, choose: Choose, top: Document = {}, slugs: readonly string[] = []) {
  const { only, labelers } = configOf(workspace, top);
  const client = clientOf((query) => fixture(choose(query)), { slugs, legacy: () => fixture("legacy") });
  return stateAfterPoll(only, labelers, client);
}

/** The state after one good poll of each source. */
function pollBoth(workspace: Document, top: Document = {}): Promise<WorkspaceState> {
  return poll({ legacy: true, ...workspace }, () => "seed-sample", top);
}

/** The state after one good poll of the statistics and of what is left. */
function pollBacklog(workspace: Document, top: Document = {}): Promise<WorkspaceState> {
  const { only, labelers } = configOf({ backlog: true, windows: ["7d", "all"], ...workspace }, top);
  const { workspace: list, ...own } = fixture("backlog") as Readonly<Record<string, Document>>;
  const byPath = (path: string) => {
    const [, , slug = "", endpoint = ""] = path.split("/");
    return path === "/acme" ? list : own[endpoint]?.[slug];
  };
  return stateAfterPoll(
    only,
    labelers,
    clientOf(() => fixture("seed-sample"), { byPath }),
  );
}

const bySize: Choose = ({ startDate, endDate }) => (startDate === endDate ? "every-field-today" : "every-field");

async function twoWorkspaces(): Promise<WorkspaceState[]> {
  const good = await poll({ name: "beta" }, () => "seed-sample");
  const bad = await poll({ name: "alpha" }, () => "every-field");
  return [good, afterFailure(bad, "rate_limited")];
}

const CASES: readonly { name: string; states: () => Promise<readonly WorkspaceState[]> }[] = [
  { name: "seed-sample", states: async () => [await poll({}, () => "seed-sample")] },
  { name: "every-field", states: async () => [await poll({ windows: ["today", "28d"] }, bySize)] },
  { name: "loose-types", states: async () => [await poll({}, () => "loose-types")] },
  { name: "missing-arrays", states: async () => [await poll({}, () => "missing-arrays")] },
  { name: "duplicates", states: async () => [await poll({}, () => "duplicates")] },
  { name: "odd-names", states: async () => [await poll({}, () => "odd-names")] },
  { name: "nothing-reviewed", states: async () => [await poll({}, () => "nothing-reviewed")] },
  { name: "nothing-at-all", states: async () => [await poll({}, () => "nothing-at-all")] },
  { name: "two-workspaces-one-failing", states: twoWorkspaces },
  {
    name: "totals",
    states: async () => [await poll({ totals: ["project", "labeler"] }, TOTALS, {}, ["alpha", "beta"])],
  },
  {
    name: "hmac-identity",
    states: async () => [
      await poll({ totals: ["labeler"] }, TOTALS, { people: { identity: "hmac", hmac_key_file: "/hmac" } }),
    ],
  },
  {
    name: "names-off-email-on",
    states: async () => [
      await poll({}, () => "duplicates", { people: { names: false, email: true, system: ["autolabelservice"] } }),
    ],
  },
  {
    name: "teams",
    states: async () => [
      await poll({}, () => "duplicates", { people: { teams: { Acme: ["l1"], 'The "Night"\nShift': ["l2"] } } }),
    ],
  },
  {
    name: "hmac-teams",
    states: async () => [
      await poll({}, () => "duplicates", {
        people: { identity: "hmac", hmac_key_file: "/hmac", teams: { Acme: ["l1"] } },
      }),
    ],
  },
  {
    name: "approval-targets",
    states: async () => [
      await poll(
        { approval_target: { default: 0.9, reviewed: 0.95, "Project no-review": 0.5 } },
        () => "nothing-reviewed",
      ),
    ],
  },
  {
    name: "approval-target-by-name-only",
    states: async () => [await poll({ approval_target: { "Project reviewed": 0.8 } }, () => "nothing-reviewed")],
  },
  {
    name: "excluded",
    states: async () => [
      await poll({ metrics: { exclude: ["roboflow_boxes_drawn", "roboflow_labeler_info"] } }, () => "seed-sample"),
    ],
  },
  {
    name: "series-limit",
    states: async () => [await poll({ limits: { series: 10 } }, () => "every-field")],
  },
  { name: "legacy", states: async () => [await pollBoth({})] },
  {
    name: "legacy-hmac-identity",
    states: async () => [await pollBoth({}, { people: { identity: "hmac", hmac_key_file: "/hmac" } })],
  },
  {
    name: "legacy-excluded",
    states: async () => [
      await pollBoth({ metrics: { exclude: ["roboflow_legacy_images_labeled", "roboflow_project_info"] } }),
    ],
  },
  {
    name: "backlog",
    states: async () => [
      await pollBacklog({ backlog: { annotations: true, max_classes: 2 }, deadline: { "no-jobs": "2026-12-24" } }),
    ],
  },
  {
    name: "backlog-hmac-identity",
    states: async () => [await pollBacklog({}, { people: { identity: "hmac", hmac_key_file: "/hmac" } })],
  },
  {
    name: "backlog-email",
    states: async () => [await pollBacklog({ backlog: { max_jobs: 1 } }, { people: { email: true } })],
  },
  { name: "backlog-series-limit", states: async () => [await pollBacklog({ limits: { series: 30 } })] },
  { name: "legacy-series-limit", states: async () => [await pollBoth({ limits: { series: 30 } })] },
];

describe("what is published of an answer", () => {
  test.each(CASES)("$name", async ({ name, states }) => {
    const text = await publishedText(await states());
    expect(() => parseExposition(text)).not.toThrow();
    await expect(text).toMatchFileSnapshot(`../../golden/${name}.prom`);
  });
});
