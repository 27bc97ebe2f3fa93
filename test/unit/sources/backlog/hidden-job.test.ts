import { expect, test } from "vitest";
import type { PeopleConfig } from "../../../../src/config/config.ts";
import { labelerLabel } from "../../../../src/metrics/labeler-labels.ts";
import { hiddenJob } from "../../../../src/sources/backlog/people.ts";

const PEOPLE: PeopleConfig = {
  ...{ hmacKey: "a-key-of-hashes-0123456789", names: false, email: false },
  ...{ system: [], teams: new Map() },
};

test("a hidden job has the labels that statistics have for the same people, and no name", () => {
  const job = {
    ...{ id: "j1", name: "For Ana", status: "assigned", created: 1, values: {} },
    labeler: { id: "u1", text: "ana@example.com" },
    reviewer: undefined,
  };
  expect(hiddenJob(job, PEOPLE)).toEqual({
    ...{ ...job, name: undefined, reviewer: undefined },
    labeler: { id: labelerLabel("u1", PEOPLE), text: undefined },
  });
});
