import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,property,integration,process,contract}/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
    // Much of the time is waiting for servers; vitest would leave one of two cores idle.
    maxWorkers: "100%",
    // The slowest machine under the heaviest load decides: tests wait for events, and this is only for those that never come.
    testTimeout: 300_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/main.ts"],
      thresholds: { lines: 95, branches: 95 },
      reporter: ["text-summary", "json-summary"],
    },
  },
});
