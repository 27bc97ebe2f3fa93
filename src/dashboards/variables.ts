import { HEALTH, SELF } from "../rules/series.ts";
import { INFO } from "../sources/metric-names.ts";
import type { Variable } from "./grafana-types.ts";
import { namesOf, WORKSPACE_SCOPE } from "./promql.ts";
import { select } from "./selectors.ts";

/** How the panels name their data source. */
export const DATASOURCE = { type: "prometheus", uid: "${datasource}" } as const;

export const datasourceVariable: Variable & { readonly type: "datasource" } = {
  name: "datasource",
  label: "Data source",
  type: "datasource",
  query: "prometheus",
  regex: "",
  hide: 0,
  refresh: 1,
  includeAll: false,
  multi: false,
  options: [],
};

type Choice = "one" | "many";

function queried(name: string, label: string, query: string, choice: Choice, regex = ""): Variable {
  return {
    name,
    label,
    type: "query",
    datasource: DATASOURCE,
    query: { query, refId: `${name}Variable` },
    regex,
    hide: 0,
    // 2: asked again when the time range changes.
    refresh: 2,
    // 5: by name, upper and lower case alike.
    sort: 5,
    includeAll: choice === "many",
    multi: choice === "many",
    ...(choice === "many" && { allValue: ".+" }),
    options: [],
  };
}

/** The choices are names, the values ids. */
function named(id: "labeler" | "project", label: string, choice: Choice): Variable {
  const query = `query_result(max by (${id}, ${id}_name) (${namesOf(id)}))`;
  return queried(id, label, query, choice, `/${id}="(?<value>[^"]+)",${id}_name="(?<text>.+)"\\} /`);
}

export function workspaceVariable(choice: Choice): Variable {
  return queried("workspace", "Workspace", `label_values(${HEALTH.up}, workspace)`, choice);
}

export function projectVariable(choice: Choice): Variable {
  return named("project", "Project", choice);
}

export function labelerVariable(): Variable {
  return named("labeler", "Labeler", "one");
}

/** Values with all teams chosen, people without a team among them, are any: also where no team is configured. */
export const teamVariable: Variable = {
  ...queried(
    "team",
    "Team",
    `label_values(${select(INFO.labeler, { ...WORKSPACE_SCOPE, team: '!=""' })}, team)`,
    "many",
  ),
  allValue: ".*",
};

export const jobVariable = queried("job", "job", `label_values(${SELF.buildInfo}, job)`, "many");

export const instanceVariable = queried(
  "instance",
  "instance",
  `label_values(${select(SELF.buildInfo, { job: '=~"$job"' })}, instance)`,
  "many",
);

/** The variable that holds the address of this project's documentation, which is not where Grafana is. */
export const DOCUMENTATION = "docs";

/** Hidden; set it to where the documentation can be read. */
export const documentationVariable: Variable = {
  name: DOCUMENTATION,
  label: "Documentation",
  type: "constant",
  query: "https://git.example.com/roboflow-exporter/blob/main",
  hide: 2,
};

const WINDOWS = [
  ["Today", "today"],
  ["Last 7 days", "7d"],
  ["Last 14 days", "14d"],
  ["Last 28 days", "28d"],
  ["All time", "all"],
] as const;

/** The exporter's default windows. Single-valued, because windows overlap and must never be added up. */
export const windowVariable: Variable = {
  name: "window",
  label: "Window",
  type: "custom",
  query: WINDOWS.map(([text, value]) => `${text} : ${value}`).join(", "),
  hide: 0,
  includeAll: false,
  multi: false,
  current: { text: "Last 7 days", value: "7d", selected: true },
  options: WINDOWS.map(([text, value]) => ({ text, value, selected: value === "7d" })),
};
