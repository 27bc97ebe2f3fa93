import type {
  AnnotationQuery as RawAnnotation,
  Dashboard as RawDashboard,
  DashboardLink as RawLink,
  DataTransformerConfig,
  FieldConfigSource as RawFieldConfigSource,
  GridPos,
  Panel as RawPanel,
  RowPanel as RawRow,
  ThresholdsConfig,
  ValueMapping as RawValueMapping,
  VariableModel,
} from "@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen";

/** Grafana's type with its enums as the plain strings and numbers that stand in the JSON. */
export type Plain<T> = unknown extends T
  ? T
  : T extends string
    ? `${T}`
    : T extends number
      ? `${T}` extends `${infer N extends number}`
        ? N
        : T
      : T extends object
        ? { [K in keyof T]: Plain<T[K]> }
        : T;

export type Dashboard = Plain<RawDashboard>;
export type Panel = Plain<RawPanel>;
export type RowPanel = Plain<RawRow>;
export type FieldConfigSource = Plain<RawFieldConfigSource>;
export type FieldConfig = FieldConfigSource["defaults"];
export type Override = FieldConfigSource["overrides"][number];
export type Thresholds = Plain<ThresholdsConfig>;
export type ValueMapping = Plain<RawValueMapping>;
export type Variable = Plain<VariableModel>;
export type DashboardLink = Plain<RawLink>;
export type Transformation = Plain<DataTransformerConfig>;
export type GridPosition = Plain<GridPos>;

/** Grafana's annotation type leaves out what the Prometheus data source adds to it. */
export type Annotation = Plain<RawAnnotation> & {
  readonly expr: string;
  readonly step: string;
  readonly titleFormat: string;
  readonly textFormat?: string;
};
