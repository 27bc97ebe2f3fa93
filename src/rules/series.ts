import { INFO, ROW } from "../sources/metric-names.ts";
import { inWindow, type Level } from "./promql.ts";

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
