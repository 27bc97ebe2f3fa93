import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { ROW_FIELDS } from "../../src/sources/insights/fields.ts";
import { raw, startApiServer } from "../support/api-server.ts";
import { configFrom, scrape, startHarness } from "../support/exporter-harness.ts";
import { samplesOf, valueOf } from "../support/exposition.ts";
import { configOf, commandOutput } from "../support/simulated-run.ts";

const GOOD = { data: [{ projectId: "p", labelerId: "l", imagesLabeled: 3 }], stats: { numImagesLabeled: 3 } };

function listOf(count: number, element: (index: number) => string): string {
  return `[${Array.from({ length: count }, (_, index) => element(index)).join()}]`;
}

/** Polls a workspace that is answered with the text, and a good one, once each. */
async function pollWithGood(text: string) {
  const body = Buffer.from(text);
  const api = await startApiServer((request, response) => {
    const answer = request.url?.startsWith("/bad/") === true ? body : JSON.stringify(GOOD);
    raw(200, answer, { "content-type": "application/json" })(request, response);
  });
  onTestFinished(() => api.close());
  const workspaces = ["bad", "good"].map((name) => ({ name, api_key: `the-key-of-${name}` }));
  const config = configFrom({
    api: { url: api.url, retries: 0 },
    poll: { jitter: "0s" },
    windows: ["7d"],
    workspaces,
  });
  const harness = await startHarness(config, { clock: systemClock });
  onTestFinished(() => harness.exporter.stop());
  await harness.polls(2);
  const ends = harness.lines.filter(({ msg }) => /^poll (succeeded|failed)$/.test(msg));
  return { ends, families: await scrape(harness.url) };
}

describe("an answer of few bytes and much work", () => {
  const fields = Object.keys(ROW_FIELDS);
  test.each([
    { name: "two-key rows", text: `{"data":${listOf(200_000, (i) => `{"projectId":"p${i}","labelerId":"l"}`)}}` },
    {
      name: "unknown keys in a row",
      text: `{"data":[{"projectId":"p","labelerId":"l"${Array.from({ length: 200_000 }, (_, i) => `,"k${i}":0`).join("")}}]}`,
    },
    { name: "zeros for rows", text: `{"data":${listOf(1_000_000, () => "0")}}` },
    { name: "labelers", text: `{"data":[],"labelers":${listOf(200_000, (i) => `{"id":"l${i}"}`)}}` },
    {
      name: "many fields in many rows",
      text: `{"data":${listOf(90_000, (i) => `{${Array.from({ length: 40 }, (_, k) => `"k${(i % 20) + k}":0`).join()}}`)}}`,
    },
  ])("is refused before it is parsed: $name", async ({ text }) => {
    const { ends, families } = await pollWithGood(text);
    expect(ends.find(({ workspace }) => workspace === "bad")).toMatchObject({
      reason: "too_large",
      error: expect.stringMatching(/^the answer holds more than .*; raise limits\.series$/) as string,
    });
    expect(valueOf(families, "roboflow_images_labeled", { workspace: "good" })).toBe(3);
  });

  test("that is taken is read without holding up the others: rows of one pair, numbers that are none, unknown names", async () => {
    const numbers = fields.map((field) => `"${field}":"x"`).join();
    const row = (i: number) => `{"projectId":"p","labelerId":"l",${numbers},"u${i}":0}`;
    const text = `{"data":[{"projectId":"p","labelerId":"l","approved":1},${listOf(40_000, row).slice(1)}}`;
    const { ends, families } = await pollWithGood(text);
    expect(ends.map(({ workspace, msg }) => [workspace, msg])).toEqual([
      ["good", "poll succeeded"],
      ["bad", "poll succeeded"],
    ]);
    const anomalies = samplesOf(families, "roboflow_exporter_schema_anomalies_total", { workspace: "bad" });
    // Fifty names, and one for all others.
    expect(anomalies).toHaveLength(51);
  });
});

describe("an answer that breaks those who read it", () => {
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  test.each([
    { name: "a rate nested 20,000 deep", text: `{"data":[{"projectId":"p","labelerId":"l","approvalRate":${deep}}]}` },
    { name: "a document nested 20,000 deep", text: deep },
    { name: "totals nested 20,000 deep", text: `{"data":[],"stats":{"approvalRate":${deep}}}` },
  ])("fails its poll alone: $name", async ({ text }) => {
    const { ends, families } = await pollWithGood(text);
    expect(ends.find(({ workspace }) => workspace === "bad")).toMatchObject({
      reason: "invalid_schema",
      error: "the answer is nested deeper than 100 levels",
    });
    expect(valueOf(families, "roboflow_images_labeled", { workspace: "good" })).toBe(3);
  });

  test("is a finding of doctor, not its end", async () => {
    const api = await startApiServer(raw(200, `{"data":[{"projectId":"p","labelerId":"l","approvalRate":${deep}}]}`));
    onTestFinished(() => api.close());
    const { code, stdout, stderr } = await commandOutput(["doctor"], configOf(api.url, { name: "bad" }));
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("the answer is nested deeper than 100 levels");
    expect(stdout + stderr).not.toContain("RangeError");
  });

  test("a number of 400,000 digits and an x is not a number, in linear time", async () => {
    const row = (digits: number) =>
      `{"data":[{"projectId":"p","labelerId":"l","approved":1,"imagesLabeled":"${"1".repeat(digits)}x"}]}`;
    const { ends, families } = await pollWithGood(row(400_000));
    expect(ends.map(({ msg }) => msg)).toEqual(["poll succeeded", "poll succeeded"]);
    const field = { workspace: "bad", field: "data.imagesLabeled", reason: "not_a_number" };
    expect(valueOf(families, "roboflow_exporter_schema_anomalies_total", field)).toBe(1);
  });
});
