import { describe, expect, test } from "vitest";
import { ApiError } from "../../../../src/errors.ts";
import { parseBatches, parseJobs, parseProjects } from "../../../../src/sources/backlog/parse.ts";
import { inOneGo } from "../../../../src/steps.ts";

const projects = (list: unknown) => inOneGo(parseProjects({ workspace: { name: "acme", projects: list } }));
const jobs = (json: unknown) => inOneGo(parseJobs(json));
const batches = (json: unknown) => inOneGo(parseBatches(json));

const notes = ({ anomalies }: { readonly anomalies: readonly { field: string; reason: string; count: number }[] }) =>
  anomalies.map(({ field, reason, count }) => `${count} ${reason} ${field}`);

/** A project as Roboflow's page shows one. */
const CELLS = {
  ...{ id: "acme/cells", type: "object-detection", name: "Cells", created: 1709000000.137, updated: 1732000000.25 },
  ...{ images: 120, unannotated: 20, annotation: "cells", versions: 3, public: false },
  ...{ splits: { train: 70, valid: 20, test: 10 }, classes: { cell: 300, unclear: 12 } },
};

const READ = {
  ...{ slug: "cells", name: "Cells", type: "object-detection", values: { images: 120, unannotated: 20 } },
  ...{ versions: 3, updated: 1732000000.25, classCount: 2 },
  splits: new Map([
    ["train", 70],
    ["valid", 20],
    ["test", 10],
  ]),
  classes: new Map([
    ["cell", 300],
    ["unclear", 12],
  ]),
};

const BARE = {
  ...{ slug: "cells", name: undefined, type: undefined, values: {}, versions: undefined, updated: undefined },
  ...{ splits: new Map(), classCount: undefined, classes: new Map() },
};

/** A job as Roboflow's page shows one: its numbers do not add up. */
const JOB = {
  ...{
    id: "j1",
    name: "Job 1",
    project: "PBDhem3Y",
    owner: "o",
    labeler: "lee@example.com",
    reviewer: "rae@example.com",
  },
  ...{ status: "assigned", numImages: 25, unannotated: 2, annotated: 12, approved: 0, rejected: 0 },
  ...{ sourceBatch: "PBDhem3Y/b1", createdBy: "API", created: { _seconds: 1732000000, _nanoseconds: 250000000 } },
  instructionsText: "",
};

const READ_JOB = {
  ...{ id: "j1", name: "Job 1", project: "PBDhem3Y", labeler: "lee@example.com", reviewer: "rae@example.com" },
  ...{
    status: "assigned",
    values: { unannotated: 2, annotated: 12, approved: 0, rejected: 0 },
    created: 1732000000.25,
  },
};

describe("a project", () => {
  test("is read as documented, and fields that are not needed are not counted as unknown", () => {
    const { items, anomalies, rejected } = projects([{ ...CELLS, icon: "cell.png" }]);
    expect(items).toEqual([READ]);
    expect([anomalies, [...rejected]]).toEqual([[], []]);
  });

  test.each([
    ["nothing but its id", { id: "acme/cells" }, BARE, []],
    [
      "nulls",
      {
        ...{ id: "acme/cells", name: null, type: null, images: null, unannotated: null, versions: null },
        ...{ updated: null, splits: null, classes: null },
      },
      BARE,
      [],
    ],
    [
      "numbers as text",
      { id: "acme/cells", images: "12", versions: "3" },
      { ...BARE, values: { images: 12 }, versions: 3 },
      [],
    ],
    ["versions as a list", { id: "acme/cells", versions: [{}, {}] }, { ...BARE, versions: 2 }, []],
    ["classes as a list of names", { id: "acme/cells", classes: ["a", "b"] }, { ...BARE, classCount: 2 }, []],
    [
      "classes as a number",
      { id: "acme/cells", classes: 4 },
      { ...BARE, classCount: 4 },
      ["1 not_an_object projects.classes"],
    ],
    ["no classes", { id: "acme/cells", classes: {} }, { ...BARE, classCount: 0 }, []],
    ["a slug without a workspace", { id: "cells" }, BARE, []],
    ["an ISO date", { id: "acme/cells", updated: "2024-11-19T07:06:40.250Z" }, { ...BARE, updated: 1732000000.25 }, []],
    ["seconds as text", { id: "acme/cells", updated: "1732000000.25" }, { ...BARE, updated: 1732000000.25 }, []],
    ["milliseconds", { id: "acme/cells", updated: 1732000000250 }, BARE, ["1 out_of_range projects.updated"]],
    ["the epoch", { id: "acme/cells", updated: 0 }, BARE, ["1 out_of_range projects.updated"]],
    ["a date in words", { id: "acme/cells", updated: "yesterday" }, BARE, ["1 not_a_number projects.updated"]],
    [
      "an impossible date",
      { id: "acme/cells", updated: "2024-13-41T00:00:00Z" },
      BARE,
      ["1 not_a_number projects.updated"],
    ],
    [
      "a long text as a date",
      { id: "acme/cells", updated: "1".repeat(1e5) },
      BARE,
      ["1 not_a_number projects.updated"],
    ],
    ["a negative count", { id: "acme/cells", images: -1 }, BARE, ["1 negative projects.images"]],
    [
      "text as a count",
      { id: "acme/cells", images: "many", unannotated: {} },
      BARE,
      ["1 not_a_number projects.images", "1 not_a_number projects.unannotated"],
    ],
    ["text as splits", { id: "acme/cells", splits: "train" }, BARE, ["1 not_an_object projects.splits"]],
    ["a list as splits", { id: "acme/cells", splits: [1, 2] }, BARE, ["1 not_an_object projects.splits"]],
    [
      "splits of which some are no counts",
      { id: "acme/cells", splits: { train: 5, valid: "x", test: null, "": 3 } },
      { ...BARE, splits: new Map([["train", 5]]) },
      ["1 not_a_number projects.splits"],
    ],
    ["a number as its name", { id: "acme/cells", name: 5 }, BARE, ["1 not_text projects.name"]],
  ])("with %s", (_, sent, read, noted) => {
    const parsed = projects([sent]);
    expect(parsed.items).toEqual([read]);
    expect(notes(parsed)).toEqual(noted);
  });

  test("has classes whose names look the same as one, and long names cut", () => {
    const long = "x".repeat(300);
    const classes: unknown = JSON.parse(`{"a b": 1, "a\\u200b  b": 2, "${long}": 4, "__proto__": 8}`);
    const [{ classes: read } = READ] = projects([{ id: "acme/cells", classes }]).items;
    expect([...read].map(([name, count]) => [name.length, count])).toEqual([
      [3, 3],
      [201, 4],
      [9, 8],
    ]);
  });

  test.each([
    [5, "not_an_object"],
    [null, "not_an_object"],
    [[], "not_an_object"],
    [{}, "missing_project"],
    [{ id: {} }, "missing_project"],
    [{ id: "acme/" }, "bad_id"],
    [{ id: "acme/a b" }, "bad_id"],
    [{ id: "acme/../../secrets?x" }, "bad_id"],
    [{ id: `acme/${"a".repeat(129)}` }, "bad_id"],
  ])("is dropped where it is %j", (sent, reason) => {
    const { items, rejected } = projects([CELLS, sent]);
    expect(items).toEqual([READ]);
    expect([...rejected]).toEqual([[reason, 1]]);
  });

  test("with the slug bad_id is a project", () => {
    expect(projects([{ id: "acme/bad_id" }]).items).toEqual([{ ...BARE, slug: "bad_id" }]);
  });

  test("that is listed twice counts once", () => {
    const parsed = projects([CELLS, { ...CELLS, images: 7 }]);
    expect(parsed.items).toEqual([READ]);
    expect(notes(parsed)).toEqual(["1 duplicate_row projects"]);
  });
});

describe("a job", () => {
  test("is read as documented, in its object or in a bare list", () => {
    for (const json of [{ jobs: [JOB] }, [JOB]]) {
      const { items, anomalies, rejected } = jobs(json);
      expect(items).toEqual([READ_JOB]);
      expect([anomalies, [...rejected]]).toEqual([[], []]);
    }
  });

  const bare = {
    ...{ id: "j1", name: undefined, project: undefined, labeler: undefined, reviewer: undefined, status: undefined },
    ...{ values: {}, created: undefined },
  };

  test.each([
    ["nothing but its id", { id: "j1" }, bare, []],
    ["a number as its id", { id: 1 }, { ...bare, id: "1" }, []],
    ["only a batch that names the project", { id: "j1", sourceBatch: "P1/b1" }, { ...bare, project: "P1" }, []],
    ["an empty batch", { id: "j1", sourceBatch: "" }, bare, []],
    ["a project that is not an id", { id: "j1", project: "a\nb" }, bare, []],
    ["unknown fields", { id: "j1", priority: 1 }, bare, ["1 unknown_field jobs.priority"]],
    [
      "people that are not text",
      { id: "j1", labeler: { email: "a@b" }, reviewer: 5 },
      bare,
      ["1 not_text jobs.labeler", "1 not_text jobs.reviewer"],
    ],
    ["a time without seconds", { id: "j1", created: { _nanoseconds: 5 } }, bare, ["1 not_a_number jobs.created"]],
    [
      "a time without nanoseconds",
      { id: "j1", created: { _seconds: 1732000000 } },
      { ...bare, created: 1732000000 },
      [],
    ],
  ])("with %s", (_, sent, read, noted) => {
    const parsed = jobs([sent]);
    expect(parsed.items).toEqual([read]);
    expect(notes(parsed)).toEqual(noted);
  });

  test.each([
    [{ id: "" }, "bad_id"],
    [{ name: "no id" }, "bad_id"],
    [{ id: "x".repeat(129) }, "id_too_long"],
    ["j2", "not_an_object"],
  ])("is dropped where it is %j", (sent, reason) => {
    const { items, rejected } = jobs([JOB, sent]);
    expect(items).toEqual([READ_JOB]);
    expect([...rejected]).toEqual([[reason, 1]]);
  });

  test("that is listed twice counts once", () => {
    expect(notes(jobs([JOB, JOB]))).toEqual(["1 duplicate_row jobs"]);
  });
});

test("a batch is read as documented, in its object or in a bare list, and needs no id", () => {
  const sent = [
    { id: "b1", name: "Upload", images: 40, numJobs: 2, uploaded: { _seconds: 1732000000, _nanoseconds: 0 } },
    { images: "7" },
    {},
  ];
  for (const json of [{ batches: sent }, sent]) {
    expect(batches(json).items).toEqual([
      { id: "b1", images: 40, uploaded: 1732000000 },
      { id: undefined, images: 7, uploaded: undefined },
      { id: undefined, images: undefined, uploaded: undefined },
    ]);
  }
});

test.each([
  ["no projects", () => projects([]).items],
  ["no jobs", () => jobs({ jobs: [] }).items],
  ["a null for the jobs", () => jobs({ jobs: null }).items],
  ["no batches", () => batches([]).items],
])("an answer with %s is empty", (_, read) => {
  expect(read()).toEqual([]);
});

test.each([
  ["another document", () => inOneGo(parseProjects({ data: [] })), /does not hold a list of projects/],
  ["projects without the workspace", () => inOneGo(parseProjects({ projects: [CELLS] })), /list of projects/],
  ["a null for the projects", () => projects(null), /list of projects/],
  ["projects by name", () => projects({ cells: CELLS }), /list of projects/],
  ["text", () => jobs("jobs"), /list of jobs/],
  ["null", () => jobs(null), /list of jobs/],
  ["no list of jobs", () => jobs({ data: [JOB] }), /list of jobs/],
  ["jobs by id", () => jobs({ jobs: { j1: JOB } }), /list of jobs/],
  ["another list", () => batches({ jobs: [] }), /list of batches/],
  ["only projects without ids", () => projects([{ images: 5 }, 7]), /none of the 2 entries of projects can be used/],
  ["only jobs without ids", () => jobs([{ name: "x" }]), /none of the 1 entries of jobs can be used/],
])("an answer of %s is refused", (_, read, message) => {
  expect(read).toThrow(ApiError);
  expect(read).toThrow(message);
});
