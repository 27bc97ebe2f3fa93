import type { FieldConfig, Override, Thresholds, ValueMapping } from "../grafana-types.ts";
import type { PanelDefinition, PanelText } from "../model.ts";
import { NEUTRAL } from "../thresholds.ts";

interface StatStyle {
  readonly width?: number;
  readonly height?: number;
  readonly thresholds?: Thresholds;
  readonly decimals?: number;
  readonly mappings?: readonly ValueMapping[];
  /** Shown when the query has no answer. */
  readonly noValue?: string;
  /** What stands in the panel: the value, or the name of the series. */
  readonly textMode?: "auto" | "value" | "name";
  readonly overrides?: readonly Override[];
}

const REDUCE = { calcs: ["lastNotNull"], fields: "", values: false } as const;

function statDefaults(style: StatStyle): FieldConfig {
  const { thresholds = NEUTRAL, decimals, mappings = [], noValue } = style;
  return {
    color: { mode: "thresholds" },
    thresholds,
    mappings: [...mappings],
    ...(decimals !== undefined && { decimals }),
    ...(noValue !== undefined && { noValue }),
  };
}

/** One number as it is now. Not the last of the time range: an old number must not pass for a new one. */
export function stat(text: PanelText, style: StatStyle = {}): PanelDefinition {
  const { width = 4, height = 4, textMode = "auto", overrides = [] } = style;
  return {
    ...text,
    kind: "stat",
    width,
    height,
    format: "time_series",
    instant: true,
    options: {
      reduceOptions: REDUCE,
      colorMode: "value",
      graphMode: "none",
      justifyMode: "center",
      orientation: "auto",
      percentChangeColorMode: "standard",
      showPercentChange: false,
      textMode,
      wideLayout: true,
    },
    defaults: statDefaults(style),
    overrides,
    transformations: [],
  };
}

interface BarStyle {
  readonly width?: number;
  readonly height?: number;
  readonly thresholds?: Thresholds;
  readonly min?: number;
  readonly max?: number;
  readonly noValue?: string;
  readonly links?: FieldConfig["links"] & object;
  readonly overrides?: readonly Override[];
}

/** One horizontal bar for each series, as it is now. */
export function bars(text: PanelText, style: BarStyle = {}): PanelDefinition {
  const { width = 12, height = 9, thresholds, min = 0, max, noValue, links, overrides = [] } = style;
  return {
    ...text,
    kind: "bargauge",
    width,
    height,
    format: "time_series",
    instant: true,
    options: {
      reduceOptions: REDUCE,
      displayMode: "basic",
      legend: { calcs: [], displayMode: "list", placement: "bottom", showLegend: false },
      maxVizHeight: 32,
      minVizHeight: 16,
      minVizWidth: 8,
      namePlacement: "left",
      orientation: "horizontal",
      showUnfilled: true,
      sizing: "auto",
      valueMode: "color",
    },
    defaults: {
      color: thresholds ? { mode: "thresholds" } : { mode: "fixed", fixedColor: "blue" },
      min,
      ...(thresholds && { thresholds }),
      ...(max !== undefined && { max }),
      ...(noValue !== undefined && { noValue }),
      ...(links && { links }),
    },
    overrides,
    transformations: [],
  };
}
