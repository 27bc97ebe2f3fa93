import type { Firing } from "./promtool.ts";
import { DAYS, FIRST_JUDGED, type Fault, isWorkingDay, PAST_DAYS, TARGET, type World } from "./world.ts";

const DAYS_PER_MONTH = 30;
/** Working days within which a fault counts as found. */
export const WITHIN = [2, 5, 10, 20] as const;
/** The share of faulty units for which precision is given. */
const FAULTY = 0.05;
/** An episode that begins so soon after another of the same unit is the same one, opened again. */
const REOPENED_DAYS = 3;

/** What an alert is about: whose faults it has to find, and who must not raise it. */
export interface Subject {
  readonly alert: string;
  readonly level: "labeler" | "project" | "workspace";
  readonly finds: readonly Fault["kind"][];
  /** Faults that another alert has to find: a unit that has one is not healthy for this alert either. */
  readonly leaves?: readonly Fault["kind"][];
  /** Whether being below the target from the start is a reason, too. */
  readonly target?: boolean;
}

/** How an alert did. Shares are 0 to 1. */
export interface Verdict {
  readonly alert: string;
  readonly faults: number;
  readonly unitMonths: number;
  readonly falsePer100: number;
  readonly found: readonly number[];
  readonly medianDelay: number | undefined;
  readonly precision: number;
  readonly reopened: number;
}

interface Unit {
  readonly id: string;
  readonly workspace: number;
  readonly faults: readonly Fault[];
  readonly healthy: boolean;
}

function sharesOf(world: World, labeler: number): number[] {
  return world.pairs.filter((pair) => pair.labeler === labeler).map(({ share }) => share);
}

/** Units of a level, with the faults that concern them: of their own, and of the whole they belong to. */
function unitsOf(world: World, { level, finds, leaves = [], target }: Subject): Unit[] {
  const own = (faults: readonly Fault[]) => faults.filter(({ kind }) => finds.includes(kind));
  const unit = (id: string, workspace: number, faults: readonly Fault[], good = true): Unit => ({
    id,
    workspace,
    faults: own(faults),
    healthy: good && own(faults).length === 0 && !faults.some(({ kind }) => leaves.includes(kind)),
  });
  const fallen = (part: (pair: World["pairs"][number]) => boolean) =>
    world.pairs.some((pair) => part(pair) && world.labelers[pair.labeler]?.faults.some(({ kind }) => kind === "fall"));
  if (level === "workspace")
    return world.workspaces.map(({ faults }, index) =>
      unit(`w${index}`, index, faults, !fallen((pair) => pair.workspace === index)),
    );
  if (level === "labeler")
    return world.labelers.map(({ workspace, faults }, index) =>
      unit(`l${index}`, workspace, faults, target !== true || sharesOf(world, index).every((share) => share >= TARGET)),
    );
  return world.projects.map(({ workspace, faults }, index) =>
    unit(
      `p${index}`,
      workspace,
      faults,
      // What concerns the whole workspace is the workspace's alert to find.
      own(world.workspaces[workspace]?.faults ?? []).length === 0 && !fallen(({ project }) => project === index),
    ),
  );
}

/** Spans of ticks without a gap: first and last. */
function episodes(ticks: readonly number[]): [first: number, last: number][] {
  const found: [number, number][] = [];
  for (const tick of ticks) {
    const last = found.at(-1);
    if (last && tick <= last[1] + 1) last[1] = tick;
    else found.push([tick, tick]);
  }
  return found;
}

/** Working days from the fault's first day to a day, the first one not counted. */
function workingDays(world: World, { workspace }: Unit, from: number, to: number): number {
  const where = world.workspaces[workspace];
  if (!where) return NaN;
  let days = 0;
  for (let day = from; day < to; day++) if (isWorkingDay(where, day)) days++;
  return days;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Judges an alert's episodes in the judged days. */
export function judge(worlds: readonly (readonly [World, Firing])[], subject: Subject, everyHours: number): Verdict {
  const perDay = 24 / everyHours;
  const [delays, counts] = [[] as number[], { faults: 0, healthy: 0, false: 0, all: 0, again: 0 }];
  for (const [world, firing] of worlds)
    for (const unit of unitsOf(world, subject)) {
      const ticks = firing.get(`${subject.alert} ${unit.id}`) ?? [];
      const dayOf = (tick: number) => PAST_DAYS + tick / perDay;
      const own = episodes(ticks).filter(([first]) => dayOf(first) >= FIRST_JUDGED);
      counts.all += own.length;
      counts.again += own.filter(([first], index) => {
        const before = own[index - 1];
        return before !== undefined && first - before[1] <= REOPENED_DAYS * perDay;
      }).length;
      if (unit.healthy) {
        counts.healthy++;
        counts.false += own.length;
      }
      for (const { from, to } of unit.faults) {
        counts.faults++;
        const tick = ticks.find((one) => dayOf(one) >= from && dayOf(one) < to);
        if (tick !== undefined) delays.push(workingDays(world, unit, from, Math.floor(dayOf(tick))));
      }
    }
  const months = (counts.healthy * (DAYS - FIRST_JUDGED)) / DAYS_PER_MONTH;
  const falseUnits = counts.healthy === 0 ? 0 : counts.false / counts.healthy;
  const foundUnits = counts.faults === 0 ? 0 : delays.length / counts.faults;
  return {
    alert: subject.alert,
    faults: counts.faults,
    unitMonths: months,
    falsePer100: (100 * counts.false) / months,
    found: WITHIN.map((days) => delays.filter((delay) => delay <= days).length / counts.faults),
    medianDelay: median(delays),
    precision: (FAULTY * foundUnits) / (FAULTY * foundUnits + (1 - FAULTY) * falseUnits),
    reopened: counts.all === 0 ? 0 : counts.again / counts.all,
  };
}
