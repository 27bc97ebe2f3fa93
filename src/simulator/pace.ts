import type { LabelerPlan, ProjectPlan } from "./catalogue.ts";
import { isWeekend, weekdayOf } from "./days.ts";

/** Where a labeler may work on a day; `diligence` is theirs. */
export interface Opportunity {
  readonly project: number;
  readonly labeler: number;
  readonly diligence: number;
  readonly day: number;
}

/** How densely a workspace is worked. */
export interface Pace {
  /** Fewest and most new images of one session. */
  readonly images: readonly [number, number];
  /** Chance of a second session in the same project on the same day. */
  readonly secondSession: number;
  /** Chance that a labeler works in a project on a day. */
  readonly chance: (opportunity: Opportunity) => number;
}

const SIDE_PROJECT = 0.12;
const WEEKEND = 0.06;
const DENSE_PAIRS = 100;

/** A team: everybody has a main project and looks into the others now and then. */
function teamPace(main: readonly number[]): Pace {
  return {
    images: [15, 40],
    secondSession: 0.45,
    chance: ({ project, labeler, diligence, day }) => {
      const weekday = main[labeler % main.length] === project ? diligence : SIDE_PROJECT;
      return isWeekend(day) ? weekday * WEEKEND : weekday;
    },
  };
}

/**
 * A crowd, for benchmarks: each labeler visits each project once a week, so that seven days hold a row for
 * nearly every pair while the sessions stay few enough for `all` to be answered.
 */
const CROWD: Pace = {
  images: [3, 8],
  secondSession: 0,
  chance: ({ project, labeler, day }) => {
    if (isWeekend(day)) return 0.005;
    return (project + labeler) % 5 === weekdayOf(day) - 1 ? 0.97 : 0;
  },
};

/** Chooses the pace by the number of (project, labeler) pairs. A stopped project is nobody's main project. */
export function paceOf(projects: readonly ProjectPlan[], labelers: readonly LabelerPlan[]): Pace {
  if (projects.length * labelers.length > DENSE_PAIRS) return CROWD;
  const active = projects.flatMap((plan, index) => (plan.stoppedOn === undefined ? [index] : []));
  return teamPace(active);
}
