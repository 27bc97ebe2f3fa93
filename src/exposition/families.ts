import type { MetricDefinition } from "../metrics/definition.ts";
import { renderHeader } from "../metrics/render-family.ts";
import { type Chunk, makeSmallChunk } from "./chunk.ts";
import { joinChunks } from "./joined-chunks.ts";
import type { WorkspaceChunks } from "./workspace-chunks.ts";

/** A family of the exposition. */
export interface Family {
  /** The name of the metric whose lines it has. */
  readonly name: string;
  /** What its first two lines say: in OpenMetrics a counter's family has another name than its lines. */
  readonly header: MetricDefinition;
}

/** The first two lines of each family, which never change. */
const headers = new Map<Family, Chunk>();

function headerOf(family: Family): Chunk {
  const header = headers.get(family) ?? makeSmallChunk(renderHeader(family.header));
  headers.set(family, header);
  return header;
}

/** Family by family, the workspaces in their order. Families without lines are left out. */
export function joinFamilies(families: readonly Family[], all: readonly WorkspaceChunks[]): Chunk {
  const chunks = families.flatMap((family) => {
    const lines = all.flatMap((one) => one.get(family.name) ?? []);
    return lines.length > 0 ? [headerOf(family), ...lines] : [];
  });
  return joinChunks(chunks);
}
