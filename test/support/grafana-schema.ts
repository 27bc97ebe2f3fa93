import type { AnnotationQuery, Dashboard } from "@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen";

/** Grafana's annotation type leaves out what the Prometheus data source adds to it. */
interface PrometheusAnnotation extends AnnotationQuery {
  expr: string;
  step: string;
  titleFormat: string;
  textFormat?: string;
}

/** Classic dashboards; the schema that the contract tests check them against is made from this. */
export type GrafanaDashboard = Omit<Dashboard, "annotations"> & { annotations?: { list?: PrometheusAnnotation[] } };
