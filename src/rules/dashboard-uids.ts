/** By what dashboards are found in Grafana, and in links to them. */
export const UIDS = {
  overview: "roboflow-overview",
  project: "roboflow-project",
  labelers: "roboflow-labelers",
  labeler: "roboflow-labeler",
  quality: "roboflow-quality",
  exporter: "roboflow-exporter",
} as const;
