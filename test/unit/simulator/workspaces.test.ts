import { describe, expect, test } from "vitest";

import { createWorkspaces, labelerAt, type WorkspaceOptions } from "../../../src/simulator/workspaces.ts";
import { sure } from "./support.ts";

describe("the default workspaces", () => {
  const workspaces = createWorkspaces({ seed: 1 });
  const labelers = workspaces.flatMap((workspace) => workspace.labelers);
  const projects = workspaces.flatMap((workspace) => workspace.projects);

  test("have two workspaces, six projects of different types and fourteen labelers", () => {
    expect(workspaces.map(({ name, apiKey }) => ({ name, apiKey }))).toEqual([
      { name: "aerial-survey", apiKey: "simulator-key-aerial-survey" },
      { name: "harbor-vision", apiKey: "simulator-key-harbor-vision" },
    ]);
    expect(projects).toHaveLength(6);
    expect(new Set(projects.map(({ plan }) => plan.type)).size).toBe(6);
    expect(labelers).toHaveLength(14);
  });

  test("have ids that look opaque and are unique", () => {
    const human = labelers.filter(({ system }) => !system);
    for (const { id } of human) expect(id).toMatch(/^[A-Za-z0-9]{28}$/);
    for (const { id } of projects) expect(id).toMatch(/^[A-Za-z0-9]{20}$/);
    expect(new Set([...labelers, ...projects].map(({ id }) => id)).size).toBe(20);
  });

  test("have two people of one name, a service, and awkward names", () => {
    const names = labelers.map(({ displayName }) => displayName);
    expect(names.length - new Set(names).size).toBe(1);
    expect(labelers.filter(({ system }) => system).map(({ id }) => id)).toEqual(["autolabelservice"]);
    expect(names.join()).toMatch(/"/);
    expect(names.join()).toMatch(/ö/);
    expect(names.join()).toMatch(/\p{Emoji_Presentation}/u);
    for (const { email } of labelers) expect(email).toMatch(/^[a-z.0-9]+@example\.com$/);
  });

  test("have slugs that fit into a URL", () => {
    for (const { slug } of projects) expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test("depend on the seed alone", () => {
    expect(JSON.stringify(createWorkspaces({ seed: 1 }))).toBe(JSON.stringify(workspaces));
    expect(createWorkspaces({ seed: 2 })[0]?.id).not.toBe(workspaces[0]?.id);
  });

  test("have one labeler whose approval falls, except in the healthy scenario", () => {
    const falling = (options: WorkspaceOptions) =>
      createWorkspaces(options).flatMap(({ labelers: all }) => all.flatMap(({ falling: ratio }) => ratio ?? []));
    expect(falling({ seed: 1 })).toEqual([0.6]);
    expect(falling({ seed: 1, scenario: "healthy" })).toEqual([]);
  });
});

test("only the first workspace grows or shrinks", () => {
  const size = (projects: number, labelers: number) =>
    createWorkspaces({ seed: 1, projects, labelers }).map((workspace) => [
      workspace.projects.length,
      workspace.labelers.length,
    ]);
  expect(size(30, 20)).toEqual([
    [30, 20],
    [2, 5],
  ]);
  expect(size(1, 1)).toEqual([
    [1, 1],
    [2, 5],
  ]);
});

test("keys can be given by workspace", () => {
  const workspaces = createWorkspaces({ seed: 1, apiKeys: { "harbor-vision": "other-key" } });
  expect(workspaces.map(({ apiKey }) => apiKey)).toEqual(["simulator-key-aerial-survey", "other-key"]);
});

test("an index without a labeler is a bug and says so", () => {
  expect(() => labelerAt(sure(createWorkspaces({ seed: 1 })[0]), 99)).toThrow(RangeError);
});

test("people of the first workspace begin on the days that are given", () => {
  const [aerial, harbor] = createWorkspaces({ seed: 1, joined: { 0: "2025-06-02" } });
  const [long, harborsOwn] = createWorkspaces({ seed: 1 });
  const began = (workspace: typeof aerial) => sure(workspace).labelers.map(({ joinedOn }) => joinedOn);
  expect(began(aerial)).toEqual([671, ...began(long).slice(1)]);
  expect(began(harbor)).toEqual(began(harborsOwn));
});
