import { expect, test } from "vitest";
import { verdict } from "../../src/dashboards/verdict.ts";
import { areInstalled } from "../support/installed.ts";
import { promtoolSays } from "../support/promtool-query.ts";

const SHARE = "labeler:roboflow_images_approved_per_reviewed";
const [BELOW, NOT_CERTAIN, MEETS, NOT_JUDGED] = [0, 1, 2, 3];

/** What the rules record of people, and the verdict on them. The target is 0.9. */
const PEOPLE = [
  { labeler: "bad", lower: 0.5, upper: 0.8, reviewed: 180, verdict: BELOW },
  { labeler: "unlucky", lower: 0.7, upper: 0.92, reviewed: 30, verdict: NOT_CERTAIN },
  { labeler: "good", lower: 0.9, upper: 0.99, reviewed: 200, verdict: MEETS },
  { labeler: "as-good-as-below", lower: 0.8, upper: 0.8996, reviewed: 100, verdict: NOT_CERTAIN },
  { labeler: "as-good-as-good", lower: 0.8996, upper: 0.99, reviewed: 100, verdict: MEETS },
  { labeler: "new", lower: 0.1, upper: 0.6, reviewed: 19, verdict: NOT_JUDGED },
];

function inputSeries(): object[] {
  return PEOPLE.flatMap(({ labeler, lower, upper, reviewed }) => {
    const one = (metric: string, value: number) => ({
      series: `${metric}{workspace="w",labeler="${labeler}",window="7d"}`,
      values: `${String(value)}x10`,
    });
    return [
      one(`${SHARE}:lower95`, lower),
      one(`${SHARE}:upper95`, upper),
      one("labeler:roboflow_images_reviewed:sum", reviewed),
      one("labeler:roboflow_approval_target:ratio", 0.9),
      one("reviewed", reviewed),
    ];
  });
}

test.skipIf(!areInstalled("promtool"))("a verdict is by the interval and the minimum of reviews", () => {
  const expr = verdict("labeler", { workspace: '="w"' }, "7d", "max by (workspace, labeler) (reviewed)");
  const samples = PEOPLE.map(({ labeler, verdict: value }) => ({
    labels: `{workspace="w",labeler="${labeler}"}`,
    value,
  }));

  expect(promtoolSays(inputSeries(), expr, samples)).toContain("SUCCESS");
});

test.skipIf(!areInstalled("promtool"))("nothing is judged in a window without intervals", () => {
  const expr = verdict("labeler", { workspace: '="w"' }, "today", "max by (workspace, labeler) (reviewed)");
  const samples = PEOPLE.map(({ labeler }) => ({ labels: `{workspace="w",labeler="${labeler}"}`, value: NOT_JUDGED }));

  expect(promtoolSays(inputSeries(), expr, samples)).toContain("SUCCESS");
});
