import type { DashboardLink } from "./grafana-types.ts";
import { DOCUMENTATION } from "./variables.ts";

/** Where the reader finds a file of this project. */
export function documentUrl(path: string): string {
  return `\${${DOCUMENTATION}}/${path}`;
}

function panelLink(title: string, path: string): DashboardLink {
  return {
    title,
    type: "link",
    url: documentUrl(path),
    targetBlank: true,
    icon: "external link",
    tooltip: "",
    tags: [],
    asDropdown: false,
    includeVars: false,
    keepTime: false,
  };
}

/**
 * For lines of a window at each moment, which begin with the first poll.
 * @param what is missing where there is no line
 */
export function linesOf(what: string) {
  const noValue = `No ${what}, or the first hour. For the past, run: roboflow-exporter backfill --exact`;
  return { noValue, panelLinks: FIRST_DAY.panelLinks } as const;
}

/** Bars of reviews, which there may be none of. */
export const REVIEW_DAYS = {
  noValue: "No reviews, or the first day. For the past, run: roboflow-exporter backfill --exact",
} as const;

/** Panels that need stored history: what they say on the first day, and where the past comes from. */
export const FIRST_DAY = {
  noValue: "Trends begin tomorrow. For the past, run: roboflow-exporter backfill",
  panelLinks: [panelLink("How to load the past", "docs/backfill.md")],
} as const;
