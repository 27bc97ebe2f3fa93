import { expect, test } from "vitest";
import { identify } from "../../../../src/sources/backlog/identify.ts";

/** Jobs that give these ids of their project. */
const jobs = (...projects: (string | undefined)[]) =>
  projects.map((project, index) => ({
    ...{ id: `j${index}`, project, name: undefined, status: undefined, labeler: undefined, reviewer: undefined },
    ...{ values: {}, created: undefined },
  }));

test.each([
  ["agree", { cells: jobs("P1", "P1", undefined) }, { cells: "P1" }, []],
  ["are of two projects", { cells: jobs("P1"), leaves: jobs("P2") }, { cells: "P1", leaves: "P2" }, []],
  ["do not exist", { cells: jobs() }, {}, []],
  ["do not say it", { cells: jobs(undefined) }, {}, []],
  ["say the slug", { cells: jobs("cells") }, {}, []],
  ["say the slug with the workspace", { cells: jobs("acme/cells", "P1") }, { cells: "P1" }, []],
  ["disagree", { cells: jobs("P1", "P2"), leaves: jobs("P3") }, { leaves: "P3" }, ["cells"]],
  ["are the same for two projects", { cells: jobs("P1"), leaves: jobs("P1"), roots: jobs() }, {}, ["cells", "leaves"]],
  ["of one project hold those of another", { cells: jobs("P1", "P2"), leaves: jobs("P2") }, {}, ["cells", "leaves"]],
])("where jobs %s", (_, jobsOf, ids, contested) => {
  const identities = identify(new Map(Object.entries(jobsOf)));
  expect(Object.fromEntries(identities.ids)).toEqual(ids);
  expect([...identities.contested]).toEqual(contested);
});
