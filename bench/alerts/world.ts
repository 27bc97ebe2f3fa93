import { Chance } from "./chance.ts";

/** Days before the first one that the gauges show: the past that the window `all` begins with. */
export const PAST_DAYS = 84;
/** Days that the rules see before they are judged, so that every window and look back is full. */
const SETTLING_DAYS = 4;
const JUDGED_DAYS = 90;
export const DAYS = PAST_DAYS + SETTLING_DAYS + JUDGED_DAYS;
export const FIRST_JUDGED = PAST_DAYS + SETTLING_DAYS;
/** The target of every project: the default of the rules. */
export const TARGET = 0.9;

/** What a world is made of. `quality` and `output` say which faults it has. */
export interface Recipe {
  readonly seed: number;
  /** How alike the images that are reviewed on one day are: their intraclass correlation. */
  readonly rho: number;
  readonly workspaces: number;
  readonly labelersPerWorkspace: number;
  readonly faults: "quality" | "output";
}

/** A change for the worse whose day is known; the day it ends on is over again. */
export interface Fault {
  readonly kind: "fall" | "stop" | "drop" | "backlog" | "gone";
  readonly from: number;
  readonly to: number;
}

/** Counts by day of one labeler in one project. */
export interface Pair {
  readonly workspace: number;
  readonly project: number;
  readonly labeler: number;
  readonly labeled: Int32Array;
  readonly approved: Int32Array;
  readonly rejected: Int32Array;
  /** The true share of approvals without a fault. */
  readonly share: number;
}

export interface Project {
  readonly workspace: number;
  readonly meanShare: number;
  readonly reviewShare: number;
  readonly lagDays: number;
  /** The last day with work, and how many days the work takes to fade out before it. */
  readonly endsOn: number;
  readonly fadeDays: number;
  readonly faults: readonly Fault[];
}

export interface Labeler {
  readonly workspace: number;
  readonly startsOn: number;
  readonly perDay: number;
  readonly weekdays: readonly boolean[];
  readonly vacations: readonly { readonly from: number; readonly to: number }[];
  readonly projects: readonly { readonly project: number; readonly weight: number; readonly from: number }[];
  readonly faults: readonly Fault[];
}

export interface Workspace {
  readonly holidays: ReadonlySet<number>;
  readonly faults: readonly Fault[];
}

/** Everything that happened, and why. Units are numbered through all workspaces. */
export interface World {
  readonly recipe: Recipe;
  readonly workspaces: readonly Workspace[];
  readonly projects: readonly Project[];
  readonly labelers: readonly Labeler[];
  readonly pairs: readonly Pair[];
}

/** 0 is Thursday, 1 January 1970, where promtool's tests begin once the past is over. */
export function weekday(day: number): number {
  return (((day - PAST_DAYS + 4) % 7) + 7) % 7;
}

export function isWorkingDay({ holidays }: Workspace, day: number): boolean {
  return weekday(day) !== 0 && weekday(day) !== 6 && !holidays.has(day);
}

const lasts = (faults: readonly Fault[], kind: Fault["kind"], day: number) =>
  faults.some((fault) => fault.kind === kind && fault.from <= day && day < fault.to);

function makeWorkspace(chance: Chance, { faults }: Recipe): Workspace {
  const holidays = new Set<number>();
  while (holidays.size < 7) holidays.add(chance.whole(0, DAYS - 1));
  // Holidays come in pairs, too: Easter, Christmas.
  const pair = chance.whole(FIRST_JUDGED, DAYS - 5);
  holidays.add(pair).add(pair + (weekday(pair) === 5 ? 3 : 1));
  const own: Fault[] = [];
  if (faults === "output" && chance.is(0.5)) {
    const from = chance.whole(FIRST_JUDGED + 5, DAYS - 20);
    own.push({ kind: "stop", from, to: from + 7 });
  }
  return { holidays, faults: own };
}

function projectFaults(chance: Chance, endsOn: number): Fault[] {
  const from = chance.whole(FIRST_JUDGED + 5, DAYS - 30);
  if (from > endsOn - 40 || !chance.is(0.4)) return [];
  const kind = (["stop", "drop", "backlog"] as const)[chance.whole(0, 2)] ?? "stop";
  return [{ kind, from, to: from + (kind === "stop" ? 7 : 25) }];
}

function makeProject(chance: Chance, workspace: number, { faults }: Recipe): Project {
  const ends = chance.is(0.2);
  const endsOn = ends ? chance.whole(FIRST_JUDGED, DAYS) : DAYS + 100;
  return {
    workspace,
    meanShare: chance.between(0.93, 0.97),
    reviewShare: chance.between(0.3, 1),
    lagDays: chance.between(0.2, 2.5),
    endsOn,
    fadeDays: chance.whole(3, 14),
    faults: faults === "output" ? projectFaults(chance, endsOn) : [],
  };
}

/** In every other workspace nobody falls, so that projects and workspaces without a fault are there, too. */
function labelerFaults(chance: Chance, startsOn: number, workspace: number, { faults }: Recipe): Fault[] {
  const from = chance.whole(FIRST_JUDGED + 3, DAYS - 35);
  if (startsOn > from - 45) return [];
  if (faults === "quality") return workspace % 2 === 0 && chance.is(0.4) ? [{ kind: "fall", from, to: DAYS }] : [];
  return chance.is(0.06) ? [{ kind: "gone", from, to: DAYS }] : [];
}

/** About 30 days of leave a year: mostly a week or less at a time, sometimes two. */
function makeVacations(chance: Chance): { from: number; to: number }[] {
  const blocks = chance.is(0.2) ? 2 : chance.is(0.6) ? 1 : 0;
  return Array.from({ length: blocks }, () => {
    const from = chance.whole(PAST_DAYS, DAYS - 10);
    return { from, to: from + (chance.is(0.75) ? chance.whole(3, 9) : chance.whole(10, 16)) };
  });
}

function makeWeekdays(chance: Chance): boolean[] {
  const partTime = chance.is(0.25);
  const days = partTime ? new Set([chance.whole(1, 5), chance.whole(1, 5), chance.whole(1, 5)]) : undefined;
  return Array.from({ length: 7 }, (_, day) => day > 0 && day < 6 && (days?.has(day) ?? true));
}

function makeLabeler(chance: Chance, workspace: number, projects: readonly number[], recipe: Recipe): Labeler {
  const pick = () => projects[chance.whole(0, projects.length - 1)] ?? 0;
  const startsOn = chance.is(0.12) ? chance.whole(PAST_DAYS, DAYS - 10) : 0;
  const count = chance.is(0.65) ? 1 : chance.whole(2, 3);
  const chosen = [...new Set(Array.from({ length: count }, pick))];
  const own = chosen.map((project) => ({ project, weight: 1 / chosen.length, from: 0 }));
  // Some move to another project one day.
  if (chance.is(0.06)) own.push({ project: pick(), weight: 1, from: chance.whole(FIRST_JUDGED, DAYS) });
  return {
    workspace,
    startsOn,
    perDay: Math.min(200, Math.max(5, 30 * Math.exp(0.8 * chance.normal()))),
    weekdays: makeWeekdays(chance),
    vacations: makeVacations(chance),
    projects: own,
    faults: labelerFaults(chance, startsOn, workspace, recipe),
  };
}

function isAtWork(labeler: Labeler, workspace: Workspace, day: number, chance: Chance): boolean {
  if (day < labeler.startsOn || lasts(labeler.faults, "gone", day)) return false;
  if (labeler.vacations.some(({ from, to }) => from <= day && day < to)) return false;
  if (lasts(workspace.faults, "stop", day)) return false;
  // A few work on holidays and at weekends.
  if (!isWorkingDay(workspace, day) || labeler.weekdays[weekday(day)] !== true) return chance.is(0.02);
  return chance.is(0.96);
}

/** How much of the usual work a project has on a day. */
function workload({ faults, endsOn, fadeDays }: Project, day: number): number {
  if (day > endsOn || lasts(faults, "stop", day)) return 0;
  const fading = Math.min(1, (endsOn - day + 1) / fadeDays);
  return fading * (lasts(faults, "drop", day) ? 0.25 : 1);
}

/** The day of review of an image labeled on `day`: a working day, some days later. */
function reviewDay(chance: Chance, workspace: Workspace, project: Project, day: number): number {
  let at = day + Math.min(5, Math.floor(-Math.log(1 - chance.next()) * project.lagDays));
  while (!isWorkingDay(workspace, at)) at++;
  return at;
}

function workOf(world: Omit<World, "pairs">, labeler: number, chance: Chance): Pair[] {
  const who = world.labelers[labeler];
  const workspace = who && world.workspaces[who.workspace];
  if (!who || !workspace) return [];
  const pairs = new Map<number, Pair>();
  const pairOf = (project: number, meanShare: number): Pair => {
    const known = pairs.get(project);
    if (known) return known;
    const counts = () => new Int32Array(DAYS + 12);
    const share = Math.min(0.995, chance.share(meanShare, 0.01));
    const ids = { workspace: who.workspace, project, labeler };
    const made = { ...ids, labeled: counts(), approved: counts(), rejected: counts(), share };
    pairs.set(project, made);
    return made;
  };
  const waiting = new Map<Pair, Int32Array>();
  for (let day = 0; day < DAYS; day++) {
    const atWork = isAtWork(who, workspace, day, chance);
    const moved = who.projects.some(({ from }) => from > 0 && day >= from);
    for (const { project, weight, from } of who.projects) {
      const where = world.projects[project];
      if (!where || !atWork || from > day || (moved && from === 0)) continue;
      const pair = pairOf(project, where.meanShare);
      const images = chance.poisson(who.perDay * weight * Math.exp(0.3 * chance.normal()) * workload(where, day));
      pair.labeled[day] = (pair.labeled[day] ?? 0) + images;
      const share = where.reviewShare * (lasts(where.faults, "backlog", day) ? 0.1 : 1);
      const arrivals = waiting.get(pair) ?? new Int32Array(DAYS + 30);
      waiting.set(pair, arrivals);
      for (let image = 0; image < images; image++)
        if (chance.is(share)) {
          const at = reviewDay(chance, workspace, where, day);
          arrivals[at] = (arrivals[at] ?? 0) + 1;
        }
    }
  }
  for (const [pair, arrivals] of waiting)
    for (let day = 0; day < DAYS; day++) {
      const n = arrivals[day] ?? 0;
      if (n === 0) continue;
      const mean = Math.max(0.02, pair.share - (lasts(who.faults, "fall", day) ? 0.15 : 0));
      const approved = chance.binomial(n, chance.share(mean, world.recipe.rho));
      pair.approved[day] = approved;
      pair.rejected[day] = n - approved;
    }
  return [...pairs.values()];
}

/** Lets the days pass. The same recipe gives the same world. */
export function simulate(recipe: Recipe): World {
  const chance = new Chance(recipe.seed);
  const workspaces = Array.from({ length: recipe.workspaces }, () => makeWorkspace(chance, recipe));
  const projects: Project[] = [];
  const labelers: Labeler[] = [];
  for (const workspace of workspaces.keys()) {
    const own = Array.from(
      { length: chance.whole(2, 4) },
      () => projects.push(makeProject(chance, workspace, recipe)) - 1,
    );
    for (let index = 0; index < recipe.labelersPerWorkspace; index++)
      labelers.push(makeLabeler(chance, workspace, own, recipe));
  }
  const world = { recipe, workspaces, projects, labelers };
  return { ...world, pairs: labelers.flatMap((_, labeler) => workOf(world, labeler, chance)) };
}
