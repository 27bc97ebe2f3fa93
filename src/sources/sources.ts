import { backlog } from "./backlog/backlog.ts";
import { insights } from "./insights/insights.ts";
import { legacy } from "./legacy/legacy.ts";
import type { Source } from "./source.ts";

/**
 * Every source, the most important first: what an earlier one names, later ones do not name again, and the series limit
 * leaves out the last one's families first.
 */
export const SOURCES: readonly Source[] = [insights, legacy, backlog];
