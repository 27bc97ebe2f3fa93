import { workspacePlans, type LabelerPlan, type ProjectPlan, type WorkspacePlan } from "./catalogue.ts";
import { LEGACY_FIRST_DAY, readDay } from "./days.ts";
import { paceOf, type Pace } from "./pace.ts";
import { between, opaqueId, randomFrom, seedOf } from "./random.ts";

/** A project of the simulated world. Days are counted from 2023-08-01. */
export interface Project {
  readonly index: number;
  readonly seed: number;
  readonly id: string;
  readonly slug: string;
  readonly plan: ProjectPlan;
  readonly createdOn: number;
  /** The day of the last work on it; infinite while there is some. */
  readonly stoppedOn: number;
}

/** A labeler of the simulated world. Shares and ratios go from 0 to 1. */
export interface Labeler {
  readonly index: number;
  readonly seed: number;
  readonly id: string;
  readonly displayName: string;
  readonly email: string;
  readonly system: boolean;
  readonly joinedOn: number;
  readonly diligence: number;
  readonly cleanupShare: number;
  readonly assistShare: number;
  /** First-pass approval of their work. */
  readonly quality: number;
  /** First-pass approval of the last seven days, when it is to fall. */
  readonly falling: number | undefined;
}

/** A workspace: who works there, on what, how densely. */
export interface Workspace {
  readonly name: string;
  readonly id: string;
  readonly apiKey: string;
  readonly seed: number;
  readonly projects: readonly Project[];
  readonly labelers: readonly Labeler[];
  readonly pace: Pace;
}

/** `default`: one labeler's approval falls in the last seven days. `healthy`: everybody's work is good. */
export type Scenario = "default" | "healthy";

/** What the world is made from; all of it is told by these values, nothing by chance. */
export interface WorldOptions {
  readonly seed: number;
  readonly scenario?: Scenario | undefined;
  /** Number of projects of the first workspace. */
  readonly projects?: number | undefined;
  /** Number of labelers of the first workspace. */
  readonly labelers?: number | undefined;
  /** Keys by workspace name; a workspace not named keeps `simulator-key-<name>`. */
  readonly apiKeys?: Readonly<Record<string, string>> | undefined;
}

const QUALITY = { default: [0.93, 0.98], healthy: [0.96, 0.985] } as const;
const START_UP_DAYS = 90;

function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

function makeProject(workspaceSeed: number, plan: ProjectPlan, index: number): Project {
  const seed = seedOf(workspaceSeed, 1, index);
  // The first project and the first labeler are there from the start, so that `all` begins where the API's data begins,
  // and the legacy endpoint has days before that.
  const createdOn = index === 0 ? LEGACY_FIRST_DAY : seed % START_UP_DAYS;
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
    joinedOn: index === 0 ? LEGACY_FIRST_DAY : seed % START_UP_DAYS,
    diligence: plan.diligence ?? between(random, [0.6, 0.9]),
    // Whose approval falls must have enough reviewed work on every weekday for the fall to be seen.
    cleanupShare: plan.falling === undefined ? between(random, [0.02, 0.06]) : 0,
    assistShare: between(random, [0, 0.5]),
    quality: between(random, QUALITY[scenario]),
    falling: scenario === "healthy" ? undefined : plan.falling,
  };
}

function makeWorkspace(options: WorldOptions, plan: WorkspacePlan, index: number): Workspace {
  const seed = seedOf(options.seed, index);
  const scenario = options.scenario ?? "default";
  return {
    name: plan.name,
    id: opaqueId(seed, 20),
    apiKey: options.apiKeys?.[plan.name] ?? `simulator-key-${plan.name}`,
    seed,
    projects: plan.projects.map((project, at) => makeProject(seed, project, at)),
    labelers: plan.labelers.map((labeler, at) => makeLabeler(seed, scenario, labeler, at)),
    pace: paceOf(plan.projects, plan.labelers),
  };
}

/** Makes the world: the same options give the same world, ids included. */
export function createWorld(options: WorldOptions): readonly Workspace[] {
  const plans = workspacePlans(options.projects, options.labelers);
  return plans.map((plan, index) => makeWorkspace(options, plan, index));
}

/** The approval the scenario begins with: labelers whose work of the last seven days is reviewed otherwise. */
export function fallingApprovals(world: readonly Workspace[]): ReadonlyMap<string, number> {
  const labelers = world.flatMap((workspace) => workspace.labelers);
  return new Map(labelers.flatMap(({ id, falling }) => (falling === undefined ? [] : [[id, falling]])));
}
