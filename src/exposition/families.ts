import type { MetricDefinition } from "../metrics/definition.ts";
import { renderHeader } from "../metrics/render-family.ts";
import { type Chunk, type ChunkMaker, withChunkMaker } from "./chunk.ts";
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

async function headerOf(family: Family, maker: ChunkMaker): Promise<Chunk> {
  const header = headers.get(family) ?? (await maker.make(renderHeader(family.header)));
  headers.set(family, header);
  return header;
}

/** Family by family, the workspaces in their order. Families without lines are left out. */
export async function joinFamilies(families: readonly Family[], all: readonly WorkspaceChunks[]): Promise<Chunk> {
  return withChunkMaker(async (maker) => {
    const chunks: Chunk[] = [];
    for (const family of families) {
      const lines = all.flatMap((one) => one.get(family.name) ?? []);
      if (lines.length > 0) chunks.push(await headerOf(family, maker), ...lines);
    }
    return joinChunks(chunks);
  });
}
