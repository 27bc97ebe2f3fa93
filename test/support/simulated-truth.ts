import { parseWindow, windowRange } from "../../src/calendar/windows.ts";
import type { Simulator } from "../../src/simulator/server.ts";

/** A row of the API's answer, as far as the tests need it. */
export interface TrueRow {
  readonly projectName: string;
  readonly labelerId: string;
  readonly imagesLabeled: number;
  readonly boxesDrawn: number;
  /** Percent; absent where the project is not reviewed. */
  readonly approvalRate?: number;
  readonly approved?: number;
  readonly rejected?: number;
}

/** What the simulated API says of a workspace, asked past the exporter. */
export interface Truth {
  readonly data: readonly TrueRow[];
  readonly labelers: readonly { readonly id: string; readonly displayName: string }[];
  readonly stats: { readonly numImagesLabeled: number; readonly numBoxesDrawn: number; readonly approvalRate: number };
}

/** Asks the simulator itself for days, both included. */
export async function truthOf(simulator: Simulator, name: string, startDate: string, endDate: string): Promise<Truth> {
  const apiKey = simulator.workspaces.find((workspace) => workspace.name === name)?.apiKey ?? "";
  const query = new URLSearchParams({ api_key: apiKey, startDate, endDate });
  return (await (await fetch(`${simulator.url}/${name}/stats?${query.toString()}`)).json()) as Truth;
}

/** Asks it for one of the exporter's windows. */
export async function truthOfWindow(simulator: Simulator, name: string, window: string, today: string): Promise<Truth> {
  const known = parseWindow(window);
  if (!known) throw new Error(`no window ${window}`);
  const { startDate, endDate } = windowRange(known, today);
  return truthOf(simulator, name, startDate, endDate);
}

/** Adds up one number of each row by a name. */
export function sumBy<T>(rows: readonly T[], nameOf: (row: T) => string, valueOf: (row: T) => number) {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(nameOf(row), (sums.get(nameOf(row)) ?? 0) + valueOf(row));
  return sums;
}
