import type { FieldConfig, Override, ValueMapping } from "../grafana-types.ts";
import type { Bounds, PanelDefinition, PanelText, Query, Unit } from "../model.ts";

/** A label of the rows: shown under a heading, or kept out of sight because a link needs the id. */
export interface KeyColumn {
  readonly label: string;
  /** Heading; without it the column is hidden. */
  readonly heading?: string;
  readonly width?: number;
  readonly links?: FieldConfig["links"] & object;
  readonly mappings?: readonly ValueMapping[];
}

/** A number of the rows. */
export interface ValueColumn {
  readonly heading: string;
  readonly expr: string;
  readonly unit: Unit;
  readonly decimals?: number;
  /** Words for values; their colours are those of the text. */
  readonly mappings?: readonly ValueMapping[];
  readonly width?: number;
  readonly bounds?: Bounds;
  /** Kept out of sight: the row itself is what matters. */
  readonly hidden?: boolean;
  readonly emptyReason?: string;
}

export interface TableText {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  readonly keys: readonly KeyColumn[];
  readonly columns: readonly ValueColumn[];
  /** Heading of the column to sort by, largest first unless `ascending`. */
  readonly sortBy: string;
  readonly ascending?: boolean;
  /** Shown when there is no row: what would fill the table. */
  readonly noValue: string;
}

interface TableStyle {
  readonly width?: number;
  readonly height?: number;
}

/** Name of the field that Grafana makes of the n-th query's values. */
function valueField(index: number, count: number): string {
  return count === 1 ? "Value" : `Value #${refId(index)}`;
}

/** A, B, C … in the order of the queries. */
export function refId(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** `custom.hidden` is what Grafana up to 12.1 reads, `custom.hideFrom.viz` what later ones read. */
const HIDDEN = [
  { id: "custom.hidden", value: true },
  { id: "custom.hideFrom.viz", value: true },
] as const;

/** A cell without a value; what the table says without a row is the panel's own. */
const NO_CELL = { id: "noValue", value: "–" } as const;

const worded = (mappings: readonly ValueMapping[]) => [
  { id: "mappings", value: mappings },
  { id: "custom.cellOptions", value: { type: "color-text" } },
];

function keyOverride({ label, heading, width, links, mappings }: KeyColumn): Override {
  if (heading === undefined) return { matcher: { id: "byName", options: label }, properties: [...HIDDEN] };
  const properties = [
    { id: "unit", value: "string" },
    NO_CELL,
    ...(width === undefined ? [] : [{ id: "custom.width", value: width }]),
    ...(links ? [{ id: "links", value: links }] : []),
    ...(mappings ? worded(mappings) : []),
  ];
  return { matcher: { id: "byName", options: heading }, properties };
}

function valueOverride({ heading, unit, decimals, mappings, width, hidden = false }: ValueColumn): Override {
  const properties = [
    { id: "unit", value: unit },
    NO_CELL,
    ...(decimals === undefined ? [] : [{ id: "decimals", value: decimals }]),
    ...(width === undefined ? [] : [{ id: "custom.width", value: width }]),
    ...(mappings ? worded(mappings) : []),
    ...(hidden ? HIDDEN : []),
  ];
  return { matcher: { id: "byName", options: heading }, properties };
}

function organize(keys: readonly KeyColumn[], columns: readonly ValueColumn[]) {
  const fields = columns.map(({ heading }, index) => [valueField(index, columns.length), heading] as const);
  const renamed: (readonly [string, string])[] = [
    ...keys.flatMap(({ label, heading }) => (heading === undefined ? [] : [[label, heading] as const])),
    ...fields,
  ];
  const order = [...keys.map(({ label }) => label), ...fields.map(([field]) => field)];
  return {
    id: "organize",
    options: {
      excludeByName: { Time: true },
      includeByName: {},
      indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
      renameByName: Object.fromEntries(renamed),
    },
  };
}

function toQuery({ expr, unit, bounds, emptyReason }: ValueColumn): Query {
  return { expr, unit, ...(bounds && { bounds }), ...(emptyReason !== undefined && { emptyReason }) };
}

/** Pages, with the number of all rows; Grafana up to 12.1 reads it in the footer. */
const PAGES = { enablePagination: true, footer: { show: false, reducer: [], enablePagination: true } } as const;

/** Rows merged from one instant query for each column of numbers; the queries must bear the labels of the keys. */
export function table(text: TableText, style: TableStyle = {}): PanelDefinition {
  const { title, description, unit, keys, columns, sortBy, ascending = false } = text;
  const panelText: PanelText = { title, description, unit, queries: columns.map(toQuery) };
  const { width = 24, height = 9 } = style;
  return {
    ...panelText,
    kind: "table",
    width,
    height,
    format: "table",
    instant: true,
    options: {
      cellHeight: "sm",
      frameIndex: 0,
      showHeader: true,
      sortBy: [{ displayName: sortBy, desc: !ascending }],
      ...PAGES,
    },
    defaults: {
      noValue: text.noValue,
      // Words that are not a verdict are in the colour of text.
      color: { mode: "fixed", fixedColor: "text" },
      custom: { align: "auto", cellOptions: { type: "auto" }, inspect: false, filterable: false, minWidth: 70 },
    },
    overrides: [...keys.map(keyOverride), ...columns.map(valueOverride)],
    transformations: [{ id: "merge", options: {} }, organize(keys, columns)],
  };
}
