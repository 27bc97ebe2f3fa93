import { z } from "zod";
import type { BacklogConfig } from "./config.ts";
import { defaultsOf, key } from "./table.ts";
import { day, interval } from "./units.ts";
import * as value from "./values.ts";

/** How much is asked for and published of the work that is left. Each project costs two requests a poll. */
const SHAPE = {
  interval: key(interval(), { default: "1h", note: "Time between polls; must divide an hour or a day evenly" }),
  max_projects: key(value.integer(1, 1000), {
    default: 50,
    note: "Maximum number of projects, two requests for each in a poll; the others, in the order of their slugs, are left out and counted",
  }),
  max_jobs: key(value.integer(1, 1000), {
    default: 100,
    note: "Maximum number of jobs published for a project: first those with images to label, then those with images that are not approved, then the newest",
  }),
  annotations: key(value.yesOrNo(), {
    default: false,
    note: "Publish the number of annotations of each class, one series per class",
  }),
  max_classes: key(value.integer(1, 1000), {
    default: 50,
    note: "With `annotations`: maximum number of classes published for a project, the largest first",
  }),
};

const SETTINGS = value.mapping(SHAPE);
const DEFAULTS = SETTINGS.required().parse(defaultsOf(SETTINGS));

/** The projects and jobs of a workspace: on or off, or on with settings. */
export function backlog() {
  return value.switchable(SHAPE);
}

/** Days by project. */
export function deadlines() {
  const error = "is not a mapping; write each project's slug and day below it, like cells: 2026-12-24";
  return z
    .record(z.string(), day(), { error })
    .superRefine((days, context) => {
      for (const slug of Object.keys(days)) {
        const [problem] = value.project().safeParse(slug).error?.issues ?? [];
        // What stands before the message is the day.
        if (problem) context.addIssue({ code: "custom", path: [slug], message: `has a name that ${problem.message}` });
      }
    })
    .describe("mapping of project slugs to days");
}

/** The settings that hold; undefined where it is off. */
export function resolveBacklog(given: z.output<ReturnType<typeof backlog>>): BacklogConfig | undefined {
  if (given === undefined) return undefined;
  const all = { ...DEFAULTS, ...given };
  return {
    intervalSeconds: all.interval,
    maxProjects: all.max_projects,
    maxJobs: all.max_jobs,
    maxClasses: all.annotations ? all.max_classes : undefined,
  };
}
