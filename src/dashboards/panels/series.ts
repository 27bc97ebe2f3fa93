import type { FieldConfig, Override } from "../grafana-types.ts";
import { FIRST_DAY } from "../documentation.ts";
import type { PanelDefinition, PanelText } from "../model.ts";
import { FIRST_COLOUR, palette } from "./palette.ts";

/** How lines or bars are drawn. */
export interface SeriesStyle {
  readonly draw?: "line" | "bars";
  readonly stacked?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** Where the axis begins unless a value lies below; a line that begins above 0 is not filled. */
  readonly softMin?: number;
  readonly minStep?: string;
  readonly links?: FieldConfig["links"] & object;
  readonly overrides?: readonly Override[];
  /** Values next to the legend's names, for example `lastNotNull`. */
  readonly calcs?: readonly string[];
  /** Shown when the query has no answer. */
  readonly noValue?: string;
  readonly panelLinks?: PanelDefinition["panelLinks"];
  /** Next to the graph where there are many names. */
  readonly legend?: "bottom" | "right";
}

interface Size {
  readonly width?: number;
  readonly height?: number;
}

function fillOf({ draw, stacked = false, softMin = 0 }: SeriesStyle): number {
  if (draw === "bars") return 80;
  if (stacked) return 50;
  return softMin > 0 ? 0 : 8;
}

function custom(style: SeriesStyle): Record<string, unknown> {
  const { draw = "line", stacked = false, softMin = 0 } = style;
  const bars = draw === "bars";
  return {
    drawStyle: draw,
    lineInterpolation: "linear",
    lineWidth: bars ? 1 : 2,
    fillOpacity: fillOf(style),
    barAlignment: 1,
    barWidthFactor: 0.8,
    showPoints: "never",
    // A gap longer than an hour stays a gap: nothing was known then.
    spanNulls: bars ? false : 3_600_000,
    stacking: { mode: stacked ? "normal" : "none", group: "A" },
    thresholdsStyle: { mode: "off" },
    axisPlacement: "auto",
    axisSoftMin: softMin,
  };
}

function defaults(style: SeriesStyle): FieldConfig {
  return {
    color: { mode: "shades", fixedColor: FIRST_COLOUR },
    custom: custom(style),
    ...(style.noValue !== undefined && { noValue: style.noValue }),
    ...(style.min !== undefined && { min: style.min }),
    ...(style.max !== undefined && { max: style.max }),
    ...(style.links && { links: style.links }),
  };
}

/** Values over time. Bars of a day need `minStep: "1d"`. */
export function timeSeries(text: PanelText, style: SeriesStyle & Size = {}): PanelDefinition {
  const { width = 12, height = 8, overrides = [], calcs = [], minStep } = style;
  const legend = {
    displayMode: calcs.length > 0 ? "table" : "list",
    placement: style.legend ?? "bottom",
    showLegend: true,
    calcs,
  };
  return {
    ...text,
    kind: "timeseries",
    width,
    height,
    format: "time_series",
    instant: false,
    options: { legend, tooltip: { mode: "multi", sort: "desc" } },
    defaults: defaults(style),
    overrides: [...palette(text.queries), ...overrides],
    transformations: [],
    ...(minStep !== undefined && { minStep }),
    ...(style.panelLinks && { panelLinks: style.panelLinks }),
  };
}

/** One bar a day, stacked: a day's bar stands on that day. */
export function dailyBars(text: PanelText, style: SeriesStyle & Size = {}): PanelDefinition {
  return timeSeries(text, { draw: "bars", stacked: true, minStep: "1d", ...FIRST_DAY, ...style });
}

/** Series by their legend, as dashed lines in the colour of text: a target, a limit. */
export function dashed(name: string): Override {
  return {
    matcher: { id: "byRegexp", options: name },
    properties: [
      { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
      { id: "custom.fillOpacity", value: 0 },
      { id: "custom.lineWidth", value: 1 },
      { id: "color", value: { mode: "fixed", fixedColor: "text" } },
    ],
  };
}

/** A series by its legend as a line among bars, from the beginning of each day to its end. */
export function lineAmongBars(name: string): Override {
  return {
    matcher: { id: "byName", options: name },
    properties: [
      { id: "custom.drawStyle", value: "line" },
      { id: "custom.lineInterpolation", value: "stepAfter" },
      { id: "custom.lineWidth", value: 2 },
      { id: "custom.fillOpacity", value: 0 },
    ],
  };
}

/** A series by its legend in one colour. */
export function coloured(name: string, color: string): Override {
  return {
    matcher: { id: "byName", options: name },
    properties: [{ id: "color", value: { mode: "fixed", fixedColor: color } }],
  };
}

/** The area between two series by their legends, without lines: the interval of a ratio. */
export function band(lower: string, upper: string, color: string): readonly Override[] {
  const look = [
    { id: "custom.lineWidth", value: 0 },
    { id: "custom.hideFrom", value: { legend: true, tooltip: false, viz: false } },
    { id: "color", value: { mode: "fixed", fixedColor: color } },
  ];
  return [
    { matcher: { id: "byName", options: lower }, properties: [...look, { id: "custom.fillOpacity", value: 0 }] },
    {
      matcher: { id: "byName", options: upper },
      properties: [...look, { id: "custom.fillBelowTo", value: lower }, { id: "custom.fillOpacity", value: 18 }],
    },
  ];
}

/** All series whose legend matches, as shades of a colour. */
export function colouredAll(names: string, color: string): Override {
  return {
    matcher: { id: "byRegexp", options: names },
    properties: [{ id: "color", value: { mode: "shades", fixedColor: color } }],
  };
}
