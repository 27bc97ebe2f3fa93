import { resolveBacklog } from "./backlog.ts";
import type { ApiConfig, ApprovalTarget, PollConfig, Schedule, WorkspaceConfig } from "./config.ts";
import type { Checked, Draft } from "./inputs.ts";
import type { FileSettings, FileWorkspace } from "./keys.ts";
import { keyText, type Path, type Report, SECRET } from "./messages.ts";
import { ONE, resolveKey } from "./secrets.ts";
import { DEFAULTS, type Layer, type Settings } from "./settings.ts";
import { formatDuration } from "./units.ts";
import { resolveCalendar } from "./work-calendar.ts";

const INTERVAL: Path = ["poll", "interval"];
const SCHEDULE: Path = ["poll", "schedule"];

interface Chosen {
  readonly schedule: Schedule;
  /** The key it stands under. */
  readonly name: string;
}

const DEFAULT: Chosen = {
  schedule: { kind: "interval", seconds: DEFAULTS.poll.interval },
  name: keyText(INTERVAL),
};

function chosenIn({ settings: { poll = {} }, shown, nameOf }: Layer, report: Report): Chosen | undefined {
  const { interval: seconds, schedule: expression } = poll;
  const name = keyText(nameOf(INTERVAL));
  const chosen: Chosen | undefined =
    seconds === undefined ? undefined : { schedule: { kind: "interval", seconds }, name };
  if (expression === undefined) return chosen;
  if (chosen) report(nameOf(SCHEDULE), `${shown(SCHEDULE)} cannot be combined with ${name}; remove one of them`);
  return chosen ?? { schedule: { kind: "cron", expression }, name: keyText(nameOf(SCHEDULE)) };
}

/** The last given value of a duration must fit the interval. */
function reportMisfits({ schedule, name }: Chosen, layers: readonly Layer[], report: Report): void {
  if (schedule.kind !== "interval") return;
  const intervalMs = schedule.seconds * 1000;
  const interval = `${name} (${formatDuration(intervalMs)})`;
  const rules = [
    ["jitter", (ms: number) => ms < intervalMs, `is not shorter than ${interval}; use a shorter one`],
    ["stale_after", (ms: number) => ms >= intervalMs, `is shorter than ${interval}; use at least that`],
  ] as const;
  for (const [key, fits, problem] of rules) {
    const layer = layers.findLast(({ settings: { poll } }) => poll?.[key] !== undefined);
    if (!layer || fits(layer.settings.poll?.[key] ?? 0)) continue;
    report(layer.nameOf(["poll", key]), `${layer.shown(["poll", key])} ${problem}`);
  }
}

/** One workspace keeps round times, and waits for no other. */
function resolveSpread(poll: NonNullable<Settings["poll"]>, isSeveral: boolean) {
  const { stagger = isSeveral, startup_spread } = poll;
  const spreadMs = startup_spread ?? (stagger ? DEFAULTS.startupSpreadMs : 0);
  return { stagger, startupSpreadMs: isSeveral ? spreadMs : 0 };
}

/** When to poll: what a later layer says replaces what an earlier one says. */
function resolvePoll(layers: readonly Layer[], isSeveral: boolean, report: Report): PollConfig {
  const given = layers.map((layer) => chosenIn(layer, report));
  const chosen = given.findLast((one) => one !== undefined) ?? DEFAULT;
  // An interval that could not be read would have been another one.
  const isUnread = layers.some(({ isFlawed }) => isFlawed(INTERVAL) || isFlawed(SCHEDULE));
  if (!isUnread) reportMisfits(chosen, layers, report);
  const poll = layers.reduce((merged, { settings }) => ({ ...merged, ...settings.poll }), DEFAULTS.poll);
  return {
    schedule: chosen.schedule,
    timezone: poll.timezone,
    jitterMs: poll.jitter,
    ...resolveSpread(poll, isSeveral),
    concurrency: poll.concurrency,
    staleAfterMs: poll.stale_after,
    legacyIntervalSeconds: poll.legacy_interval,
  };
}

const KEY_AS_NAME = `${SECRET} is the API key; give the workspace's slug, as in app.roboflow.com/<slug>`;

function resolveTarget(given: FileWorkspace["approval_target"]): ApprovalTarget {
  const { default: general, ...projects } = given ?? {};
  return { default: general, projects: new Map(Object.entries(projects)) };
}

function layerOf(settings: Settings, { isFlawed, shown, nameOf }: Checked<FileSettings>, place: Path = []): Layer {
  return {
    settings,
    isFlawed: (path) => isFlawed([...place, ...path]),
    shown: (path) => shown([...place, ...path]),
    nameOf: (path) => nameOf([...place, ...path]),
  };
}

/** The workspace's name; the variable replaces the file's. */
function resolveName(given: FileWorkspace, path: Path, apiKey: string, { file, variables, report }: Draft) {
  const variable = variables.data.workspaces?.[0]?.name;
  const name = variable ?? given.name;
  const at = variable === undefined ? file.nameOf([...path, "name"]) : variables.nameOf([...ONE, "name"]);
  if (name !== undefined && name === apiKey) report(at, KEY_AS_NAME);
  return name;
}

function resolveApi(layers: readonly Layer[], { file }: Draft): ApiConfig {
  const api = layers.reduce((merged, { settings }) => ({ ...merged, ...settings.api }), DEFAULTS.api);
  return {
    url: api.url,
    auth: api.auth,
    endDate: api.end_date,
    isQuoted: file.data.people?.identity !== "hmac",
    timeoutMs: api.timeout,
    retries: api.retries,
    maxResponseBytes: api.max_response_bytes,
  };
}

/** What cannot be had under a filter. */
function reportUnderFilter(given: FileWorkspace, path: Path, { file, report }: Draft): void {
  const refuse = (key: Path, filters: readonly ("projects" | "labelers")[], why: string) => {
    const at = [...path, ...key];
    for (const filter of filters.filter((name) => (given[name] ?? []).length > 0))
      report(at, `${file.shown(at)} cannot be combined with the ${filter} filter, ${why}; remove one of them`);
  };
  for (const [index, total] of (given.totals ?? []).entries()) {
    const why = "because under a filter the API's totals cover only what the filter selects";
    refuse(["totals", index], [total === "project" ? "labelers" : "projects"], why);
  }
  // It knows neither slugs nor labelers, and would publish what the filter leaves out.
  if (given.legacy === true) refuse(["legacy"], ["projects", "labelers"], "which the legacy endpoint does not have");
  // What is left of a project is everyone's.
  if (given.backlog !== undefined) refuse(["backlog"], ["labelers"], "because what is left of a project is everyone's");
}

/** Nothing else knows a project's slug. */
function reportDeadline(given: FileWorkspace, path: Path, { file, report }: Draft): void {
  const at = [...path, "deadline"];
  if (Object.keys(given.deadline ?? {}).length === 0 || given.backlog !== undefined) return;
  if (!file.isFlawed([...path, "backlog"]))
    report(at, `${file.shown(at)} needs the projects that are left to label; set backlog: true, or remove it`);
}

/** Nothing else knows how long people labeled. */
function reportCost(given: FileWorkspace, path: Path, { file, report }: Draft): void {
  const at = [...path, "cost_per_hour"];
  if (given.cost_per_hour === undefined || given.legacy === true || file.isFlawed([...path, "legacy"])) return;
  report(at, `${file.shown(at)} needs the time spent, which the legacy endpoint has; set legacy: true, or remove it`);
}

/** A workspace's settings out of all layers, with every default filled in. */
function resolveSettings(layers: readonly Layer[], draft: Draft) {
  const last = <T>(of: (settings: Settings) => T | undefined) =>
    layers.map(({ settings }) => of(settings)).findLast((value) => value !== undefined);
  return {
    api: resolveApi(layers, draft),
    poll: resolvePoll(layers, (draft.file.data.workspaces ?? []).length > 1, draft.report),
    calendar: resolveCalendar(layers, draft),
    windows: last(({ windows }) => windows) ?? DEFAULTS.windows,
    exclude: last(({ metrics }) => metrics?.exclude) ?? [],
    seriesLimit: last(({ limits }) => limits?.series) ?? DEFAULTS.limits.series,
    labelersLimit: last(({ limits }) => limits?.labelers),
  };
}

function resolveWorkspace(given: FileWorkspace, index: number, draft: Draft): WorkspaceConfig {
  const { file, variables } = draft;
  const path = ["workspaces", index];
  reportUnderFilter(given, path, draft);
  reportDeadline(given, path, draft);
  reportCost(given, path, draft);
  const key = resolveKey(given, path, draft);
  const layers = [layerOf(file.data, file), layerOf(given, file, path), layerOf(variables.data, variables)];
  return {
    name: resolveName(given, path, key.apiKey, draft),
    ...key,
    projects: given.projects ?? [],
    labelers: given.labelers ?? [],
    totals: given.totals ?? [],
    legacy: given.legacy ?? false,
    costPerHour: given.cost_per_hour,
    backlog: resolveBacklog(given.backlog),
    deadlines: new Map(Object.entries(given.deadline ?? {})),
    approvalTarget: resolveTarget(given.approval_target),
    ...resolveSettings(layers, draft),
  };
}

/** The workspaces to poll: those of the file, or else the environment's one. */
export function resolveWorkspaces(draft: Draft): WorkspaceConfig[] {
  const given = draft.file.data.workspaces ?? [];
  return (given.length > 0 ? given : [{}]).map((workspace, index) => resolveWorkspace(workspace, index, draft));
}
