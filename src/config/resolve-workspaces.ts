import { type ApprovalTarget, TOTALS, type WorkspaceConfig } from "./config.ts";
import { DEFAULTS } from "./defaults.ts";
import type { Draft } from "./draft.ts";
import type { FileWorkspace } from "./file-schema.ts";
import type { Path } from "./problem.ts";
import { readWindow } from "./readers.ts";
import { resolveKey } from "./resolve-key.ts";
import { resolvePoll } from "./resolve-poll.ts";
import { SECRET } from "./show.ts";
import { resolveCalendar } from "./work-calendar.ts";

const WHOSE = "since the API's totals under a filter are the filter's, not the workspace's";

const KEY_AS_NAME = `${SECRET} is the API key; give the workspace's slug, as in app.roboflow.com/<slug>`;

/** The filter under which a total can still be had: the one over the same things. */
const FILTER_OF = { project: "projects", labeler: "labelers" } as const;

function reportTotals(given: FileWorkspace, path: Path, { file, report }: Draft): void {
  for (const [index, total] of (given.totals ?? []).entries()) {
    const others = TOTALS.filter((other) => other !== total).map((other) => FILTER_OF[other]);
    for (const filter of others.filter((name) => (given[name] ?? []).length > 0)) {
      const at = [...path, "totals", index];
      report(at, `${file.shown(at)} does not go with the ${filter} filter, ${WHOSE}; remove one of them`);
    }
  }
}

/** The legacy endpoint knows neither slugs nor labelers: asked under a filter it would publish what the filter leaves out. */
function reportLegacy(given: FileWorkspace, path: Path, { file, report }: Draft): void {
  if (given.legacy !== true) return;
  const at = [...path, "legacy"];
  for (const filter of Object.values(FILTER_OF).filter((name) => (given[name] ?? []).length > 0))
    report(at, `${file.shown(at)} does not go with the ${filter} filter, which the endpoint lacks; remove one of them`);
}

function reportNames(workspaces: readonly FileWorkspace[], { file, envSettings, report }: Draft): void {
  if (workspaces.length < 2) return;
  const seen = new Set<string>();
  for (const [index, { name: written }] of workspaces.entries()) {
    const name = written?.toLowerCase();
    const path = ["workspaces", index, "name"];
    if (name === undefined) {
      if (!file.isFlawed(path)) report(path, "is missing; with several workspaces each needs its name");
    } else if (seen.has(name)) {
      report(path, `${file.shown(path)} is given twice; remove one of the workspaces`);
    } else seen.add(name);
  }
  if (envSettings.data.ROBOFLOW_WORKSPACE === undefined) return;
  const path = ["ROBOFLOW_WORKSPACE"];
  report(path, `${envSettings.shown(path)} is ambiguous beside several workspaces in the file; unset it`);
}

function resolveTarget(given: FileWorkspace["approval_target"]): ApprovalTarget {
  const { default: general, ...projects } = given ?? {};
  return { default: general, projects: new Map(Object.entries(projects)) };
}

function resolveApi(given: FileWorkspace, { file, envSettings }: Draft): WorkspaceConfig["api"] {
  const api = { ...DEFAULTS.api, ...file.data.api, ...given.api };
  return {
    url: envSettings.data.ROBOFLOW_API_URL ?? api.url,
    auth: api.auth,
    endDate: api.end_date,
    timeoutMs: api.timeout,
    retries: api.retries,
    maxResponseBytes: api.max_response_bytes,
  };
}

function defaultWindows(): WorkspaceConfig["windows"] {
  return DEFAULTS.windows.flatMap((name) => {
    const window = readWindow(name);
    return window.ok ? window.value : [];
  });
}

function resolveWorkspace(given: FileWorkspace, index: number, draft: Draft): WorkspaceConfig {
  const top = draft.file.data;
  const env = draft.envSettings.data;
  const path = ["workspaces", index];
  const layers = [
    { path: [], settings: top },
    { path, settings: given },
  ];
  reportTotals(given, path, draft);
  reportLegacy(given, path, draft);
  const [name, key] = [env.ROBOFLOW_WORKSPACE ?? given.name, resolveKey(given, index, draft)];
  if (name !== undefined && name === key.apiKey)
    draft.report(env.ROBOFLOW_WORKSPACE === undefined ? [...path, "name"] : ["ROBOFLOW_WORKSPACE"], KEY_AS_NAME);
  return {
    name,
    ...key,
    projects: given.projects ?? [],
    labelers: given.labelers ?? [],
    totals: given.totals ?? [],
    legacy: given.legacy ?? false,
    approvalTarget: resolveTarget(given.approval_target),
    api: resolveApi(given, draft),
    poll: resolvePoll(layers, draft),
    calendar: resolveCalendar([top.calendar, given.calendar]),
    windows: env.WINDOWS ?? given.windows ?? top.windows ?? defaultWindows(),
    exclude: given.metrics?.exclude ?? top.metrics?.exclude ?? [],
    seriesLimit: given.limits?.series ?? top.limits?.series ?? DEFAULTS.series,
  };
}

/** The workspaces to poll: those of the file, or else the environment's one. */
export function resolveWorkspaces(draft: Draft): WorkspaceConfig[] {
  const given = draft.file.data.workspaces ?? [];
  reportNames(given, draft);
  return (given.length > 0 ? given : [{}]).map((workspace, index) => resolveWorkspace(workspace, index, draft));
}
