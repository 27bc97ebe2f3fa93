import type { Moment } from "../clock.ts";
import type { Config, WebConfig } from "../config/config.ts";
import { fittedOf } from "../exposition/published.ts";
import type { SourceState, WorkspaceState } from "../exposition/workspace-state.ts";
import { VERSION } from "../version.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

function describe({ lastPoll, failure, isAvailable }: SourceState): string {
  if (lastPoll === undefined) return "waiting for the first poll";
  if (isAvailable === false) return "the endpoint is gone";
  return failure === undefined ? "up" : `last poll failed: ${failure}`;
}

function when(ms: number | undefined): string {
  return ms === undefined ? "never" : new Date(ms).toISOString();
}

function workspaceRows(state: WorkspaceState, now: Moment): string[] {
  const fitted = fittedOf(state, now);
  return [...state.sources].map(([source, one]) => {
    const series = String(fitted.get(source)?.series ?? 0);
    const times = [when(one.lastSuccess?.epochMs), when(one.nextPollMs)];
    const cells = [state.workspace, source, describe(one), ...times, series];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  });
}

function workspaceTable(states: readonly WorkspaceState[], now: Moment): string {
  if (states.length === 0) return "<p>No workspace belongs to this shard.</p>\n";
  return `<table>
<thead><tr><th>Workspace</th><th>Source</th><th>State</th><th>Last good poll</th><th>Next poll</th><th>Series</th></tr></thead>
<tbody>
${states.flatMap((state) => workspaceRows(state, now)).join("\n")}
</tbody>
</table>
`;
}

const DEMO =
  '<p class="demo" role="status"><strong>Demo data.</strong> Every workspace, person and number here is simulated.</p>\n';

const STYLE = `body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #222; background: #fff }
header { background: #e6522c; color: #fff; padding: 1rem 2rem }
main { padding: 1rem 2rem }
.demo { background: #ffe9a8; color: #222; margin: 0; padding: .75rem 2rem; border-bottom: 2px solid #b37400 }
table { border-collapse: collapse }
td, th { text-align: left; padding: .25rem 1.5rem .25rem 0; border-bottom: 1px solid #ddd }
`;

/** What of the configuration the page shows. */
export type PageSettings = Pick<WebConfig, "telemetryPath"> & Pick<Config, "isDemo">;

/** The page at `/`: what this is, where the metrics are, how each workspace is doing. */
export function renderLandingPage(
  states: readonly WorkspaceState[],
  now: Moment,
  { telemetryPath, isDemo }: PageSettings,
): string {
  const path = escapeHtml(telemetryPath);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>roboflow-exporter</title>
<style>
${STYLE}</style>
</head>
<body>
<header><h1>roboflow-exporter</h1><p>Roboflow Annotation Insights for Prometheus, version ${escapeHtml(VERSION)}</p></header>
${isDemo ? DEMO : ""}<main>
<ul>
<li><a href="${path}">Metrics</a></li>
<li><a href="/-/healthy">Health</a></li>
<li><a href="/-/ready">Readiness</a></li>
</ul>
${workspaceTable(states, now)}</main>
</body>
</html>
`;
}
