import fc from "fast-check";
import { expect, test } from "vitest";
import {
  batchesOf,
  type JobAnswer,
  jobsOf,
  projectsOf,
  simulate,
  stats,
  sure,
  total,
} from "../unit/simulator/support.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FIRST_MS = Date.parse("2023-08-01");
const SPAN_MINUTES = 1500 * 1440;

const { simulation, clock } = simulate({ seed: 42 });
const ids = simulation.workspaces.flatMap(({ name, projects }) => projects.map(({ slug }) => `${name}/${slug}`));

const minute = fc.nat(SPAN_MINUTES);
const id = fc.constantFrom(...ids);

function setTo(minutes: number): void {
  clock.ms = FIRST_MS + minutes * MINUTE_MS;
}

function projectAt(minutes: number, of: string) {
  setTo(minutes);
  return sure(projectsOf(simulation, sure(of.split("/")[0])).find((project) => project.id === of));
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((all, item) => all + value(item), 0);
}

function labeledIn({ annotated, approved, rejected }: JobAnswer): number {
  return annotated + approved + rejected;
}

test("at any moment images are unannotated or were labeled by the sessions so far, and none are missing", () => {
  fc.assert(
    fc.property(minute, id, (at, of) => {
      const { images, unannotated, splits } = projectAt(at, of);
      const [workspace, project] = of.split("/");
      const question = { workspace: sure(workspace), project: sure(project), endDate: "2099-12-31" };
      const { numImagesLabeled } = stats(simulation, question).stats;
      expect(unannotated).toBeGreaterThanOrEqual(0);
      expect(images - unannotated).toBe(numImagesLabeled);
      expect(sum(Object.values(splits), (count) => count)).toBe(numImagesLabeled);
      expect(sum(batchesOf(simulation, of), (batch) => batch.images)).toBe(images);
    }),
    { numRuns: 20 },
  );
});

test("a job's images are in one state each, and all labeled images are in jobs", () => {
  fc.assert(
    fc.property(minute, id, (at, of) => {
      const { images, unannotated } = projectAt(at, of);
      const jobs = jobsOf(simulation, of);
      for (const job of jobs) {
        const states = [job.unannotated, job.annotated, job.approved, job.rejected];
        expect(Math.min(...states)).toBeGreaterThanOrEqual(0);
        expect(sum(states, (count) => count)).toBe(job.numImages);
        expect(job.status === "assigned").toBe(job.unannotated > 0);
      }
      expect(sum(jobs, labeledIn)).toBe(images - unannotated);
      expect(sum(jobs, (job) => job.unannotated)).toBeLessThanOrEqual(unannotated);
      expect(new Set(jobs.map((job) => job.id)).size).toBe(jobs.length);
    }),
    { numRuns: 15 },
  );
});

test("jobs come from batches that were uploaded before, and hold no more images than those", () => {
  fc.assert(
    fc.property(minute, id, (at, of) => {
      setTo(at);
      const jobs = jobsOf(simulation, of);
      const now = clock.ms / 1000;
      for (const batch of batchesOf(simulation, of)) {
        const own = jobs.filter(({ sourceBatch }) => sourceBatch.endsWith(`/${batch.id}`));
        expect(own.length).toBe(batch.numJobs);
        expect(sum(own, ({ numImages }) => numImages)).toBeLessThanOrEqual(batch.images);
        for (const { created } of own) {
          expect(created._seconds).toBeGreaterThan(batch.uploaded._seconds);
          expect(created._seconds).toBeLessThanOrEqual(now);
        }
      }
      expect(sum(batchesOf(simulation, of), ({ numJobs }) => numJobs)).toBe(jobs.length);
    }),
    { numRuns: 15 },
  );
});

test("as time passes images are only added and labeled, and a job only gets done", () => {
  fc.assert(
    fc.property(minute, fc.integer({ min: 1, max: 200 * 1440 }), id, (at, later, of) => {
      const [before, jobsBefore] = [projectAt(at, of), jobsOf(simulation, of)];
      const [after, jobsAfter] = [projectAt(at + later, of), jobsOf(simulation, of)];
      expect(after.images).toBeGreaterThanOrEqual(before.images);
      expect(after.images - after.unannotated).toBeGreaterThanOrEqual(before.images - before.unannotated);
      expect(after.updated).toBeGreaterThanOrEqual(before.updated);
      const known = new Map(jobsAfter.map((job) => [job.id, job]));
      for (const job of jobsBefore) {
        const same = sure(known.get(job.id));
        const { name, numImages, labeler, reviewer, created } = job;
        expect(same).toMatchObject({ name, numImages, labeler, reviewer, created });
        expect(same.unannotated).toBeLessThanOrEqual(job.unannotated);
      }
    }),
    { numRuns: 12 },
  );
});

test("between two uploads the backlog falls, and an upload raises it by the batch's images", () => {
  fc.assert(
    fc.property(fc.nat(1500), id, (day, of) => {
      const [start, end] = [day * 1440, (day + 1) * 1440];
      const [before, after] = [projectAt(start, of), projectAt(end, of)];
      const isNew = ({ uploaded }: { readonly uploaded: { readonly _seconds: number } }) =>
        uploaded._seconds * 1000 > FIRST_MS + start * MINUTE_MS;
      const uploaded = sum(batchesOf(simulation, of).filter(isNew), (batch) => batch.images);
      const labeled = after.images - after.unannotated - (before.images - before.unannotated);
      expect(after.unannotated).toBe(before.unannotated + uploaded - labeled);
    }),
    { numRuns: 20 },
  );
});

test("once a day's work is reviewed, jobs have the approved images that the statistics have", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1500 }), id, (day, of) => {
      setTo(day * 1440 - 1);
      const [workspace, project] = of.split("/");
      const endDate = new Date(FIRST_MS + day * DAY_MS - 1).toISOString().slice(0, 10);
      const { data } = stats(simulation, { workspace: sure(workspace), project: sure(project), endDate });
      const jobs = jobsOf(simulation, of);
      expect(sum(jobs, ({ approved }) => approved)).toBe(total(data, "approved"));
      expect(jobs.filter(({ status }) => status === "review")).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("the same seed and clock give the same bytes, whatever was asked before, in worlds of any size", () => {
  fc.assert(
    fc.property(fc.integer(), minute, fc.constantFrom(1, 2, 30), (seed, at, size) => {
      const now = () => FIRST_MS + at * MINUTE_MS;
      const [fresh, used] = [1, 2].map(() => simulate({ seed, now, projects: size, labelers: size }).simulation);
      const answers = (one: typeof fresh) => {
        const of = sure(projectsOf(sure(one)).at(-1)).id;
        return JSON.stringify([projectsOf(sure(one)), jobsOf(sure(one), of), batchesOf(sure(one), of)]);
      };
      answers(used);
      expect(answers(used)).toBe(answers(fresh));
    }),
    { numRuns: 6 },
  );
});
