import fc from "fast-check";
import { expect, test } from "vitest";
import { backlog } from "../../src/sources/backlog/backlog.ts";
import { backlogOfParts, partsOfBacklog } from "../../src/sources/backlog/fields.ts";
import { collectBacklog } from "../../src/sources/backlog/collect.ts";
import type { Sample } from "../../src/metrics/definition.ts";
import type { Ask } from "../../src/roboflow/client.ts";
import { parseJobs, parseProjects } from "../../src/sources/backlog/parse.ts";
import { inOneGo } from "../../src/steps.ts";
import { workspaceFrom } from "../support/exporter-harness.ts";
import { ask, jobsOf, projectsOf, simulate, stats, sure } from "../unit/simulator/support.ts";

const FIRST_MS = Date.parse("2023-08-01");
const SPAN_MINUTES = 1200 * 1440;
const NAME = "aerial-survey";

const { simulation, clock } = simulate({ seed: 7 });
const workspace = workspaceFrom({ name: NAME, windows: ["28d", "all"], backlog: { max_jobs: 1000 } });
const people = { hmacKey: undefined, names: true, email: false, system: [], teams: new Map() };
const client: Ask = ({ path, parameters = {} }) => {
  const query = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const { body } = ask(simulation, `/${path.join("/")}`, query);
  return Promise.resolve({ json: JSON.parse(body) as unknown, bytes: body.length, seconds: 0 });
};
const { signal } = new AbortController();
const deps = { ask: client, observer: { answered: () => undefined, filterIgnored: () => undefined }, signal };

const subject = () => ({ name: NAME, today: new Date(clock.ms).toISOString().slice(0, 10) });

/** What is published at a minute, by metric. */
async function publishedAt(minute: number): Promise<ReadonlyMap<string, readonly Sample[]>> {
  clock.ms = FIRST_MS + minute * 60_000;
  const collected = await backlog.collect(subject(), { workspace, people }, deps);
  const families = inOneGo(collected.families());
  return new Map(families.map(({ definition, samples }) => [definition.name, inOneGo(samples())]));
}

const sumOf = (samples: readonly Sample[] = [], labels: Readonly<Record<string, string>> = {}) =>
  samples
    .filter((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value))
    .reduce((sum, { value }) => sum + value, 0);

test("at any moment what is published is the simulated truth", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(SPAN_MINUTES), async (minute) => {
      const published = await publishedAt(minute);
      for (const listed of projectsOf(simulation, NAME)) {
        const [, slug = ""] = listed.id.split("/");
        const jobs = jobsOf(simulation, listed.id);
        const id = jobs[0]?.["project"];
        const project = typeof id === "string" ? id : listed.id;
        const value = (name: string) => sumOf(published.get(`roboflow_${name}`), { project });
        expect(value("project_images")).toBe(listed.images);
        expect(value("project_images_unannotated")).toBe(listed.unannotated);
        const question = { workspace: NAME, project: slug, endDate: "2099-12-31" };
        expect(listed.images - value("project_images_unannotated")).toBe(
          stats(simulation, question).stats["numImagesLabeled"],
        );
        expect(sumOf(published.get("roboflow_project_images_uploaded"), { project, window: "all" })).toBe(
          listed.images,
        );
        if (jobs.length <= 1000) {
          const states = sumOf(published.get("roboflow_job_images"), { project });
          expect(states).toBe(jobs.reduce((sum, { numImages }) => sum + numImages, 0));
        }
      }
    }),
    { numRuns: 8 },
  );
});

test("what is left falls as images are labeled, and rises by what is uploaded", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(SPAN_MINUTES), fc.integer({ min: 1, max: 20 * 1440 }), async (minute, later) => {
      const before = await publishedAt(minute);
      const after = await publishedAt(minute + later);
      const value = (of: typeof before, name: string) => sumOf(of.get(`roboflow_project_${name}`));
      const uploaded = value(after, "images") - value(before, "images");
      const labeled = (of: typeof before) => value(of, "images") - value(of, "images_unannotated");
      expect(uploaded).toBeGreaterThanOrEqual(0);
      expect(labeled(after)).toBeGreaterThanOrEqual(labeled(before));
      expect(value(after, "images_unannotated")).toBe(
        value(before, "images_unannotated") + uploaded - (labeled(after) - labeled(before)),
      );
    }),
    { numRuns: 8 },
  );
});

test("what is kept over a restart comes back as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(SPAN_MINUTES), async (minute) => {
      clock.ms = FIRST_MS + minute * 60_000;
      const collected = await collectBacklog(subject(), workspace, deps);
      const parts: unknown = JSON.parse(JSON.stringify(partsOfBacklog(collected)));
      expect(backlogOfParts(sure(Array.isArray(parts) ? (parts as unknown[]) : undefined))).toEqual(collected);
    }),
    { numRuns: 4 },
  );
});

const json = fc.jsonValue({ maxDepth: 4 });

test("whatever the API answers is read, or refused as an answer", () => {
  const field = fc.oneof(json, fc.constantFrom("acme/cells", "j1", 5, null, { _seconds: 1732000000 }));
  const item = fc.dictionary(
    fc.constantFrom(
      "id",
      "name",
      "images",
      "unannotated",
      "splits",
      "classes",
      "updated",
      "project",
      "labeler",
      "created",
    ),
    field,
  );
  fc.assert(
    fc.property(fc.oneof(json, fc.array(fc.oneof(item, json))), (list) => {
      for (const read of [() => parseProjects({ workspace: { projects: list } }), () => parseJobs(list)]) {
        try {
          const { items } = inOneGo<{ readonly items: readonly { readonly values: object }[] }>(read());
          for (const { values } of items)
            for (const value of Object.values(values) as number[])
              expect(value >= 0 && Number.isFinite(value)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ reason: "invalid_schema" });
        }
      }
    }),
    { numRuns: 300 },
  );
});
