import { describe, expect, test } from "vitest";
import type { Config, WorkspaceConfig } from "../../../src/config/config.ts";
import { type Polled, planReload } from "../../../src/running/plan.ts";
import { configFrom, workspaceFrom } from "../../support/exporter-harness.ts";

const { people } = configFrom({ workspaces: [{ name: "acme", api_key: "some-key-0123456789" }] });

function polled(workspace: WorkspaceConfig, name = workspace.name ?? "(unresolved)"): Polled {
  return { settings: { workspace, people }, name: () => name };
}

/** The plan in words: what happens to which workspace, by its name. */
function planOf(running: readonly Polled[], workspaces: readonly WorkspaceConfig[], changed: Partial<Config> = {}) {
  const { steps, removed } = planReload(running, { people, workspaces, ...changed });
  return {
    steps: steps.map((step) => {
      const name = step.kind === "add" ? step.settings.workspace.name : step.running.name();
      return `${step.kind} ${name ?? "?"}`;
    }),
    removed: removed.map(({ name }) => name()),
  };
}

const [a, b, c] = ["a", "b", "c"].map((name) => workspaceFrom({ name })) as [
  WorkspaceConfig,
  WorkspaceConfig,
  WorkspaceConfig,
];

describe("named workspaces", () => {
  test("the same configuration keeps all of them", () => {
    expect(planOf([polled(a), polled(b)], [a, b])).toEqual({ steps: ["keep a", "keep b"], removed: [] });
  });

  test("are kept, changed, added and removed, in the new order", () => {
    const changed = workspaceFrom({ name: "a", poll: { interval: "5m" } });
    expect(planOf([polled(a), polled(b), polled(c)], [workspaceFrom({ name: "d" }), c, changed])).toEqual({
      steps: ["add d", "keep c", "change a"],
      removed: ["b"],
    });
  });

  test("all change with the people, and bring the new settings", () => {
    const other = { ...people, names: false };
    expect(planOf([polled(a), polled(b)], [a, b], { people: other }).steps).toEqual(["change a", "change b"]);
    const [step] = planReload([polled(a)], { workspaces: [a], people: other }).steps;
    expect(step).toMatchObject({ kind: "change", settings: { workspace: a, people: other } });
  });

  test("that differ in upper and lower case are not the same: their series are not", () => {
    expect(planOf([polled(a)], [workspaceFrom({ name: "A" })])).toEqual({ steps: ["add A"], removed: ["a"] });
  });

  test("a key that changed in its file changes nothing; one in the configuration does", () => {
    const [before, after] = ["first-key-0123456789", "second-key-0123456789"].map((apiKey) => ({ ...a, apiKey }));
    if (!before || !after) throw new Error("no workspace");
    const inFile = { apiKeyFile: "/key" };
    expect(planOf([polled({ ...before, ...inFile })], [{ ...after, ...inFile }]).steps).toEqual(["keep a"]);
    expect(planOf([polled(before)], [after]).steps).toEqual(["change a"]);
  });
});

describe("a workspace without a name", () => {
  const unnamed = { ...a, name: undefined, apiKey: "first-key-0123456789" };
  const running = polled(unnamed, "acme");
  const inFile = { apiKeyFile: "/key" };

  test.each([
    { what: "the same", after: unnamed, steps: ["keep acme"], removed: [] },
    { what: "with other settings", after: { ...unnamed, seriesLimit: 7 }, steps: ["change acme"], removed: [] },
    { what: "with its name", after: { ...unnamed, name: "acme" }, steps: ["change acme"], removed: [] },
    { what: "with another name", after: { ...unnamed, name: "beta" }, steps: ["add beta"], removed: ["acme"] },
    { what: "with another key", after: { ...unnamed, apiKey: "x" }, steps: ["add ?"], removed: ["acme"] },
    { what: "with its key in a file", after: { ...unnamed, ...inFile }, steps: ["add ?"], removed: ["acme"] },
  ])("$what", ({ after, steps, removed }) => {
    expect(planOf([running], [after])).toEqual({ steps, removed });
  });

  test("goes on with another key in the same file, as without a reload", () => {
    const before = polled({ ...unnamed, ...inFile }, "acme");
    expect(planOf([before], [{ ...unnamed, ...inFile, apiKey: "x" }]).steps).toEqual(["keep acme"]);
    expect(planOf([before], [{ ...unnamed, apiKey: "x", apiKeyFile: "/other" }])).toEqual({
      ...{ steps: ["add ?"], removed: ["acme"] },
    });
  });

  test("that had one may now be another", () => {
    expect(planOf([polled(a)], [{ ...a, name: undefined }])).toEqual({ steps: ["add ?"], removed: ["a"] });
  });
});
