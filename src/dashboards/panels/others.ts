import type { ValueMapping } from "../grafana-types.ts";
import type { Bounds, PanelDefinition, PanelText, Unit } from "../model.ts";
import { ONE_EXPECTED } from "../thresholds.ts";

const LEGEND = { calcs: [], displayMode: "list", placement: "bottom", showLegend: true } as const;
const TOOLTIP = { mode: "single", sort: "none" } as const;

/** A state of 0 or 1 for each series over time. */
export function states(text: PanelText, mappings: readonly ValueMapping[], width = 12, height = 6): PanelDefinition {
  return {
    ...text,
    kind: "state-timeline",
    width,
    height,
    format: "time_series",
    instant: false,
    options: {
      alignValue: "left",
      legend: LEGEND,
      mergeValues: true,
      rowHeight: 0.8,
      showValue: "auto",
      tooltip: TOOLTIP,
    },
    defaults: {
      color: { mode: "thresholds" },
      custom: { fillOpacity: 70, lineWidth: 0 },
      mappings: [...mappings],
      thresholds: ONE_EXPECTED,
    },
    overrides: [],
    transformations: [],
  };
}

/** Days of each series as squares of a blue that is deeper the larger the value. */
export function dayGrid(text: PanelText, style: Pick<PanelDefinition, "panelLinks"> & { noValue: string }) {
  return {
    ...text,
    kind: "status-history",
    width: 24,
    height: 14,
    format: "time_series",
    instant: false,
    minStep: "1d",
    options: {
      colWidth: 0.95,
      legend: { ...LEGEND, showLegend: false },
      rowHeight: 0.9,
      showValue: "auto",
      tooltip: TOOLTIP,
    },
    defaults: {
      color: { mode: "continuous-blues" },
      custom: { fillOpacity: 85, lineWidth: 0 },
      min: 0,
      noValue: style.noValue,
    },
    overrides: [],
    transformations: [],
    ...(style.panelLinks && { panelLinks: style.panelLinks }),
  } as const satisfies PanelDefinition;
}

export interface ScatterAxis {
  readonly heading: string;
  readonly expr: string;
  readonly unit: Unit;
  readonly max?: number;
  /** Where the axis begins unless a value lies below; else it begins at 0. */
  readonly softMin?: number;
  readonly bounds?: Bounds;
}

export interface ScatterText {
  readonly title: string;
  readonly description: string;
  readonly x: ScatterAxis;
  readonly y: ScatterAxis;
  /** A point drawn in another colour: the same y, only for the chosen one. */
  readonly highlight?: { readonly heading: string; readonly expr: string };
  /** Label that names a point, and heading for it. */
  readonly point: { readonly label: string; readonly heading: string };
  /** Labels of the queries that are not shown. */
  readonly hidden: readonly string[];
  readonly emptyReason?: string;
  /** Shown when there is no point. */
  readonly noValue: string;
}

function axis({ heading, unit, max, softMin }: ScatterAxis, highlighted: boolean) {
  const properties = [
    { id: "unit", value: unit },
    { id: "custom.axisLabel", value: heading },
    softMin === undefined ? { id: "min", value: 0 } : { id: "custom.axisSoftMin", value: softMin },
    ...(max === undefined ? [] : [{ id: "max", value: max }]),
    ...(highlighted ? [{ id: "color", value: { mode: "fixed", fixedColor: "orange" } }] : []),
  ];
  return { matcher: { id: "byName", options: heading }, properties };
}

function toTable({ x, y, point, hidden, highlight }: ScatterText): PanelDefinition["transformations"] {
  const excluded = Object.fromEntries(["Time", ...hidden].map((name) => [name, true]));
  return [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: {
        excludeByName: excluded,
        includeByName: {},
        indexByName: { [point.label]: 0, "Value #A": 1, "Value #B": 2, "Value #C": 3 },
        renameByName: {
          [point.label]: point.heading,
          "Value #A": x.heading,
          "Value #B": y.heading,
          ...(highlight && { "Value #C": highlight.heading }),
        },
      },
    },
  ];
}

/** One point for each row: x from the first query, y from the second. */
export function scatter(text: ScatterText, width = 12, height = 10): PanelDefinition {
  const { title, description, x, y, highlight, emptyReason, noValue } = text;
  const chosen = highlight && { ...y, ...highlight };
  const axes = chosen ? [x, y, chosen] : [x, y];
  const empty = emptyReason === undefined ? {} : { emptyReason };
  const matcher = (options: string) => ({ matcher: { id: "byName", options } });
  return {
    title,
    description,
    unit: y.unit,
    queries: axes.map(({ expr, unit, bounds }) => ({ expr, unit, ...(bounds && { bounds }), ...empty })),
    kind: "xychart",
    width,
    height,
    format: "table",
    instant: true,
    options: {
      mapping: "manual",
      series: axes.slice(1).map(({ heading }) => ({
        frame: { matcher: { id: "byIndex", options: 0 } },
        x: matcher(x.heading),
        y: matcher(heading),
      })),
      legend: { ...LEGEND, showLegend: false },
      tooltip: TOOLTIP,
    },
    defaults: {
      noValue,
      color: { mode: "fixed", fixedColor: "blue" },
      custom: { show: "points", pointSize: { fixed: 8 }, pointShape: "circle", pointStrokeWidth: 1, fillOpacity: 50 },
    },
    overrides: axes.map((each) => axis(each, each === chosen)),
    transformations: toTable(text),
  };
}
