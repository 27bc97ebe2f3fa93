import { demoTeams } from "../../dist/cli/demo.js";

/** The section `people` of a scene's configuration: the demo's own, or the scene's teams, dealt out in turn. */
export function peopleOf({ isDemo = false, teams = [] }, workspaces) {
  if (isDemo) return { teams: demoTeams(workspaces) };
  const ids = workspaces.flatMap(({ labelers }) => labelers.map(({ id }) => id));
  const inTurn = (turn) => ids.filter((_, index) => index % teams.length === turn);
  return teams.length === 0 ? {} : { teams: Object.fromEntries(teams.map((team, turn) => [team, inTurn(turn)])) };
}

/** A workspace's part of the configuration: of the first one also what a scene has for it alone. */
export function configOf({ config, first = {} }, index) {
  return { ...config, ...(index === 0 ? first : {}) };
}

/** The calendar day so many days ago, in UTC. */
function daysAgo(days) {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * What the pictures show: a world, what the exporter is configured with, and how much past there is. `isDemo` runs the
 * command demo, so that all is as it is shipped. `polls` is how often
 * the past was polled: "hourly", "recent" where that is so for the last two weeks alone, or "daily" at midnight, and whole weeks ago, where many rows make the past large. `first` is configuration of the first
 * workspace alone.
 */
export const SCENES = {
  demo: {
    isDemo: true,
    world: {},
    workspaces: 2,
    config: { approval_target: 0.9 },
    // As in the shipped demo.
    first: { backlog: true, legacy: true },
    days: 36,
    polls: "hourly",
    live: 150,
    wanted: { workspace: "aerial-survey", project: "Rooftop Panels", labeler: "Robin Fading" },
  },
  "one-labeler": {
    world: { projects: 1, labelers: 1 },
    workspaces: 1,
    config: { approval_target: 0.99 },
    first: { backlog: true },
    days: 35,
    polls: "recent",
    live: 60,
    wanted: {},
  },
  "large-team": {
    world: { projects: 12, labelers: 200 },
    workspaces: 1,
    config: { approval_target: 0.95 },
    first: { backlog: true },
    teams: ["East", "North", "West"],
    days: 16,
    polls: "daily",
    live: 120,
    wanted: { project: "Project 0005", labeler: "Labeler 0100" },
  },
  "new-labelers": {
    world: { projects: 2, labelers: 5, joined: { 3: daysAgo(20), 4: daysAgo(9) } },
    workspaces: 1,
    config: {},
    first: { backlog: true, deadline: { "rooftop-panels": daysAgo(-40) } },
    days: 36,
    polls: "recent",
    live: 60,
    wanted: {},
  },
  empty: {
    world: { projects: 1, labelers: 0 },
    workspaces: 1,
    config: {},
    first: { backlog: true },
    days: 16,
    polls: "daily",
    live: 60,
    wanted: {},
  },
  filtered: {
    world: {},
    workspaces: 1,
    config: { projects: ["land-cover"] },
    days: 16,
    polls: "hourly",
    live: 60,
    wanted: {},
  },
  "first-hour": {
    world: {},
    workspaces: 2,
    config: {},
    days: 0,
    polls: "hourly",
    live: 60,
    wanted: { workspace: "aerial-survey", project: "Rooftop Panels" },
  },
};
