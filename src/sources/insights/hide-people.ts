import type { PeopleConfig } from "../../config/config.ts";
import type { Steps } from "../../steps.ts";
import { type Hiding, hidingOf, withheldNotices } from "../hidden-people.ts";
import type { Row, WindowStats, WorkspaceStats } from "./fields.ts";

function* hiddenRows(rows: readonly Row[], { labelOf }: Hiding): Steps<readonly Row[]> {
  const hidden: Row[] = [];
  for (const row of rows) {
    hidden.push({ ...row, labeler: labelOf(row.labeler) });
    if (hidden.length % 1_000 === 0) yield;
  }
  return hidden;
}

/** The statistics without what says who people are, where the configuration hides people; else as they are. */
export function* hidePeople(stats: WorkspaceStats, people: PeopleConfig): Steps<WorkspaceStats> {
  const hiding = hidingOf(people);
  if (!hiding) return stats;
  const windows: WindowStats[] = [];
  for (const window of stats.windows)
    windows.push({
      ...window,
      rows: yield* hiddenRows(window.rows, hiding),
      labelers: hiding.byLabel(window.labelers),
    });
  return { ...stats, windows, labelers: hiding.labelers(stats.labelers), notices: withheldNotices(stats.notices) };
}
