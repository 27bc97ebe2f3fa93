import { expect, test } from "vitest";
import { fellAt } from "../../src/dashboards/contents/quality-tables.ts";
import { areInstalled } from "../support/installed.ts";
import { promtoolSays } from "../support/promtool-query.ts";

const SHARE = "labeler:roboflow_images_approved_per_reviewed";

/** What the rules record of people. The own past lets expect 0.95. */
const PEOPLE = [
  { labeler: "fell", evidence: 4, share: 0.6, isListed: true },
  { labeler: "recovered", evidence: 4, share: 1, isListed: false },
  { labeler: "as-good-as-before", evidence: 4, share: 0.95, isListed: false },
  { labeler: "not-reviewed-this-week", evidence: 4, share: undefined, isListed: true },
  { labeler: "unlucky", evidence: 0.5, share: 0.9, isListed: false },
];

function inputSeries(): object[] {
  return PEOPLE.flatMap(({ labeler, evidence, share }) => {
    const one = (metric: string, value: number, more = "") => ({
      series: `${SHARE}:${metric}{workspace="w",labeler="${labeler}"${more}}`,
      values: `${String(value)}x10`,
    });
    const ofWeek = share === undefined ? [] : [one("ratio", share, ',window="7d"')];
    return [one("fall_evidence", evidence), one("expected", 0.95, ',window="7d"'), ...ofWeek];
  });
}

test.skipIf(!areInstalled("promtool"))(
  "who is back at the own past is not listed among those whose approval fell",
  () => {
    const expr = `count by (labeler) (${fellAt("labeler").replaceAll("$workspace", "w")})`;
    const samples = PEOPLE.filter(({ isListed }) => isListed).map(({ labeler }) => ({
      labels: `{labeler="${labeler}"}`,
      value: 1,
    }));
    expect(promtoolSays(inputSeries(), expr, samples)).toContain("SUCCESS");
  },
);
