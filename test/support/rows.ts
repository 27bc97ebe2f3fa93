import { readFileSync } from "node:fs";
import { type AskedFor, parseStats } from "../../src/sources/insights/parse.ts";
import type { Row, Stats } from "../../src/sources/insights/fields.ts";

/** A parsed answer with a list of its rows. */
export interface ListedStats extends Omit<Stats, "rows"> {
  readonly rows: readonly Row[];
}

/** Parses an answer and lists its rows. */
export function parseListed(json: unknown, asked?: AskedFor): ListedStats {
  const stats = parseStats(json, asked);
  return { ...stats, rows: [...stats.rows] };
}

/** Reads a body from test/fixtures/api/stats. */
export function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/api/stats/${name}.json`, import.meta.url), "utf8"));
}

/** What a good, empty answer is parsed to. */
export const NOTHING: ListedStats = {
  rows: [],
  projects: new Map(),
  labelers: new Map(),
  totals: {},
  workspaceId: undefined,
  notices: [],
  anomalies: [],
  rejected: new Map(),
};

/** A row of project p and labeler l with the given fields. */
export function rowOf(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { projectId: "p", labelerId: "l", ...fields };
}

/** What is parsed from an answer of that one row. */
export function parseRow(fields: Readonly<Record<string, unknown>>): ListedStats {
  return parseListed({ data: [rowOf(fields)] });
}
