import type { MetricDefinition } from "../metrics/definition.ts";
import { SELF_METRICS } from "../self/metrics.ts";
import { type Format, familyName } from "../self/registry.ts";
import type { WorkspaceCounters } from "../self/workspace-series.ts";
import { createPauses } from "../steps.ts";
import { type Chunk, makeSmallChunk } from "./chunk.ts";
import { type Family, joinFamilies } from "./families.ts";
import { GROUP, type WorkspaceChunks } from "./workspace-chunks.ts";

const METRICS: readonly MetricDefinition[] = Object.values(SELF_METRICS).filter(({ labels }) =>
  labels.some((label) => label === "workspace"),
);

const FAMILIES: Readonly<Record<Format, readonly Family[]>> = {
  text: METRICS.map((header) => ({ name: header.name, header })),
  openmetrics: METRICS.map((header) => ({ name: header.name, header: { ...header, name: familyName(header) } })),
};

interface Rendered {
  readonly revision: number;
  readonly lines: Promise<ReadonlyMap<string, string>>;
}

const rendered = new WeakMap<WorkspaceCounters, Rendered>();

function linesOf(counters: WorkspaceCounters): Rendered["lines"] {
  // Read before the lines are: what is counted meanwhile makes them again.
  const revision = counters.revision();
  const known = rendered.get(counters);
  if (known?.revision === revision) return known.lines;
  const lines = counters.lines();
  rendered.set(counters, { revision, lines });
  // What failed once, for lack of memory for example, is tried again.
  lines.catch(() => rendered.delete(counters));
  return lines;
}

async function makeGroup(members: readonly WorkspaceCounters[]): Promise<WorkspaceChunks> {
  const pause = createPauses();
  const all: ReadonlyMap<string, string>[] = [];
  for (const member of members) {
    all.push(await linesOf(member));
    await pause();
  }
  const chunks = new Map<string, Chunk>();
  for (const { name } of METRICS) {
    const text = all.map((lines) => lines.get(name) ?? "").join("");
    if (text !== "") chunks.set(name, makeSmallChunk(Buffer.from(text)));
    await pause();
  }
  return chunks;
}

interface Group {
  readonly members: readonly WorkspaceCounters[];
  readonly revisions: readonly number[];
  readonly chunks: Promise<WorkspaceChunks>;
}

/** By the first member. */
const groups = new WeakMap<WorkspaceCounters, Group>();

function isSame<T>(some: readonly T[], others: readonly T[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}

function groupOf(members: readonly WorkspaceCounters[], first: WorkspaceCounters): Promise<WorkspaceChunks> {
  const revisions = members.map(({ revision }) => revision());
  const known = groups.get(first);
  if (known && isSame(known.members, members) && isSame(known.revisions, revisions)) return known.chunks;
  const chunks = makeGroup(members);
  groups.set(first, { members, revisions, chunks });
  // When a workspace goes, the groups after it begin with others. Those that began with these are never asked for again.
  for (const other of members.slice(1)) groups.delete(other);
  chunks.catch(() => groups.delete(first));
  return chunks;
}

/**
 * What is counted of workspaces, as a part of a response. Only groups of them in which something was counted since the last
 * time are rendered and compressed: with hundreds of workspaces, the others are nearly all.
 */
export async function composeCounters(workspaces: readonly WorkspaceCounters[], format: Format): Promise<Chunk> {
  const starts = Array.from({ length: Math.ceil(workspaces.length / GROUP) }, (_, index) => index * GROUP);
  const all = starts.flatMap((start) => {
    const members = workspaces.slice(start, start + GROUP);
    const [first] = members;
    return first ? [groupOf(members, first)] : [];
  });
  // At the same time: one after the other, they would wait for hundreds of turns of the event loop.
  return joinFamilies(FAMILIES[format], await Promise.all(all));
}
