import type { PeopleConfig } from "../../config/config.ts";
import type { Steps } from "../../steps.ts";
import { hidingOf, withheldNotices } from "../hidden-people.ts";
import type { WindowStats, WorkspaceStats } from "./fields.ts";

/** The statistics without what says who people are, where the configuration hides people; else as they are. */
export function* hidePeople(stats: WorkspaceStats, people: PeopleConfig): Steps<WorkspaceStats> {
  const hiding = hidingOf(people);
  if (!hiding) return stats;
  const windows: WindowStats[] = [];
  for (const window of stats.windows) {
    const rows = window.rows.withLabelers(hiding.labelOf);
    windows.push({ ...window, rows, labelers: hiding.byLabel(window.labelers) });
    yield;
  }
  return { ...stats, windows, labelers: hiding.labelers(stats.labelers), notices: withheldNotices(stats.notices) };
}
