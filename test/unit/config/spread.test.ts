import { describe, expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.ts";
import { problemsOf, sourcesOf } from "../../support/configurations.ts";

const [ONE, TWO] = ["{name: a, api_key: key-of-one}", "{name: b, api_key: key-of-two}"];

function load(yaml: string) {
  return loadConfig(sourcesOf({ yaml, env: { ROBOFLOW_API_KEY: "key-of-env" } }));
}

describe("the spread of polls", () => {
  test.each([
    { name: "of one workspace: none", yaml: "", spread: [[false, 0]] },
    { name: "of one workspace in a list: none", yaml: `workspaces: [${ONE}]`, spread: [[false, 0]] },
    { name: "of one that asks for it: only the later polls", yaml: "poll: {stagger: true}", spread: [[true, 0]] },
    {
      name: "of one with a time for it: its first poll is at once",
      yaml: "poll: {startup_spread: 1m}",
      spread: [[false, 0]],
    },
    {
      name: "of several",
      yaml: `workspaces: [${ONE}, ${TWO}]`,
      spread: [
        [true, 10_000],
        [true, 10_000],
      ],
    },
    {
      name: "of several together",
      yaml: `poll: {stagger: false}\nworkspaces: [${ONE}, ${TWO}]`,
      spread: [
        [false, 0],
        [false, 0],
      ],
    },
    {
      name: "of several together, but for the start",
      yaml: `poll: {stagger: false, startup_spread: 30s}\nworkspaces: [${ONE}, ${TWO}]`,
      spread: [
        [false, 30_000],
        [false, 30_000],
      ],
    },
    {
      name: "as a workspace has it",
      yaml: `poll: {startup_spread: 1m}\nworkspaces: [{name: a, api_key: key-of-one, poll: {stagger: false, startup_spread: 0s}}, ${TWO}]`,
      spread: [
        [false, 0],
        [true, 60_000],
      ],
    },
  ])("$name", ({ yaml, spread }) => {
    expect(load(yaml).workspaces.map(({ poll }) => [poll.stagger, poll.startupSpreadMs])).toEqual(spread);
  });
});

describe("the limits of all requests", () => {
  test.each([
    { yaml: "", requests: { concurrency: 50, share: 50, perSecond: 50 } },
    { yaml: `workspaces: [${ONE}, ${TWO}]`, requests: { concurrency: 50, share: 25, perSecond: 50 } },
    {
      yaml: `api: {concurrency: 7, requests_per_second: 0.5}\nworkspaces: [${ONE}, ${TWO}]`,
      requests: { concurrency: 7, share: 4, perSecond: 0.5 },
    },
    {
      yaml: `api: {concurrency: 1}\nworkspaces: [${ONE}, ${TWO}]`,
      requests: { concurrency: 1, share: 1, perSecond: 50 },
    },
  ])("of $yaml", ({ yaml, requests }) => {
    expect(load(yaml).requests).toEqual(requests);
  });

  test("are refused out of range, of a wrong type, and in a workspace", () => {
    const env = { ROBOFLOW_API_KEY: "key-of-env" };
    const yaml = "api: {concurrency: 0, requests_per_second: 0}\npoll: {stagger: maybe, startup_spread: 2h}";
    expect(problemsOf({ env, yaml })).toEqual([
      "api.concurrency: 0 is not an integer from 1 to 1000; use one in that range",
      "api.requests_per_second: 0 is not a number from 0.01 to 1000; use one in that range",
      'poll.stagger: "maybe" is not true or false; write one of them, without quotes',
      'poll.startup_spread: "2h" is out of range; use 0s to 1h',
    ]);
    expect(problemsOf({ env, yaml: "workspaces: [{api_key: key-of-one, api: {concurrency: 3}}]" })).toEqual([
      expect.stringMatching(/^workspaces\[0\]\.api\.concurrency: is not a known key; /),
    ]);
  });
});
