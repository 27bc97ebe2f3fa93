import { expect, test } from "vitest";
import { renderMetricsDocs } from "../../src/exposition/catalogue.ts";

test("docs/metrics.md is what the catalogue says", async () => {
  await expect(renderMetricsDocs()).toMatchFileSnapshot("../../docs/metrics.md");
});
