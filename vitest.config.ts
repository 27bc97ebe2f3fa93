import { defineConfig } from "vitest/config";

/** They run what a user runs, so the program is built before them. The others need its sources alone. */
const BUILT = ["test/process/**/*.test.ts", "test/unit/storage/stored-file.test.ts"];
const SOURCES = "test/{unit,property,integration,contract}/**/*.test.ts";

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "sources", include: [SOURCES], exclude: BUILT } },
      { extends: true, test: { name: "program", include: BUILT, globalSetup: ["test/support/build.ts"] } },
    ],
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
