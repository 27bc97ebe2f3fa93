import { ANNOTATIONS } from "./annotations.ts";
import { documentUrl } from "./documentation.ts";
import type { Dashboard, DashboardLink, GridPosition, Panel, RowPanel, Variable } from "./grafana-types.ts";
import { RUNBOOKS_PATH, TAG } from "./links.ts";
import type { DashboardDefinition, PanelDefinition, RowDefinition } from "./model.ts";
import { refId } from "./panels/table.ts";
import type { Place } from "./place.ts";
import {
  DATASOURCE,
  datasourceVariable,
  documentationVariable,
  windowVariable,
  windowVariableOf,
} from "./variables.ts";

/** Grafana 10.4 and 11 write this one; newer ones migrate it when they load it. */
const SCHEMA_VERSION = 39;
const COLUMNS = 24;

function target(panel: PanelDefinition, index: number): Record<string, unknown> {
  const query = panel.queries[index];
  return {
    datasource: DATASOURCE,
    editorMode: "code",
    expr: query?.expr,
    format: panel.format,
    instant: panel.instant,
    range: !panel.instant,
    legendFormat: query?.legend ?? "__auto",
    refId: refId(index),
    ...(panel.minStep !== undefined && { interval: panel.minStep }),
  };
}

function renderPanel(panel: PanelDefinition, id: number, gridPos: GridPosition): Panel {
  return {
    id,
    type: panel.kind,
    title: panel.title,
    description: panel.description,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: { unit: panel.unit, ...panel.defaults }, overrides: [...panel.overrides] },
    options: panel.options,
    targets: panel.queries.map((_, index) => target(panel, index)),
    ...(panel.panelLinks && { links: [...panel.panelLinks] }),
    ...(panel.transformations.length > 0 && { transformations: [...panel.transformations] }),
    ...(panel.timeFrom !== undefined && { timeFrom: panel.timeFrom, hideTimeOverride: true }),
    // A step above one day would leave days out, so a day's bar gets a point however long the range.
    ...(panel.minStep !== undefined && { interval: panel.minStep, maxDataPoints: 4000 }),
  };
}

interface Placed {
  readonly panels: readonly (Panel | RowPanel)[];
  readonly y: number;
}

/** Panels from left to right, a new line where the next one does not fit. */
function renderRow(row: RowDefinition, firstId: number, top: number): Placed {
  const collapsed = row.collapsed ?? false;
  const gridPos = { x: 0, y: top, w: COLUMNS, h: 1 };
  const head: RowPanel = { id: firstId, type: "row", title: row.title, collapsed, gridPos, panels: [] };
  const panels: Panel[] = [];
  let x = 0;
  let y = top + 1;
  let lineHeight = 0;
  for (const [index, panel] of row.panels.entries()) {
    if (x + panel.width > COLUMNS) [x, y, lineHeight] = [0, y + lineHeight, 0];
    panels.push(renderPanel(panel, firstId + 1 + index, { x, y, w: panel.width, h: panel.height }));
    x += panel.width;
    lineHeight = Math.max(lineHeight, panel.height);
  }
  // Grafana keeps the panels of a collapsed row in the row, with their places as if it were open.
  return { panels: collapsed ? [{ ...head, panels }] : [head, ...panels], y: y + lineHeight };
}

/** Row n has the id 100·n, its panels follow it: an added panel does not renumber the other rows. */
function renderRows(rows: readonly RowDefinition[]): (Panel | RowPanel)[] {
  let y = 0;
  return rows.flatMap((row, index) => {
    const placed = renderRow(row, 100 * (index + 1), y);
    y = placed.y;
    return placed.panels;
  });
}

const otherDashboards: DashboardLink = {
  title: "Roboflow dashboards",
  type: "dashboards",
  tags: [TAG],
  asDropdown: true,
  includeVars: true,
  keepTime: true,
  icon: "external link",
  targetBlank: false,
  tooltip: "The other Roboflow dashboards, with the same time range and variables",
  url: "",
};

/** The hidden variable of a place, its windows and its data source; the other variables are the same everywhere. */
function placed(variable: Variable, { datasource, documents, windows }: Place): Variable {
  if (variable.name === documentationVariable.name) return { ...variable, query: documents };
  if (variable.name === windowVariable.name) return windowVariableOf(windows);
  if (variable.name !== datasourceVariable.name || datasource === undefined) return variable;
  return { ...variable, current: { text: datasource, value: datasource, selected: true } };
}

function dashboardOf(definition: DashboardDefinition, place: Place): Dashboard {
  const { uid, title, description, from, refresh, datasource, variables, rows } = definition;
  return {
    uid,
    title,
    description,
    tags: [TAG],
    schemaVersion: SCHEMA_VERSION,
    editable: false,
    graphTooltip: 1,
    // The days of the bars have to be the exporter's calendar days, which are UTC unless configured otherwise.
    timezone: place.timezone,
    time: { from, to: "now" },
    refresh,
    links: [otherDashboards],
    annotations: { list: [...ANNOTATIONS] },
    templating: { list: [datasource, ...variables].map((variable) => placed(variable, place)) },
    panels: renderRows(rows),
  };
}

const RUNBOOKS = documentUrl(RUNBOOKS_PATH);

/** Where a link leads at a place. */
function urlAt(url: string, { grafana, runbooks = RUNBOOKS }: Place): string {
  if (url.startsWith("/d/")) return grafana + url;
  return url.startsWith(RUNBOOKS) ? runbooks + url.slice(RUNBOOKS.length) : url;
}

/** Grafana's Classic JSON of a dashboard, as text; the same definition and place give the same text. */
export function renderDashboard(definition: DashboardDefinition, place: Place): string {
  const replaced = (key: string, value: unknown): unknown =>
    key === "url" && typeof value === "string" ? urlAt(value, place) : value;
  return `${JSON.stringify(dashboardOf(definition, place), replaced, 2)}\n`;
}
