import type { Override } from "../grafana-types.ts";
import type { PanelText } from "../model.ts";
import { refId } from "./table.ts";

/** Colours that say neither good nor bad: no red, yellow or green. Legible on light and on dark. */
const COLOURS = ["#5794f2", "#b877d9", "#ff9830", "#2ab5c4", "#e377c2", "#a87c5f"] as const;

export const FIRST_COLOUR = COLOURS[0];

/** Shades of the others are yellow or green. */
const SHADED: readonly string[] = [COLOURS[0], COLOURS[1], COLOURS[4]];

/** The frequent ones are apart, so that common beginnings and ends fall on different colours. */
const CHARACTERS = Array.from("etaoinshrdlcumwfgypbvkjxqz0123456789");

/** Characters whose place is the number, modulo the number of colours. */
function characters(remainder: number): string {
  const at = ((remainder % COLOURS.length) + COLOURS.length) % COLOURS.length;
  return `[${CHARACTERS.filter((_, index) => index % COLOURS.length === at).join("")}]`;
}

/**
 * A colour for each name, by its first and last character: a project or a person has one colour on every panel, and the
 * names of a place differ mostly. Two names of one colour are shades of it where the shades stay apart from red, yellow and green. The end of an id may stand behind a name.
 */
const BY_NAME: readonly Override[] = COLOURS.map((color, wanted) => {
  const pairs = COLOURS.map((_, first) => `${characters(first)}.*${characters(wanted - first)}`);
  return {
    matcher: { id: "byRegexp", options: `/^(${pairs.join("|")})\\)?$/i` },
    properties: [{ id: "color", value: { mode: SHADED.includes(color) ? "shades" : "fixed", fixedColor: color } }],
  };
});

/** A colour for each query; the series of one query are shades of its colour. */
function byQuery(queries: PanelText["queries"]): Override[] {
  return queries.slice(1).map((_, index) => ({
    matcher: { id: "byFrameRefID", options: refId(index + 1) },
    properties: [
      { id: "color", value: { mode: "shades", fixedColor: COLOURS[(index + 1) % COLOURS.length] ?? FIRST_COLOUR } },
    ],
  }));
}

/** Colours of the series: by name where the first query's series differ by one label alone, else by query. */
export function palette(queries: PanelText["queries"]): readonly Override[] {
  const isNamed = /^\{\{\w+\}\}$/.test(queries[0]?.legend ?? "");
  return isNamed ? [...BY_NAME, ...byQuery(queries)] : byQuery(queries);
}
