import { describe, expect, test } from "vitest";
import { ask, batchesOf, jobsOf, projectsOf, simulate, sure, TODAY } from "./support.ts";

const ROOFTOP = "aerial-survey/rooftop-panels";
const STOPPED = "aerial-survey/storm-damage-2024";
const { simulation } = simulate();
const workspace = sure(simulation.workspaces[0]);
const jobs = jobsOf(simulation, ROOFTOP);

test("a job has the fields of the documentation", () => {
  expect(Object.keys(sure(jobs[0])).sort()).toEqual(
    [
      ...["id", "name", "project", "owner", "labeler", "reviewer", "status", "numImages", "unannotated", "annotated"],
      ...["approved", "rejected", "sourceBatch", "createdBy", "created", "instructionsText"],
    ].sort(),
  );
  expect(Object.keys(sure(batchesOf(simulation, ROOFTOP)[0])).sort()).toEqual(
    ["id", "images", "name", "numJobs", "uploaded"].sort(),
  );
});

test("a job names its project by its opaque id, people by e-mail address, and some were created by the API", () => {
  const emails = workspace.labelers.map(({ email }) => email);
  const ids = workspace.labelers.map(({ id }) => id);
  const project = sure(workspace.projects.find(({ slug }) => slug === "rooftop-panels"));
  for (const job of jobs) {
    expect(job).toMatchObject({ project: project.id, owner: workspace.id });
    expect(job.sourceBatch.startsWith(`${project.id}/`)).toBe(true);
    expect([emails.includes(job.labeler), emails.includes(job.reviewer)]).toEqual([true, true]);
    expect(job.createdBy === "API" || ids.includes(job.createdBy)).toBe(true);
  }
  expect(new Set(jobs.map(({ createdBy }) => createdBy === "API")).size).toBe(2);
});

describe("a reviewer", () => {
  test("is another person in a project with review", () => {
    expect(jobs.filter(({ labeler, reviewer }) => labeler === reviewer)).toEqual([]);
    expect(jobs.map(({ reviewer }) => reviewer)).not.toContain("autolabelservice@example.com");
  });

  test("is the labeler in a project without review, and nothing is approved or rejected there", () => {
    for (const job of jobsOf(simulation, "aerial-survey/land-cover"))
      expect(job).toMatchObject({ reviewer: job.labeler, approved: 0, rejected: 0 });
  });

  test("is the labeler where there is only one person", () => {
    const { simulation: alone } = simulate({ labelers: 1 });
    const [job] = jobsOf(alone, ROOFTOP);
    expect(sure(job).reviewer).toBe(sure(job).labeler);
  });
});

test("work of the day waits for review until the evening", () => {
  const { simulation: moving, clock } = simulate();
  const at = (time: string) => {
    clock.ms = Date.parse(`${TODAY}T${time}Z`);
    return jobsOf(moving, ROOFTOP).filter(({ status }) => status !== "complete");
  };
  const [noon, evening] = [at("15:00:00"), at("18:00:00")];
  expect(new Set(noon.map(({ status }) => status))).toEqual(new Set(["assigned", "review"]));
  expect(noon.find(({ status }) => status === "review")).toMatchObject({ unannotated: 0 });
  expect(new Set(evening.map(({ status }) => status))).toEqual(new Set(["assigned"]));
});

test("a project where work has ended keeps one open job with all that was never labeled", () => {
  const { unannotated } = sure(projectsOf(simulation).find(({ id }) => id === STOPPED));
  const open = jobsOf(simulation, STOPPED).filter(({ status }) => status !== "complete");
  expect(unannotated).toBeGreaterThan(0);
  expect(open).toMatchObject([{ status: "assigned", unannotated }]);
  const [last] = batchesOf(simulation, STOPPED).slice(-1);
  expect(new Date(1000 * sure(last).uploaded._seconds).toISOString()).toMatch(/^2024-1/);
});

test("batches are named after their upload, some by the API", () => {
  const names = workspace.projects.flatMap(({ slug }) =>
    batchesOf(simulation, `aerial-survey/${slug}`).map(({ name, uploaded }) => ({
      name,
      at: uploaded._seconds * 1000,
    })),
  );
  expect(names.some(({ name }) => name === "Upload via API")).toBe(true);
  for (const { name, at } of names.filter((one) => one.name !== "Upload via API")) {
    const [, month, day, year, hour, minute] = /^Uploaded on (..)\/(..)\/(..) at (\d):(..) am$/.exec(name) ?? [];
    expect(new Date(at).toISOString().slice(0, 16)).toBe(`20${year}-${month}-${day}T0${hour}:${minute}`);
  }
});

test.each(["jobs", "batches"])("%s of an unknown project are not found", (endpoint) => {
  expect(ask(simulation, `/aerial-survey/atlantis/${endpoint}`).status).toBe(404);
  expect(ask(simulation, `/aerial-survey/${sure(workspace.projects[0]).id}/${endpoint}`).status).toBe(404);
});

test("with mismatched totals a job's images do not add up, as in the published sample", () => {
  const { simulation: odd } = simulate({ behaviour: { stats: "mismatched" } });
  const [job] = jobsOf(odd, ROOFTOP);
  const { numImages, unannotated, annotated, approved, rejected } = sure(job);
  expect(numImages).not.toBe(unannotated + annotated + approved + rejected);
});
