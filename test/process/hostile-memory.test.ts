import { expect, onTestFinished, test } from "vitest";
import { raw, startApiServer } from "../support/api-server.ts";
import { startProgram } from "../support/program.ts";

/** Less than any of the answers takes once it is parsed; some times what the exporter takes without them. */
const HEAP_MB = 96;

/** The texts have 12 to 16 MB, at most half of what `api.max_response_bytes` allows. */
function listOf(count: number, element: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => element(index)).join();
}

test.each([
  { name: "empty rows", text: () => `{"data":[${listOf(4_000_000, () => "{}")}]}` },
  { name: "lists for rows", text: () => `{"data":[${listOf(4_000_000, () => "[]")}]}` },
  { name: "labelers", text: () => `{"data":[],"labelers":[${listOf(1_000_000, (i) => `{"id":"${i}"}`)}]}` },
  { name: "keys of one row", text: () => `{"data":[{${listOf(1_000_000, (i) => `"${i}k":0`)}}]}` },
])("$name that would take more memory than there is fail their poll alone", async ({ text }) => {
  const api = await startApiServer(raw(200, text()));
  onTestFinished(() => api.close());
  await using exporter = startProgram(["--web.listen-address=127.0.0.1:0"], {
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
    ROBOFLOW_API_URL: api.url,
    ROBOFLOW_API_KEY: "the-key-of-a-test",
    ROBOFLOW_WORKSPACE: "aerial",
  });
  const [, url = ""] = await exporter.waitFor(/"addresses":\["([^"]+)"/);
  const [line] = await exporter.waitFor(/.*"msg":"poll (?:succeeded|failed)".*/);
  expect(line).toContain('"reason":"too_large"');
  expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
  exporter.child.kill("SIGTERM");
  expect(await exporter.exited).toBe(0);
});
