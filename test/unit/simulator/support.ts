import { createSimulation, type Simulation, type SimulationOptions } from "../../../src/simulator/simulation.ts";

export const NOW = Date.parse("2026-11-18T15:00:00Z");
export const TODAY = "2026-11-18";

export interface Row {
  readonly [field: string]: unknown;
  readonly projectId: string;
  readonly projectName: string;
  readonly labelerId: string;
  readonly imagesLabeled: number;
  readonly boxesDrawn: number;
  readonly markedNull: number;
  readonly modelAssisted: number;
  readonly approved?: number;
  readonly rejected?: number;
  readonly approvalRate?: number;
  readonly netBoxesAdded: number;
  readonly netBoxesUpdated: number;
  readonly boxesAdded: number;
  readonly boxesRemoved: number;
  readonly boxesUpdated: number;
}

export interface StatsAnswer {
  readonly data: readonly Row[];
  readonly labelers: readonly { id: string; displayName: string; email: string }[];
  readonly stats: Readonly<Record<string, number>>;
  readonly meta: { readonly notices: readonly string[] };
}

export interface Question {
  readonly workspace?: string;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly project?: string;
  readonly userId?: string;
}

/** A simulation whose clock can be set. */
export function simulate(options: Partial<SimulationOptions> = {}) {
  const clock = { ms: NOW };
  return { clock, simulation: createSimulation({ seed: 1, now: () => clock.ms, ...options }) };
}

/** The bytes of an answer to a request with a valid key. */
export function ask(simulation: Simulation, path: string, query: Record<string, string> = {}) {
  const name = path.split("/")[1] ?? "";
  const owner = simulation.workspaces.find((workspace) => workspace.name === name) ?? simulation.workspaces[0];
  return simulation.respond({ method: "GET", path, query: new URLSearchParams(query), apiKey: owner?.apiKey });
}

/** Asks for statistics; all of history by default. */
export function stats(simulation: Simulation, question: Question = {}): StatsAnswer {
  const { workspace = "aerial-survey", ...rest } = question;
  const query = { startDate: "2023-08-01", endDate: TODAY, ...rest };
  return JSON.parse(ask(simulation, `/${workspace}/stats`, query).body) as StatsAnswer;
}

/** A value a test knows to be there. */
export function sure<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the test expects a value here");
  return value;
}

export function total(rows: readonly Row[], field: keyof Row): number {
  return rows.reduce((sum, row) => sum + Number(row[field] ?? 0), 0);
}

/** A project as `GET /{workspace}` lists it. */
export interface ProjectAnswer {
  readonly id: string;
  readonly images: number;
  readonly unannotated: number;
  readonly created: number;
  readonly updated: number;
  readonly versions: number;
  readonly splits: Readonly<Record<string, number>>;
  readonly classes: Readonly<Record<string, number>>;
}

interface Timestamp {
  readonly _seconds: number;
  readonly _nanoseconds: number;
}

/** A job as `GET /{workspace}/{project}/jobs` lists it. */
export interface JobAnswer {
  readonly [field: string]: unknown;
  readonly id: string;
  readonly name: string;
  readonly labeler: string;
  readonly reviewer: string;
  readonly status: string;
  readonly numImages: number;
  readonly unannotated: number;
  readonly annotated: number;
  readonly approved: number;
  readonly rejected: number;
  readonly sourceBatch: string;
  readonly createdBy: string;
  readonly created: Timestamp;
}

/** A batch as `GET /{workspace}/{project}/batches` lists it. */
export interface BatchAnswer {
  readonly id: string;
  readonly name: string;
  readonly images: number;
  readonly numJobs: number;
  readonly uploaded: Timestamp;
}

export function projectsOf(simulation: Simulation, workspace = "aerial-survey"): readonly ProjectAnswer[] {
  const { workspace: answer } = JSON.parse(ask(simulation, `/${workspace}`).body) as {
    workspace: { projects: readonly ProjectAnswer[] };
  };
  return answer.projects;
}

/** @param id of the project, with the workspace's name */
export function jobsOf(simulation: Simulation, id: string): readonly JobAnswer[] {
  return (JSON.parse(ask(simulation, `/${id}/jobs`).body) as { jobs: readonly JobAnswer[] }).jobs;
}

/** @param id of the project, with the workspace's name */
export function batchesOf(simulation: Simulation, id: string): readonly BatchAnswer[] {
  return (JSON.parse(ask(simulation, `/${id}/batches`).body) as { batches: readonly BatchAnswer[] }).batches;
}
