import { UIDS } from "../rules/alert-parts.ts";
import { documentUrl } from "./documentation.ts";
import type { FieldConfig } from "./grafana-types.ts";

/** Every dashboard bears it; the drop-down of dashboards is made from it. */
export const TAG = "roboflow";

/** Where the ids come from: a cell of the same table row, or the labels of the series. */
type Source = "row" | "series";

const ID = {
  row: (label: string) => `\${__data.fields.${label}}`,
  series: (label: string) => `\${__field.labels.${label}}`,
} as const;

type Links = NonNullable<FieldConfig["links"]>;

function link(title: string, uid: string, variables: readonly string[]): Links {
  const kept = ["${__url_time_range}", "${datasource:queryparam}", "${window:queryparam}"];
  return [{ title, url: `/d/${uid}?${[...kept, ...variables].join("&")}` }];
}

/** Opens the Project dashboard on the project of the cell or series, with the same time range and window. */
export function toProject(source: Source): Links {
  const id = ID[source];
  return link("Open the project", UIDS.project, [`var-workspace=${id("workspace")}`, `var-project=${id("project")}`]);
}

/** Opens the Labeler dashboard on the labeler of the cell or series, with the same time range and window. */
export function toLabeler(source: Source): Links {
  const id = ID[source];
  const ids = [`var-workspace=${id("workspace")}`, `var-labeler=${id("labeler")}`];
  return link("Open the labeler", UIDS.labeler, ids);
}

/** Opens the runbook of the alert whose name the cell holds. */
export function toRunbook(): Links {
  return [{ title: "Open the runbook", url: documentUrl("prometheus/runbooks/${__value.raw}.md"), targetBlank: true }];
}
