import { HEALTH_METRICS } from "../exposition/health.ts";
import { ROW } from "../sources/metric-names.ts";
import { inWindow, once } from "./promql.ts";

/** Images that people labeled; add a level before it and an operation behind it. */
export const BY_HUMANS = `${ROW.imagesLabeled}_by_humans`;
/** Images that a person labeled in a project; add a window. */
export const PAIRS = `project_labeler:${BY_HUMANS}:max`;

/** Levels at which output is pooled. */
export type Level = "labeler" | "project" | "workspace";

/** Images that people labeled in a window. */
export const imagesOf = (level: Level, window: string) => inWindow(`${level}:${BY_HUMANS}:sum`, window);
/** Images per week of five days in the 21 days before the last 7. */
export const weeklyBaselineOf = (level: Level | "project_labeler") => `${level}:${BY_HUMANS}:weekly_baseline21d`;
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
export const leaveDaysOf = (window: string) => once("labeler", inWindow(HEALTH_METRICS.leaveDays.name, window));
