import { describe, expect, test } from "vitest";
import { labelerLabel } from "../../../../src/metrics/labeler-labels.ts";
import { keptJob, personFinder, personLabel, shownText } from "../../../../src/sources/backlog/people.ts";

const info = (email: string | undefined) => ({ name: undefined, email });

const find = personFinder(
  new Map([
    ["u1", info("lee@example.com")],
    ["u2", info("Same@Example.com")],
    ["u3", info("same@example.com ")],
    ["u4", info(undefined)],
  ]),
);

test.each([
  ["an address", "lee@example.com", "u1"],
  ["an address in other letters", "Lee@EXAMPLE.com", "u1"],
  ["an id", "u4", "u4"],
  ["an address of two people", "same@example.com", undefined],
  ["an unknown address", "rae@example.com", undefined],
  ["a name", "Lee", undefined],
])("a person is found by %s, or not", (_, text, id) => {
  expect(find(text)).toEqual({ id, text });
});

test("where a job names no one, no one is found", () => {
  expect(find(undefined)).toBeUndefined();
});

const POLICY = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map() };
const HASHED = { ...POLICY, hmacKey: "0123456789abcdef", names: false };
const OPEN = { ...POLICY, email: true };

describe("the label of a person", () => {
  test.each([
    ["with an id", { id: "u1", text: "lee@example.com" }, POLICY, "u1"],
    ["with an id, hashed", { id: "u1", text: "lee@example.com" }, HASHED, labelerLabel("u1", HASHED)],
    ["with an id, where addresses are shown", { id: "u1", text: "lee@example.com" }, OPEN, "u1"],
    ["without an id", { id: undefined, text: "rae@example.com" }, POLICY, "unknown"],
    [
      "without an id, hashed",
      { id: undefined, text: "Rae@example.com" },
      HASHED,
      labelerLabel("rae@example.com", HASHED),
    ],
    ["without an id, where addresses are shown", { id: undefined, text: "rae@example.com" }, OPEN, "rae@example.com"],
    ["without anything that was kept", { id: undefined, text: undefined }, HASHED, "unknown"],
    ["that is not named", undefined, POLICY, ""],
  ])("%s", (_, person, people, label) => {
    expect(personLabel(person, people)).toBe(label);
  });
});

test.each([
  ["Job 1", "Job 1"],
  ["lee@example.com", "[email]"],
  ["Redo of lee@example.com's (rae+x@sub.example.co.uk)", "Redo of [email]'s ([email])"],
  ["<lee@example.com>: 5 @ 3", "<[email]>: 5 @ 3"],
  ["a@b@c d@e", "[email] [email]"],
  [undefined, ""],
])("of the text %j is shown %j where addresses are not", (text, shown) => {
  expect(shownText(text, POLICY)).toBe(shown);
  expect(shownText(text, OPEN)).toBe(text ?? "");
});

test("what is stored of a job has no address, unless addresses are published", () => {
  const job = {
    ...{ id: "j1", name: "for lee@example.com", status: undefined, values: {}, created: 1732000000 },
    ...{ labeler: { id: "u1", text: "lee@example.com" }, reviewer: { id: undefined, text: "rae@example.com" } },
  };
  expect(JSON.stringify(keptJob(job, POLICY))).not.toContain("example.com");
  expect(keptJob(job, POLICY)).toEqual({
    ...{ ...job, name: "for [email]" },
    ...{ labeler: { id: "u1", text: undefined }, reviewer: { id: undefined, text: undefined } },
  });
  expect(keptJob(job, OPEN)).toEqual(job);
  expect(keptJob({ ...job, labeler: undefined }, POLICY).labeler).toBeUndefined();
});
