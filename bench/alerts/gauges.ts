import { DAYS, PAST_DAYS, type Pair, type World, isWorkingDay } from "./world.ts";

/** How often gauges are read, and in which windows: faults of quality need the past, those of output the hours. */
export interface Sampling {
  readonly everyHours: number;
  /** The hour of the first tick; rules that ask for the hour need 0. */
  readonly firstHour: number;
  readonly labeled: readonly string[];
  readonly reviewed: readonly string[];
  /** Whether the exporter's calendar knows working hours and holidays. */
  readonly calendar: boolean;
  /** Whether it knows who is on leave. */
  readonly leave?: boolean;
}

/** A series with its values, one for each tick; nothing where there is no series. */
export interface Gauge {
  readonly series: string;
  readonly values: readonly (number | undefined)[];
}

const LENGTHS: Readonly<Record<string, number>> = { today: 1, "7d": 7, "14d": 14, "28d": 28 };
const WORK = { from: 9, to: 18 };
/** A counter has whole numbers; of a day of leave the hours count. */
const LEAVE_UNIT = WORK.to - WORK.from;

/** The part of a day's work that is done at an hour. Reviews come an hour later. */
function done(hour: number, delay: number): number {
  return Math.min(1, Math.max(0, (hour - WORK.from - delay) / (WORK.to - WORK.from)));
}

function ticks({ everyHours, firstHour }: Sampling): { day: number; hour: number }[] {
  const perDay = 24 / everyHours;
  return Array.from({ length: (DAYS - PAST_DAYS) * perDay }, (_, tick) => ({
    day: PAST_DAYS + Math.floor(tick / perDay),
    hour: firstHour + (tick % perDay) * everyHours,
  }));
}

/** Sums of whole days: at `day + 1` everything up to and with that day. */
function cumulated(counts: Int32Array): Float64Array {
  const sums = new Float64Array(counts.length + 1);
  for (let day = 0; day < counts.length; day++) sums[day + 1] = (sums[day] ?? 0) + (counts[day] ?? 0);
  return sums;
}

class Counter {
  readonly #counts: Int32Array;
  readonly #sums: Float64Array;

  constructor(counts: Int32Array) {
    this.#counts = counts;
    this.#sums = cumulated(counts);
  }

  /** The count in a window that ends at an hour of a day. */
  in(window: string, day: number, part: number): number {
    const first = Math.max(0, window === "all" ? 0 : day + 1 - (LENGTHS[window] ?? 1));
    return (this.#sums[day] ?? 0) - (this.#sums[first] ?? 0) + Math.floor((this.#counts[day] ?? 0) * part);
  }
}

const ids = ({ workspace, project, labeler }: Pair) =>
  `workspace="w${workspace}",project="p${project}",labeler="l${labeler}"`;

function pairGauges(pair: Pair, sampling: Sampling): Gauge[] {
  const [labeled, approved, rejected] = [pair.labeled, pair.approved, pair.rejected].map((one) => new Counter(one));
  if (!labeled || !approved || !rejected) return [];
  const at = ticks(sampling);
  const gauge = (metric: string, window: string, counter: Counter, delay: number): Gauge => ({
    series: `roboflow_images_${metric}{${ids(pair)},window="${window}"}`,
    values: at.map(({ day, hour }) => {
      const [now, later] = [done(hour, 0), done(hour, 1)];
      const any = labeled.in(window, day, now) + approved.in(window, day, later) + rejected.in(window, day, later) > 0;
      return any ? counter.in(window, day, delay === 0 ? now : later) : undefined;
    }),
  });
  return [
    ...sampling.labeled.map((window) => gauge("labeled", window, labeled, 0)),
    ...sampling.reviewed.flatMap((window) => [
      gauge("approved", window, approved, 1),
      gauge("rejected", window, rejected, 1),
    ]),
  ];
}

function calendarGauges(world: World, sampling: Sampling): Gauge[] {
  const at = ticks(sampling);
  return world.workspaces.flatMap((workspace, index) => {
    const sums = cumulated(Int32Array.from({ length: DAYS }, (_, day) => Number(isWorkingDay(workspace, day))));
    const today = (day: number, hour: number) => Number(isWorkingDay(workspace, day)) * done(hour, 0);
    const days = Object.entries(LENGTHS).map(([window, length]) => ({
      series: `roboflow_workspace_working_days{workspace="w${index}",window="${window}"}`,
      values: at.map(({ day, hour }) => (sums[day] ?? 0) - (sums[day + 1 - length] ?? 0) + today(day, hour)),
    }));
    const time = {
      series: `roboflow_workspace_working_time{workspace="w${index}"}`,
      values: at.map(({ day, hour }) => Number(isWorkingDay(workspace, day) && hour >= WORK.from && hour < WORK.to)),
    };
    return [...days, time];
  });
}

/** Working days of leave, of everybody who has any. */
function leaveGauges(world: World, sampling: Sampling): Gauge[] {
  const at = ticks(sampling);
  return world.labelers.flatMap(({ workspace, vacations }, index) => {
    const where = world.workspaces[workspace];
    if (!where || vacations.length === 0) return [];
    const isLeave = (day: number) =>
      isWorkingDay(where, day) && vacations.some(({ from, to }) => from <= day && day < to);
    const counter = new Counter(Int32Array.from({ length: DAYS }, (_, day) => LEAVE_UNIT * Number(isLeave(day))));
    return Object.keys(LENGTHS).map((window) => ({
      series: `roboflow_labeler_leave_days{workspace="w${workspace}",labeler="l${index}",window="${window}"}`,
      values: at.map(({ day, hour }) => counter.in(window, day, done(hour, 0)) / LEAVE_UNIT),
    }));
  });
}

function constantGauges(world: World, count: number): Gauge[] {
  const always = (series: string, value: number) => ({ series, values: Array.from({ length: count }, () => value) });
  return [
    ...world.workspaces.flatMap((_, index) => [
      ...["today", "7d", "28d"].map((window) =>
        always(`roboflow_workspace_images_labeled{workspace="w${index}",window="${window}"}`, 1),
      ),
      ...["project", "labeler"].map((by) => always(`roboflow_workspace_filtered{workspace="w${index}",by="${by}"}`, 0)),
      always(`roboflow_data_stale{workspace="w${index}"}`, 0),
    ]),
    ...world.projects.map(({ workspace }, index) =>
      always(`roboflow_project_info{workspace="w${workspace}",project="p${index}",project_name="Project ${index}"}`, 1),
    ),
    ...world.labelers.map(({ workspace }, index) =>
      always(
        `roboflow_labeler_info{workspace="w${workspace}",labeler="l${index}",labeler_name="Labeler ${index}",kind="human"}`,
        1,
      ),
    ),
  ];
}

/** What the exporter would publish of the world, from the end of its past on. */
export function gauges(world: World, sampling: Sampling): Gauge[] {
  return [
    ...constantGauges(world, ticks(sampling).length),
    ...(sampling.calendar ? calendarGauges(world, sampling) : []),
    ...(sampling.leave === true ? leaveGauges(world, sampling) : []),
    ...world.pairs.flatMap((pair) => pairGauges(pair, sampling)),
  ];
}
