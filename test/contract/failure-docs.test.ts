import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FAILURE_REASONS, failureList, failureTable, reasonsOf } from "../../src/failures.ts";
import { withParts } from "../../src/markdown.ts";

const PARTS = {
  all: failureTable(),
  connection: failureList("connection"),
  key: failureList("key"),
  plan: failureList("plan"),
  name: failureList("name"),
  answer: failureList("answer"),
};

const PAGES = [
  { page: "docs/troubleshooting.md", reasons: FAILURE_REASONS },
  { page: "prometheus/runbooks/RoboflowDataStale.md", reasons: reasonsOf("connection") },
  { page: "prometheus/runbooks/RoboflowApiKeyRejected.md", reasons: reasonsOf("key") },
  { page: "prometheus/runbooks/RoboflowPlanOrBilling.md", reasons: reasonsOf("plan") },
  { page: "prometheus/runbooks/RoboflowWorkspaceNotFound.md", reasons: reasonsOf("name") },
  { page: "prometheus/runbooks/RoboflowResponseInvalid.md", reasons: reasonsOf("answer") },
];

test.each(PAGES)("$page has its reasons from the table of failures", async ({ page, reasons }) => {
  const text = withParts(readFileSync(page, "utf8"), "failures", PARTS);
  expect(reasons.filter((reason) => !text.includes(`\`${reason}\``))).toEqual([]);
  expect(text).toMatch(/<!-- failures: \w+ -->\n\n[^]{40,}<!-- end -->/);
  await expect(text).toMatchFileSnapshot(`../../${page}`);
});
