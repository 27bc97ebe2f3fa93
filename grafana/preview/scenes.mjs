/**
 * What the pictures show: a world, what the exporter is configured with, and how much past there is. `polls` is how often
 * the past was polled: "hourly", or "daily" at midnight where many rows make the past large.
 */
export const SCENES = {
  demo: {
    world: {},
    workspaces: 2,
    config: { approval_target: 0.9, legacy: true },
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
