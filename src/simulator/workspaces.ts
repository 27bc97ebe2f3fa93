import { FIRST_WORK_DAY, isWeekend, readDay, weekdayOf } from "./days.ts";
import { workspacePlans, type LabelerPlan, type ProjectPlan, type WorkspacePlan } from "./default-workspaces.ts";
import { between, opaqueId, randomFrom, seedOf } from "./random.ts";

/** A simulated project. Days are counted from 2023-08-01. */
export interface Project {
  readonly index: number;
  readonly seed: number;
  readonly id: string;
  readonly slug: string;
  readonly plan: ProjectPlan;
  readonly createdOn: number;
  /** The day of the last work on it; infinite while work goes on. */
  readonly stoppedOn: number;
}

/** A simulated labeler. Shares and ratios go from 0 to 1. */
export interface Labeler {
  readonly index: number;
  readonly seed: number;
  readonly id: string;
  readonly displayName: string;
  readonly email: string;
  readonly system: boolean;
  readonly joinedOn: number;
  /** Chance to work in the main project on a weekday. */
  readonly diligence: number;
  readonly cleanupShare: number;
  readonly assistShare: number;
  /** First-pass approval of their work. */
  readonly quality: number;
  /** First-pass approval of the last seven days, where it falls. */
  readonly falling: number | undefined;
}

/** How much work is done in a workspace. */
interface Pace {
  /** Minimum and maximum of new images in one session. */
  readonly images: readonly [number, number];
  /** Chance of a second session in the same project on the same day. */
  readonly secondSession: number;
  /** Chance that a labeler works in a project on a day. */
  readonly chance: (project: Project, labeler: Labeler, day: number) => number;
}

/** A simulated workspace: who works there, on what, and how much. */
export interface Workspace {
  readonly name: string;
  readonly id: string;
  readonly apiKey: string;
  readonly seed: number;
  readonly projects: readonly Project[];
  readonly labelers: readonly Labeler[];
  readonly pace: Pace;
}

/** `default`: the approval of one labeler falls in the last seven days. `healthy`: everyone's work is good. */
export type Scenario = "default" | "healthy";

/** What the workspaces are made from. */
export interface WorkspaceOptions {
  readonly seed: number;
  readonly scenario?: Scenario | undefined;
  /** Number of projects of the first workspace. */
  readonly projects?: number | undefined;
  /** Number of labelers of the first workspace. */
  readonly labelers?: number | undefined;
  /** Days on which labelers of the first workspace began, `YYYY-MM-DD`, by their index. The default is long ago. */
  readonly joined?: Readonly<Record<number, string>> | undefined;
  /** API keys by workspace name. The default is `simulator-key-<name>`. */
  readonly apiKeys?: Readonly<Record<string, string>> | undefined;
}

const QUALITY = { default: [0.93, 0.98], healthy: [0.96, 0.985] } as const;
const START_UP_DAYS = 90;
const SIDE_PROJECT = 0.12;
const WEEKEND = 0.06;
/** With more pairs of a project and a labeler, a team's history would be too large to answer for. */
const MAX_TEAM_PAIRS = 100;

/** A team: everyone has one of the main projects, and works in the others now and then. */
function teamPace(main: readonly number[]): Pace {
  return {
    images: [15, 40],
    secondSession: 0.45,
    chance: (project, labeler, day) => {
      const weekday = main[labeler.index % main.length] === project.index ? labeler.diligence : SIDE_PROJECT;
      return isWeekend(day) ? weekday * WEEKEND : weekday;
    },
  };
}

/**
 * A crowd, for benchmarks: each labeler visits each project once a week. Seven days then hold a row for nearly every
 * pair, and the sessions stay few enough to answer for all of history.
 */
const CROWD: Pace = {
  images: [3, 8],
  secondSession: 0,
  chance: (project, labeler, day) => {
    if (isWeekend(day)) return 0.005;
    return (project.index + labeler.index) % 5 === weekdayOf(day) - 1 ? 0.97 : 0;
  },
};

/** The pace by the number of pairs of a project and a labeler. A project where work has ended is not a main project. */
function paceOf({ projects, labelers }: WorkspacePlan): Pace {
  if (projects.length * labelers.length > MAX_TEAM_PAIRS) return CROWD;
  return teamPace(projects.flatMap((plan, index) => (plan.stoppedOn === undefined ? [index] : [])));
}

function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

function makeProject(workspaceSeed: number, plan: ProjectPlan, index: number): Project {
  const seed = seedOf(workspaceSeed, 1, index);
  // The first project and the first labeler exist from the first day on, so that history begins there.
  const createdOn = index === 0 ? FIRST_WORK_DAY : seed % START_UP_DAYS;
  const stoppedOn = (plan.stoppedOn === undefined ? undefined : readDay(plan.stoppedOn)) ?? Infinity;
  return { index, seed, id: opaqueId(seed, 20), slug: slugOf(plan.name), plan, createdOn, stoppedOn };
}

function makeLabeler(workspaceSeed: number, scenario: Scenario, plan: LabelerPlan, index: number): Labeler {
  const seed = seedOf(workspaceSeed, 2, index);
  const random = randomFrom(seed);
  return {
    index,
    seed,
    id: plan.systemId ?? opaqueId(seed, 28),
    displayName: plan.name,
    email: `${plan.mailbox}@example.com`,
    system: plan.systemId !== undefined,
    joinedOn: index === 0 ? FIRST_WORK_DAY : seed % START_UP_DAYS,
    diligence: plan.diligence ?? between(random, [0.6, 0.9]),
    // A fall of approval shows only in enough reviewed work on every weekday.
    cleanupShare: plan.falling === undefined ? between(random, [0.02, 0.06]) : 0,
    assistShare: between(random, [0, 0.5]),
    quality: between(random, QUALITY[scenario]),
    falling: scenario === "healthy" ? undefined : plan.falling,
  };
}

/** Labelers of one workspace. */
function makeLabelers(options: WorkspaceOptions, plan: WorkspacePlan, index: number): readonly Labeler[] {
  const seed = seedOf(options.seed, index);
  const joined = index === 0 ? options.joined : undefined;
  return plan.labelers.map((labeler, at) => {
    const made = makeLabeler(seed, options.scenario ?? "default", labeler, at);
    return { ...made, joinedOn: readDay(joined?.[at] ?? "") ?? made.joinedOn };
  });
}

function makeWorkspace(options: WorkspaceOptions, plan: WorkspacePlan, index: number): Workspace {
  const seed = seedOf(options.seed, index);
  return {
    name: plan.name,
    id: opaqueId(seed, 20),
    apiKey: options.apiKeys?.[plan.name] ?? `simulator-key-${plan.name}`,
    seed,
    projects: plan.projects.map((project, at) => makeProject(seed, project, at)),
    labelers: makeLabelers(options, plan, index),
    pace: paceOf(plan),
  };
}

/** Makes the workspaces: the same options give the same ones, ids included. */
export function createWorkspaces(options: WorkspaceOptions): readonly Workspace[] {
  const plans = workspacePlans(options.projects, options.labelers);
  return plans.map((plan, index) => makeWorkspace(options, plan, index));
}

/** The labeler with an index. */
export function labelerAt(workspace: Workspace, index: number): Labeler {
  const labeler = workspace.labelers[index];
  if (!labeler) throw new RangeError(`${workspace.name} has no labeler ${index}`);
  return labeler;
}
