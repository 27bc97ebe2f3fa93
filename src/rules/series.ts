import { HEALTH_METRICS } from "../exposition/health.ts";
import { SELF_METRICS } from "../self/metrics.ts";
import { INFO, ROW } from "../sources/metric-names.ts";
import { inWindow, type Level, once } from "./promql.ts";

// Names of all series that rules and dashboards read: first those of the exporter, then recorded ones.

/** Names of the health metrics. */
export const HEALTH = {
  up: HEALTH_METRICS.up.name,
  stale: HEALTH_METRICS.stale.name,
  available: HEALTH_METRICS.available.name,
  lastSuccess: HEALTH_METRICS.lastSuccess.name,
  nextPoll: HEALTH_METRICS.nextPoll.name,
  interval: HEALTH_METRICS.interval.name,
  lag: HEALTH_METRICS.lag.name,
  lastError: HEALTH_METRICS.lastError.name,
  series: HEALTH_METRICS.series.name,
  seriesLimit: HEALTH_METRICS.seriesLimit.name,
  seriesDropped: HEALTH_METRICS.seriesDropped.name,
  notices: HEALTH_METRICS.notices.name,
  filtered: HEALTH_METRICS.filtered.name,
  leaveDays: HEALTH_METRICS.leaveDays.name,
} as const;

/** Names of the exporter's own metrics. */
export const SELF = {
  polls: SELF_METRICS.polls.name,
  pollFailures: SELF_METRICS.pollFailures.name,
  pollsSkipped: SELF_METRICS.pollsSkipped.name,
  pollDurationBucket: `${SELF_METRICS.pollDuration.name}_bucket`,
  rowsRejected: SELF_METRICS.rowsRejected.name,
  anomalies: SELF_METRICS.anomalies.name,
  requests: SELF_METRICS.requests.name,
  requestDurationBucket: `${SELF_METRICS.requestDuration.name}_bucket`,
  retries: SELF_METRICS.retries.name,
  demo: SELF_METRICS.demo.name,
  buildInfo: SELF_METRICS.buildInfo.name,
  configReload: SELF_METRICS.configReload.name,
  configReloadTime: SELF_METRICS.configReloadTime.name,
  configInfo: SELF_METRICS.configInfo.name,
  webConfig: SELF_METRICS.webConfig.name,
  shardInfo: SELF_METRICS.shardInfo.name,
  shards: SELF_METRICS.shards.name,
} as const;

/** Levels at which decisions of pairs are pooled. */
export const POOLED = ["labeler", "project", "workspace"] as const;

const REVIEWED = "roboflow_images_reviewed";
const SHARE = `${ROW.approved}_per_reviewed`;

/** Names of the recorded series about review decisions, by level; those with windows take a window. */
export const approvedOf = (level: Level, window: string) =>
  inWindow(`${level}:${ROW.approved}:${level === "project_labeler" ? "max" : "sum"}`, window);
export const reviewedOf = (level: Level, window: string) => inWindow(`${level}:${REVIEWED}:sum`, window);
export const shareOf = (level: Level, window: string) => inWindow(`${level}:${SHARE}:ratio`, window);
/** What the share would be if nothing had changed, from the past before the window. */
export const expectedOf = (level: Level, window: string) => inWindow(`${level}:${SHARE}:expected`, window);
/** How many independent decisions that expectation is worth. */
export const weightOf = (window: string) => inWindow(`project_labeler:${SHARE}:expected_weight`, window);
/** The variance of the share, in units of p(1 - p): of the window's decisions alone, or with the expectation's. */
export const spreadOf = (level: Level, window: string) => inWindow(`${level}:${SHARE}:spread`, window);
/** The ends of the 95 % interval of a share. */
export type IntervalEnd = "lower" | "upper";
export const intervalOf = (level: Level, end: IntervalEnd, window: string) =>
  inWindow(`${level}:${SHARE}:${end}95`, window);
export const scoreOf = (level: Level, kind: "fall" | "target", window: string) =>
  inWindow(`${level}:${SHARE}:${kind}_zscore`, window);
/** The strongest evidence of all windows that the share fell, or is below the target. */
export const evidenceOf = (level: Level, kind: "fall" | "target") => `${level}:${SHARE}:${kind}_evidence`;
export const PROJECT_TARGET = "project:roboflow_approval_target:ratio";
/** The target of a level: windows only where the targets of several projects are weighed. */
export const targetOf = (level: Level, window: string) =>
  level === "project" || level === "project_labeler"
    ? PROJECT_TARGET
    : inWindow(`${level}:roboflow_approval_target:ratio`, window);
export const CONFIGURED_TARGET = INFO.target;
/** The name of a series without its window. */
export const bare = (series: string) => series.replace(/\{.*/, "");
/** Decisions of a project in the 21 days before the last 7. */
export const BASELINE_REVIEWED = `project:${REVIEWED}:baseline21d`;
export const RHO = "global:roboflow_approval_overdispersion:icc";

/** Images that people labeled; add a level before it and an operation behind it. */
export const BY_HUMANS = `${ROW.imagesLabeled}_by_humans`;
/** Images that a person labeled in a project; add a window. */
export const PAIRS = `project_labeler:${BY_HUMANS}:max`;

/** Levels at which output is pooled. */
export type OutputLevel = "labeler" | "project" | "workspace";

/** Images that people labeled in a window. */
export const imagesOf = (level: OutputLevel, window: string) => inWindow(`${level}:${BY_HUMANS}:sum`, window);
/** Images per week of five days in the 21 days before the last 7. */
export const weeklyBaselineOf = (level: OutputLevel | "project_labeler") => `${level}:${BY_HUMANS}:weekly_baseline21d`;
/**
 * The same, without those who are on leave: in the window 7d by how much of it, and in a project without those who did
 * nothing in it.
 */
export const presentBaselineOf = (level: "project" | "workspace", window: "today" | "7d") =>
  inWindow(`${level}:${BY_HUMANS}:weekly_baseline21d_present`, window);
/** Images per working day of the last 7 days, as a part of those of the 21 days before. */
export const paceOf = (level: "project" | "workspace") => `${level}:${BY_HUMANS}:pace_ratio`;
/** The same of the rest of a project's workspace; nothing where the rest is too small to say anything. */
export const REST_PACE = `project:${BY_HUMANS}:rest_pace_ratio`;
/** The part of a window's working days on which a person was not on leave; only for people who are listed. */
export const presenceOf = (window: string) => inWindow("labeler:roboflow_presence:ratio", window);
/** Working days in a window, with the part of today's hours that is over. */
export const workingDaysOf = (window: string) => inWindow("workspace:roboflow_working_days:count", window);
/** 1 while people work and some work of the day must be visible already. */
export const WORK_DUE = "workspace:roboflow_work_due:bool";
/** 1 during the hours of work of the parameters' week. */
export const OFFICE_HOURS = "global:roboflow_office_hours:bool";
/** Working days of leave, of people who are listed in the exporter's calendar. */
export const leaveDaysOf = (window: string) => once("labeler", inWindow(HEALTH.leaveDays, window));

/** Images that are not labeled yet, of projects whose labeled images are known by the same id. */
export const IMAGES_LEFT = "project:roboflow_images_left:max";
/** Images in the batches that were uploaded in a window. */
export const uploadedOf = (window: string) => inWindow("project:roboflow_images_uploaded:max", window);
/** By how many images the number of those left falls for each image that people label. */
export const LEFT_PER_LABELED = "project:roboflow_images_left_per_labeled:ratio";
/** Images by which the number of those left falls on a working day, uploads taken off. */
export const netPaceOf = (window: "7d" | "28d") => inWindow("project:roboflow_images_left:net_per_working_day", window);
/** What people labeled on a working day; for one hour of each working day, late in it. */
export const WORKDAY_IMAGES = `project:${BY_HUMANS}:of_workday`;
/** The same, as images by which the number of those left falls, uploads taken off. */
export const WORKDAY_NET = "project:roboflow_images_left:net_of_workday";
/** Working days of the last 14 days of which that is known. */
export const WORKDAYS_SEEN = "project:roboflow_images_left:workdays_seen14d";
/** Working days until nothing is left at the pace of a window. */
export const daysAtPaceOf = (window: "7d" | "28d") => inWindow("project:roboflow_working_days_left:at_pace", window);
/** Half of the forecast's band, as the logarithm of the factor between its middle and either end. */
export const LOG_HALF_BAND = "project:roboflow_working_days_left:log_half_band";
/** The ends of the band and its middle: the share of cases in which the work is done by then. */
export type Bound = "p10" | "p50" | "p90";
/** Working days until nothing is left, and the instant at which that is. */
export const forecastDaysOf = (bound: Bound) => `project:roboflow_working_days_left:forecast{bound="${bound}"}`;
export const forecastDoneOf = (bound: Bound) => `project:roboflow_done_timestamp_seconds:forecast{bound="${bound}"}`;
/** What labeling an image costs, in the currency of the configuration; only where its cost per hour is configured. */
export const costPerImageOf = (window: string) => inWindow("project:roboflow_cost_per_image:ratio", window);
