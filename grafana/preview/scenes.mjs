import { demoTeams } from "../../dist/cli/demo.js";

/** The section `people` of a scene's configuration: the demo's own, or the scene's teams, dealt out in turn. */
export function peopleOf({ isDemo = false, teams = [] }, workspaces) {
  if (isDemo) return { teams: demoTeams(workspaces) };
  const ids = workspaces.flatMap(({ labelers }) => labelers.map(({ id }) => id));
  const inTurn = (turn) => ids.filter((_, index) => index % teams.length === turn);
  return teams.length === 0 ? {} : { teams: Object.fromEntries(teams.map((team, turn) => [team, inTurn(turn)])) };
}

/**
 * What the pictures show: a world, what the exporter is configured with, and how much past there is. `isDemo` runs the
 * command demo, so that all is as it is shipped. `polls` is how often
 * the past was polled: "hourly", or "daily" at midnight where many rows make the past large.
 */
export const SCENES = {
  demo: {
    isDemo: true,
    world: {},
    workspaces: 2,
    config: { approval_target: 0.9 },
    days: 35,
    polls: "hourly",
    live: 150,
    wanted: { workspace: "aerial-survey", project: "Rooftop Panels", labeler: "Robin Fading" },
  },
  "one-labeler": {
    world: { projects: 1, labelers: 1 },
    workspaces: 1,
    config: { approval_target: 0.99 },
    days: 35,
    polls: "hourly",
    live: 60,
    wanted: {},
  },
  "large-team": {
    world: { projects: 12, labelers: 200 },
    workspaces: 1,
    config: { approval_target: 0.95 },
    teams: ["East", "North", "West"],
    days: 16,
    polls: "daily",
    live: 120,
    wanted: { project: "Project 0005", labeler: "Labeler 0100" },
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
