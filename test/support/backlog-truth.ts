import type { SimulatedWorkspace, Simulator } from "../../src/simulator/server.ts";

interface ListedProject {
  readonly id: string;
  readonly images: number;
  readonly unannotated: number;
  readonly versions: number;
  readonly updated: number;
  readonly splits: Readonly<Record<string, number>>;
  readonly classes: Readonly<Record<string, number>>;
}

interface Timestamp {
  readonly _seconds: number;
  readonly _nanoseconds: number;
}

interface JobAnswer {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly labeler: string;
  readonly reviewer: string;
  readonly status: string;
  readonly unannotated: number;
  readonly annotated: number;
  readonly approved: number;
  readonly rejected: number;
  readonly created: Timestamp;
}

/** A job as the simulated API has it. */
export interface TrueJob extends JobAnswer {
  readonly states: Readonly<Record<"unannotated" | "annotated" | "approved" | "rejected", number>>;
  readonly createdSeconds: number;
}

/** A project as the simulated API has it. */
export interface TrueProject {
  /** Opaque, as the statistics have it. */
  readonly id: string;
  readonly slug: string;
  readonly listed: ListedProject;
  readonly jobs: readonly TrueJob[];
  readonly batches: readonly { readonly images: number; readonly uploaded: Timestamp }[];
}

function trueJob(job: JobAnswer): TrueJob {
  const { unannotated, annotated, approved, rejected, created } = job;
  const createdSeconds = Math.round(created._seconds * 1000 + created._nanoseconds / 1e6) / 1000;
  return { ...job, states: { unannotated, annotated, approved, rejected }, createdSeconds };
}

/** Asks the simulated API itself for the projects of a workspace, with their jobs and batches. */
export async function truthOfBacklog(
  { url }: Pick<Simulator, "url">,
  { name, apiKey }: Pick<SimulatedWorkspace, "name" | "apiKey">,
): Promise<readonly TrueProject[]> {
  const ask = async (path: string): Promise<unknown> => (await fetch(`${url}/${name}${path}?api_key=${apiKey}`)).json();
  const { workspace } = (await ask("")) as { readonly workspace: { readonly projects: readonly ListedProject[] } };
  return Promise.all(
    workspace.projects.map(async (listed) => {
      const slug = listed.id.slice(listed.id.indexOf("/") + 1);
      const { jobs } = (await ask(`/${slug}/jobs`)) as { readonly jobs: readonly JobAnswer[] };
      const { batches } = (await ask(`/${slug}/batches`)) as Pick<TrueProject, "batches">;
      return { id: jobs[0]?.project ?? "", slug, listed, jobs: jobs.map(trueJob), batches };
    }),
  );
}

/** Labelers' ids by e-mail address, as all of the statistics have them. */
export async function idsByEmail(
  { url }: Pick<Simulator, "url">,
  { name, apiKey }: Pick<SimulatedWorkspace, "name" | "apiKey">,
): Promise<ReadonlyMap<string, string>> {
  const response = await fetch(`${url}/${name}/stats?api_key=${apiKey}&startDate=2023-08-01&endDate=2099-12-31`);
  const { labelers } = (await response.json()) as { readonly labelers: readonly { id: string; email: string }[] };
  return new Map(labelers.map(({ id, email }) => [email, id]));
}
