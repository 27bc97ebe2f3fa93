import type { LabelerInfo, ProjectInfo } from "./answer.ts";

/** What an answer names, by id. */
interface Named {
  readonly projects: ReadonlyMap<string, ProjectInfo>;
  readonly labelers: ReadonlyMap<string, LabelerInfo>;
}

/** Every project that an answer names; the first answer that knows something counts. */
export function mergeProjects(answers: readonly Pick<Named, "projects">[]): Map<string, ProjectInfo> {
  const merged = new Map<string, ProjectInfo>();
  for (const [id, info] of answers.flatMap(({ projects }) => [...projects])) {
    const seen = merged.get(id);
    merged.set(id, { name: seen?.name ?? info.name, type: seen?.type ?? info.type });
  }
  return merged;
}

interface LabelerAnswer extends Pick<Named, "labelers"> {
  readonly rows: readonly { readonly labeler: string }[];
}

/** Every labeler with a row has an entry, with or without metadata. */
export function mergeLabelers(answers: readonly LabelerAnswer[]): Map<string, LabelerInfo> {
  const merged = new Map<string, LabelerInfo>();
  for (const { rows, labelers } of answers) {
    for (const { labeler } of rows) {
      const [seen, info] = [merged.get(labeler), labelers.get(labeler)];
      merged.set(labeler, { name: seen?.name ?? info?.name, email: seen?.email ?? info?.email });
    }
  }
  return merged;
}
