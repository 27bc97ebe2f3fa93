import { describe, expect, test } from "vitest";
import { NOTHING, parseListed, parseRow, rowOf } from "../../../support/rows.ts";

describe("duplicate rows (U13)", () => {
  const duplicate = { field: "data", reason: "duplicate_row", count: 1 };

  test("add up, lose the rate and the distinct images, and are noted", () => {
    const { rows, anomalies } = parseListed({
      data: [
        rowOf({ imagesLabeled: 3, uniqueImagesLabeled: 3, boxesDrawn: 5, approved: 2, rejected: 1, approvalRate: 50 }),
        rowOf({
          imagesLabeled: "4",
          uniqueImagesLabeled: 2,
          boxesDrawn: -9,
          approved: 0,
          rejected: 2,
          approvalRate: 100,
        }),
      ],
    });
    expect({ rows, anomalies }).toEqual({
      rows: [{ project: "p", labeler: "l", values: { imagesLabeled: 7, boxesDrawn: -4, approved: 2, rejected: 3 } }],
      anomalies: [duplicate],
    });
  });

  test("three of them are two anomalies, and the rate stays away", () => {
    const { rows, anomalies } = parseListed({
      data: [1, 2, 4].map((imagesLabeled) => rowOf({ imagesLabeled, approvalRate: 9 })),
    });
    expect({ rows, anomalies }).toEqual({
      rows: [{ project: "p", labeler: "l", values: { imagesLabeled: 7 } }],
      anomalies: [{ ...duplicate, count: 2 }],
    });
  });

  test("have no sum of what one of them lacks", () => {
    const { rows } = parseListed({
      data: [rowOf({ imagesLabeled: 3, boxesAdded: 1 }), rowOf({ imagesLabeled: 4, markedNull: null })],
    });
    expect(rows).toEqual([{ project: "p", labeler: "l", values: { imagesLabeled: 7 } }]);
  });

  test("have no sum that is too large for a number", () => {
    const { rows } = parseListed({
      data: [rowOf({ boxesDrawn: 1e308, approved: 1 }), rowOf({ boxesDrawn: 1.5e308, approved: 1 })],
    });
    expect(rows).toEqual([{ project: "p", labeler: "l", values: { approved: 2 } }]);
  });

  test("are identified by project and labeler together", () => {
    const { rows, anomalies } = parseListed({
      data: [
        { projectId: "a", labelerId: "b,c" },
        { projectId: "a,b", labelerId: "c" },
        { projectId: 'a"', labelerId: "b" },
        { projectId: "a", labelerId: '"b' },
      ],
    });
    expect({ rows: rows.length, anomalies }).toEqual({ rows: 4, anomalies: [] });
  });

  test("may spell their ids as a number and as text", () => {
    const { rows } = parseListed({
      data: [rowOf({ projectId: 7, approved: 1 }), rowOf({ projectId: "7", approved: 2 })],
    });
    expect(rows).toEqual([{ project: "7", labeler: "l", values: { approved: 3 } }]);
  });
});

describe("labelers (U14)", () => {
  test("without metadata keep their rows", () => {
    const { rows, labelers, anomalies } = parseListed({ data: [rowOf({ imagesLabeled: 1 })], labelers: [] });
    expect({ rows, labelers, anomalies }).toEqual({
      rows: [{ project: "p", labeler: "l", values: { imagesLabeled: 1 } }],
      labelers: new Map(),
      anomalies: [],
    });
  });

  test("given twice keep what was said first", () => {
    const { labelers, anomalies } = parseListed({
      data: [],
      labelers: [
        { id: "l", displayName: "Ada", email: "ada@example.com" },
        { id: "l", displayName: "Bob", email: "bob@example.com" },
      ],
    });
    expect({ labelers, anomalies }).toEqual({
      labelers: new Map([["l", { name: "Ada", email: "ada@example.com" }]]),
      anomalies: [{ field: "labelers.id", reason: "duplicate_labeler", count: 1 }],
    });
  });

  test("may share a name: the ids distinguish them", () => {
    const { labelers, anomalies } = parseListed({
      data: [],
      labelers: [
        { id: "l1", displayName: "Kim" },
        { id: "l2", displayName: "Kim" },
      ],
    });
    expect({ labelers, anomalies }).toEqual({
      labelers: new Map([
        ["l1", { name: "Kim", email: undefined }],
        ["l2", { name: "Kim", email: undefined }],
      ]),
      anomalies: [],
    });
  });

  test("of the system with placeholders are labelers like others (U15)", () => {
    const { rows, labelers } = parseListed({
      data: [rowOf({ labelerId: "autolabelservice", imagesLabeled: 9 })],
      labelers: [{ id: "autolabelservice", displayName: "", email: null }],
    });
    expect({ rows, labelers }).toEqual({
      rows: [{ project: "p", labeler: "autolabelservice", values: { imagesLabeled: 9 } }],
      labelers: new Map([["autolabelservice", { name: undefined, email: undefined }]]),
    });
  });

  test.each([
    { name: "null", labeler: null },
    { name: "text", labeler: "l" },
    { name: "a list", labeler: ["l"] },
    { name: "an object without id", labeler: { displayName: "Ada" } },
    { name: "an empty id", labeler: { id: " " } },
  ])("that are $name are left out and noted", ({ labeler }) => {
    const { labelers, anomalies } = parseListed({ data: [], labelers: [labeler, { id: "good" }] });
    expect({ labelers, anomalies }).toEqual({
      labelers: new Map([["good", { name: undefined, email: undefined }]]),
      anomalies: [{ field: "labelers", reason: "not_an_object", count: 1 }],
    });
  });
});

describe("a bad row", () => {
  test.each([
    { name: "null", row: null, reason: "not_an_object" },
    { name: "text", row: "row", reason: "not_an_object" },
    { name: "a list", row: [], reason: "not_an_object" },
    { name: "an empty object", row: {}, reason: "missing_project" },
    { name: "no project", row: { labelerId: "l" }, reason: "missing_project" },
    { name: "a null project", row: { projectId: null, labelerId: "l" }, reason: "missing_project" },
    { name: "an empty project", row: { projectId: "", labelerId: "l" }, reason: "missing_project" },
    { name: "a project of blanks", row: { projectId: " \t\u0000", labelerId: "l" }, reason: "missing_project" },
    { name: "a project as an object", row: { projectId: { id: "p" }, labelerId: "l" }, reason: "missing_project" },
    { name: "a fraction for a project", row: { projectId: 1.5, labelerId: "l" }, reason: "missing_project" },
    {
      name: "a project number past all safety",
      row: { projectId: 2 ** 60, labelerId: "l" },
      reason: "missing_project",
    },
    { name: "no labeler", row: { projectId: "p" }, reason: "missing_labeler" },
    { name: "a labeler that is true", row: { projectId: "p", labelerId: true }, reason: "missing_labeler" },
    { name: "129 characters of project", row: { projectId: "p".repeat(129), labelerId: "l" }, reason: "id_too_long" },
    { name: "129 characters of labeler", row: { projectId: "p", labelerId: "l".repeat(129) }, reason: "id_too_long" },
    {
      name: "ids of a prototype",
      row: JSON.parse('{"__proto__":{"projectId":"p","labelerId":"l"}}') as unknown,
      reason: "missing_project",
    },
  ])("is dropped and noted, and the others stay: $name", ({ row, reason }) => {
    expect(parseListed({ data: [row, rowOf({ approved: 1 })] })).toEqual({
      ...NOTHING,
      rows: [{ project: "p", labeler: "l", values: { approved: 1 } }],
      projects: new Map([["p", { name: undefined, type: undefined }]]),
      rejected: new Map([[reason, 1]]),
    });
  });
});

describe("an id", () => {
  test.each([
    { given: 42, id: "42" },
    { given: 0, id: "0" },
    { given: -7, id: "-7" },
    { given: "two words", id: "two words" },
    { given: "می\u200cخواهم", id: "می\u200cخواهم" },
    { given: "i".repeat(128), id: "i".repeat(128) },
    { given: "__proto__", id: "__proto__" },
    { given: "constructor", id: "constructor" },
    { given: "ünï/😀", id: "ünï/😀" },
  ])("may be $given", ({ given, id }) => {
    expect(parseRow({ projectId: given, labelerId: given })).toEqual({
      ...NOTHING,
      rows: [{ project: id, labeler: id, values: {} }],
      projects: new Map([[id, { name: undefined, type: undefined }]]),
    });
    expect(parseListed({ data: [], labelers: [{ id: given }] }).labelers).toEqual(
      new Map([[id, { name: undefined, email: undefined }]]),
    );
  });

  test.each([
    { what: "a zero-width space", given: "a\u200b" },
    { what: "a bidi control", given: "\u202ea" },
    { what: "a line separator", given: "a\u2028b" },
    { what: "NEL", given: "a\u0085b" },
    { what: "a control character", given: "a\u0000" },
    { what: "ESC", given: "\u001b[2Ja" },
    { what: "a newline", given: "a\nb" },
    { what: "white space at its end", given: "a " },
    { what: "a lone surrogate", given: "a\ud83d" },
    { what: "a tag character", given: "a\u{e0041}" },
  ])("with $what is not taken, since it would look like another", ({ given }) => {
    const data = [
      { projectId: "a", labelerId: "a", approved: 1 },
      { projectId: given, labelerId: "a", approved: 10 },
      { projectId: "a", labelerId: given, approved: 100 },
    ];
    expect(parseListed({ data, labelers: [{ id: given, displayName: "Ada" }] })).toEqual({
      ...NOTHING,
      rows: [{ project: "a", labeler: "a", values: { approved: 1 } }],
      projects: new Map([["a", { name: undefined, type: undefined }]]),
      rejected: new Map([["bad_id", 2]]),
      anomalies: [{ field: "labelers.id", reason: "bad_id", count: 1 }],
    });
  });
});

describe("a name", () => {
  function nameOf(projectName: unknown) {
    const { projects, anomalies } = parseRow({ projectName });
    return { name: projects.get("p")?.name, anomalies };
  }

  test.each([
    { what: "as it is", given: 'Dächer "Süd" 🚁', name: 'Dächer "Süd" 🚁' },
    { what: "trimmed", given: "  Roofs  ", name: "Roofs" },
    { what: "without control characters", given: "Roofs\r\n\u0007\u009b2", name: "Roofs 2" },
    { what: "in one line", given: "Roofs\u2028North\u2029\u00852", name: "Roofs North 2" },
    { what: "without what cannot be seen", given: "\u202eRo\u200bofs\ufeff\u2066", name: "Roofs" },
    { what: "invisible as none", given: "\u200b\u2060\u202e", name: undefined },
    { what: "behind a thousand blanks", given: " ".repeat(1_000) + "Roofs", name: "Roofs" },
    { what: "with lone surrogates replaced", given: "\udc00Roofs\ud83d", name: "\ufffdRoofs\ufffd" },
    { what: "with 200 characters whole", given: "n".repeat(200), name: "n".repeat(200) },
    { what: "with 500 characters cut", given: "n".repeat(500), name: `${"n".repeat(200)}…` },
    { what: "with 500 emoji cut between two of them", given: "🚁".repeat(500), name: `${"🚁".repeat(200)}…` },
    { what: "of 101 emoji, which are 202 units, whole", given: "🚁".repeat(101), name: "🚁".repeat(101) },
    { what: "empty as none", given: "", name: undefined },
    { what: "of blanks as none", given: " \n ", name: undefined },
    { what: "null as none (U14, trashed projects)", given: null, name: undefined },
  ])("is kept $what", ({ given, name }) => {
    expect(nameOf(given)).toEqual({ name, anomalies: [] });
  });

  test.each([5, true, {}, ["Roofs"]])("that is %j is none, and noted", (given) => {
    expect(nameOf(given)).toEqual({
      name: undefined,
      anomalies: [{ field: "data.projectName", reason: "not_text", count: 1 }],
    });
  });

  test("of a project is the first one in any of its rows", () => {
    const { projects } = parseListed({
      data: [
        rowOf({ labelerId: "a", projectName: null }),
        rowOf({ labelerId: "b", projectName: "Roofs", projectType: null }),
        rowOf({ labelerId: "c", projectName: "Other", projectType: "classification" }),
      ],
    });
    expect(projects).toEqual(new Map([["p", { name: "Roofs", type: "classification" }]]));
  });

  test("of the workspace is the first one in any row", () => {
    const rows = [
      rowOf({ labelerId: "a" }),
      rowOf({ labelerId: "b", workspaceId: 5 }),
      rowOf({ labelerId: "c", workspaceId: "w" }),
    ];
    const { workspaceId, anomalies } = parseListed({ data: rows });
    expect({ workspaceId, anomalies }).toEqual({
      workspaceId: "w",
      anomalies: [{ field: "data.workspaceId", reason: "not_text", count: 1 }],
    });
  });
});
