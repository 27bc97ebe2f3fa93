import { expect, test } from "vitest";
import { judgeKeyTests } from "../../../src/doctor/judge-key.ts";
import { ApiError } from "../../../src/errors.ts";
import { workspaceFrom } from "../../support/exporter-harness.ts";

const URL = "https://api.example";

/** What is said of a key that `GET /` refuses. */
function judged(reason: "unauthorized" | "network", apiKey = "a-key-of-a-test") {
  const config = { ...workspaceFrom(), apiKey };
  const root = { error: new ApiError("refused", { reason }) };
  const findings = judgeKeyTests({ config, tests: [{ url: URL, auth: "query", root }], isReadable: false });
  return new Map(findings.map((finding) => [finding.topic, finding]));
}

test("a rejected key that looks like a publishable one is said to be one, perhaps", () => {
  expect(judged("unauthorized").get("key")?.setting).not.toContain("publishable");
  expect(judged("unauthorized", "rf_0123456789").get("key")?.setting).toMatch(
    /; one that begins with rf_ may be publishable, for inference only$/,
  );
  expect(judged("network", "rf_0123456789").get("key")?.setting).not.toContain("publishable");
});

test("an API that cannot be reached says nothing of the region", () => {
  expect(judged("network").get("region")?.seen).toMatch(/ neither accepted nor rejected the key$/);
  expect(judged("unauthorized").get("region")?.seen).toBe(`rejected by ${URL}`);
});
