import fc from "fast-check";
import { textOf } from "../../src/exposition/chunk.ts";
import { type SourceData, renderSourceData } from "../../src/exposition/source-data.ts";
import { composeSnapshot } from "../../src/exposition/snapshot.ts";
import type { WorkspaceState } from "../../src/exposition/workspace-state.ts";
import { workspaceState } from "../../src/poller/state.ts";
import { ROW_FIELDS, type Row, type WorkspaceStats, rowsOf } from "../../src/sources/insights/fields.ts";
import { collectedStats } from "../../src/sources/insights/insights.ts";
import type { Settings } from "../../src/sources/source.ts";
import { workspaceFrom } from "./exporter-harness.ts";
import { momentAt } from "./manual-clock.ts";

export const NOW = Date.parse("2026-11-18T12:00:00Z");
export const PEOPLE = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map<string, string>() };
export const WORKSPACE = workspaceFrom({ approval_target: { default: 0.9 } });

/** Text with all that could break a line: quotes, backslashes, newlines, braces, other scripts, emoji. */
export const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom('"', "\\", "\n", "\r", "n", "{", "}", ",", "=", " ", "#", "ä", "🦝"),
    maxLength: 12,
  }),
);

const values = fc.dictionary(
  fc.constantFrom(...Object.keys(ROW_FIELDS)),
  fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
);

const ids = fc.constantFrom("a", "B", "ä", "10", "9", 'q"', "\\");
const rows: fc.Arbitrary<Row[]> = fc.uniqueArray(fc.record({ project: ids, labeler: ids, values }), {
  selector: ({ project, labeler }) => JSON.stringify([project, labeler]),
  maxLength: 12,
});

/** Statistics of two windows. */
export const stats: fc.Arbitrary<WorkspaceStats> = fc
  .record({ windows: fc.tuple(rows, rows), workspaceId: fc.option(text, { nil: undefined }), name: text })
  .map(({ windows, workspaceId, name }) => statsOf(windows, workspaceId, name));

/** Statistics of so many windows, up to two, with totals of the workspace. */
export function statsOf(
  windows: readonly (readonly Row[])[],
  workspaceId: string | undefined,
  name: string,
): WorkspaceStats {
  const all = windows.flat();
  return {
    workspace: "acme",
    day: new Date(NOW).toISOString().slice(0, 10),
    workspaceId,
    projects: new Map(all.map(({ project }) => [project, { name, type: undefined }])),
    labelers: new Map(all.map(({ labeler }) => [labeler, { name, email: undefined }])),
    windows: windows.map((own, index) => ({
      window: ["today", "28d"][index] ?? "",
      rows: rowsOf(own),
      workspace: { numImagesLabeled: own.length, approvalRate: 50 },
      projects: new Map(),
      labelers: new Map(),
    })),
    notices: [],
  };
}

/** The data of a poll that brought the statistics, after a poll that brought other data. */
export function dataOf(
  given: WorkspaceStats,
  { before, ...settings }: Partial<Settings> & { readonly before?: SourceData } = {},
): Promise<SourceData> {
  const all = { workspace: WORKSPACE, people: PEOPLE, ...settings };
  return renderSourceData(collectedStats(given, all), all, before);
}

/** A workspace's state after a poll. */
export function stateWith(data: SourceData): WorkspaceState {
  const polled = { lastPoll: momentAt(NOW), failure: undefined, lastSuccess: momentAt(NOW), nextPollMs: NOW };
  const source = { ...polled, intervalSeconds: 900, staleAfterMs: 3_600_000, data };
  const state = workspaceState(
    { workspace: WORKSPACE, people: PEOPLE },
    data.workspace,
    new Map([["insights", source]]),
  );
  return { ...state, windows: [] };
}

/** What a scrape shows of one workspace. */
export async function identityOf(state: WorkspaceState): Promise<string> {
  return textOf(await composeSnapshot([state], momentAt(NOW)));
}
