import { expect, test } from "vitest";
import { judgeUnknownFields } from "../../../src/doctor/findings.ts";
import { parseStats } from "../../../src/sources/insights/parse.ts";

test("unknown fields are shown with bounds, and cannot write to the terminal", () => {
  const names = Array.from({ length: 30 }, (_, index) => [`\u001b[2J\n${String(index)}${"x".repeat(500)}`, 1]);
  const row = { projectId: "p", labelerId: "l" };
  const { seen } = judgeUnknownFields([parseStats({ data: [row], ...(Object.fromEntries(names) as object) })]);
  expect(seen).toMatch(/and 20 more$/);
  expect(seen.length).toBeLessThan(1000);
  expect(seen).not.toMatch(/\p{Cc}/u);
});
