import { band } from "./series.ts";
import { FIRST_COLOUR } from "./palette.ts";
import type { Override } from "../grafana-types.ts";
import type { PanelDefinition, PanelText, Query } from "../model.ts";

/** Lines over days before and after today, which Grafana's axis of time cannot show: it ends now. */
export interface TrendText extends PanelText {
  /** What lies on the axis: a query whose legend is the axis' name. */
  readonly axis: Query & { readonly legend: string };
}

interface TrendStyle {
  readonly noValue: string;
  /** The panel's own time range, and how far apart its points are. */
  readonly timeFrom: string;
  readonly minStep: string;
  readonly overrides: readonly Override[];
}

function line(): PanelDefinition["defaults"] {
  return {
    color: { mode: "fixed", fixedColor: FIRST_COLOUR },
    min: 0,
    custom: { drawStyle: "line", lineWidth: 2, fillOpacity: 0, showPoints: "never", spanNulls: 86_400_000 },
  };
}

/** Grafana's panel Trend: all series in one frame, whose time is left out. */
export function trend({ axis, ...text }: TrendText, style: TrendStyle): PanelDefinition {
  return {
    ...text,
    queries: [axis, ...text.queries],
    kind: "trend",
    width: 24,
    height: 11,
    format: "time_series",
    instant: false,
    minStep: style.minStep,
    timeFrom: style.timeFrom,
    options: {
      xField: axis.legend,
      legend: { calcs: [], displayMode: "list", placement: "bottom", showLegend: true },
      tooltip: { mode: "multi", sort: "none" },
    },
    defaults: { ...line(), noValue: style.noValue },
    overrides: style.overrides,
    transformations: [
      { id: "joinByField", options: { byField: "Time", mode: "outer" } },
      {
        id: "organize",
        options: { excludeByName: { Time: true }, includeByName: {}, indexByName: {}, renameByName: {} },
      },
    ],
  };
}

/** The band between two lines by their names, whose names stay in the legend. */
export function namedBand(lower: string, upper: string, color: string): readonly Override[] {
  return band(lower, upper, color).map(({ matcher, properties }) => ({
    matcher,
    properties: [
      ...properties.filter(({ id }) => id !== "custom.hideFrom" && id !== "custom.lineWidth"),
      { id: "custom.lineWidth", value: 1 },
    ],
  }));
}
