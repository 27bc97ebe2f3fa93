import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { shownAt } from "../../src/calendar/zones.ts";
import { localClock } from "../../src/rules/local-time.ts";
import { needs, run } from "../support/programs.ts";

const SLOW = { timeout: 60_000 };

/** The expression that records a zone's time. */
function localTimeOf(timezone: string): string {
  const [rule] = localClock(timezone).groups.flatMap(({ rules }) => rules);
  return rule?.expr ?? "";
}

const INSTANTS = [
  "2026-01-01T00:00:00Z",
  "2026-03-29T00:59:59Z",
  "2026-03-29T01:00:00Z",
  "2026-07-01T12:34:56Z",
  "2026-10-25T00:59:59Z",
  "2026-10-25T01:00:00Z",
  "2027-04-03T15:30:00Z",
  "2037-11-01T05:59:59Z",
  "2037-11-01T06:00:00Z",
  "2037-12-31T12:00:00Z",
];
const ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo"];

test("Prometheus shows the time of a zone as the zone's clocks do, in summer and in winter", SLOW, async (context) => {
  await needs("promtool", context);
  const seconds = (instant: string) => Date.parse(instant) / 1000;
  const queries = ZONES.flatMap((zone) =>
    INSTANTS.map((instant) => ({
      expr: localTimeOf(zone),
      eval_time: `${seconds(instant)}s`,
      exp_samples: [{ value: shownAt(Date.parse(instant), zone) / 1000 }],
    })),
  );
  const directory = mkdtempSync(join(tmpdir(), "roboflow-local-time-"));
  try {
    const file = join(directory, "zones.test.yml");
    const tests = [{ interval: "365d", promql_expr_test: queries }];
    writeFileSync(file, stringify({ rule_files: [], evaluation_interval: "365d", tests }));
    const { code, output } = await run("promtool", ["test", "rules", file]);
    expect(code, output).toBe(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a zone that keeps UTC needs no series of its own", () => {
  expect(localClock("Africa/Abidjan")).toEqual({ time: "", groups: [] });
});
