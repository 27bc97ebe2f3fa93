import { HEALTH, SELF } from "../rules/series.ts";
import { INFO } from "../sources/metric-names.ts";
import type { Variable } from "./grafana-types.ts";
import { DEFAULT_PLACE } from "./place.ts";
import { namesOf, withoutOther, WORKSPACE_SCOPE } from "./promql.ts";
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
  const names = id === "labeler" ? withoutOther(namesOf(id)) : namesOf(id);
  const query = `query_result(max by (${id}, ${id}_name) (${names}))`;
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
  query: DEFAULT_PLACE.documents,
  hide: 2,
};

const WORDS: Readonly<Record<string, string>> = {
  today: "Today",
  week: "This week",
  month: "This month",
  all: "All time",
};

/** A window's name in words: `Last 7 days` for `7d`. */
function wordsOf(window: string): string {
  return WORDS[window] ?? (window === "1d" ? "Last day" : `Last ${window.slice(0, -1)} days`);
}

/** The choice of one of the windows; single-valued, because windows overlap and must never be added up. */
export function windowVariableOf(windows: readonly string[]): Variable {
  const chosen = windows.includes("7d") ? "7d" : (windows[0] ?? "");
  const option = (value: string) => ({ text: wordsOf(value), value, selected: value === chosen });
  return {
    name: "window",
    label: "Window",
    type: "custom",
    query: windows.map((value) => `${wordsOf(value)} : ${value}`).join(", "),
    hide: 0,
    includeAll: false,
    multi: false,
    current: option(chosen),
    options: windows.map(option),
  };
}

/** The exporter's default windows. */
export const windowVariable = windowVariableOf(DEFAULT_PLACE.windows);
