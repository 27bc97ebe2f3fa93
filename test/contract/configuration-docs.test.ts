import { expect, test } from "vitest";
import { renderConfigurationDocs } from "../../src/config/docs.ts";

test("docs/configuration.md is what the schemas say", async () => {
  await expect(renderConfigurationDocs()).toMatchFileSnapshot("../../docs/configuration.md");
});
