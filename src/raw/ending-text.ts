import type { Ending } from "./write-rows.ts";

/** How far a run came. */
export interface Extent {
  /** Rows left out at the start. */
  readonly start: number;
  readonly written: number;
}

function problemsOf(ending: Ending, { written }: Extent): readonly string[] {
  switch (ending.how) {
    case "complete":
      return [];
    case "interrupted":
      return ["interrupted"];
    case "failed":
      return [ending.error.message];
    case "unwritable":
      return [`standard output cannot be written (${ending.code}); of what this run wrote keep ${written} rows`];
  }
}

function summaryOf({ how }: Ending, { start, written }: Extent): string {
  if (how === "complete") return `complete: ${written} rows written`;
  if (how === "failed" && written === 0) return "failed: nothing was written";
  return `incomplete: ${written} rows written; resume with --offset ${start + written}`;
}

/**
 * What the user is told at the end, line by line. Nothing when the reader went away: that is how `| head` ends, and how many
 * rows it has taken cannot be known.
 */
export function endingText(ending: Ending, extent: Extent): readonly string[] {
  if (ending.how === "unwritable" && ending.code === "EPIPE") return [];
  return [...problemsOf(ending, extent), summaryOf(ending, extent)];
}

/** The exit status: 0 complete, 1 failed before anything was written, 2 incomplete. */
export function exitStatus({ how }: Ending, { written }: Extent): number {
  if (how === "complete") return 0;
  return how === "failed" && written === 0 ? 1 : 2;
}
