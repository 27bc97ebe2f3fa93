import { expect, test } from "vitest";
import { configHash, workspaceText } from "../../../src/config/canonical.ts";
import { configFrom, workspaceFrom } from "../../support/exporter-harness.ts";

const PEOPLE = configFrom({ workspaces: [{ name: "acme", api_key: "some-key-0123456789" }] }).people;

const SETTINGS = {
  windows: ["7d", "week"],
  approval_target: { default: 0.9, cells: 0.8, leaves: 0.7 },
  calendar: {
    weekdays: ["monday", "friday"],
    holidays: ["2026-12-25", "2027-01-01"],
    leave: { u7Jq2: ["2026-12-24"] },
  },
};

function hashOf(workspace: Readonly<Record<string, unknown>>, top: Readonly<Record<string, unknown>> = {}): string {
  return configHash(
    configFrom({ ...top, workspaces: [{ name: "acme", api_key: "some-key-0123456789", ...workspace }] }),
  );
}

test("the same settings have the same text, however they are written", () => {
  const other = {
    calendar: {
      leave: { u7Jq2: ["2026-12-24"] },
      holidays: ["2027-01-01", "2026-12-25"],
      weekdays: ["friday", "monday"],
    },
    approval_target: { leaves: 0.7, default: 0.9, cells: 0.8 },
    windows: ["7d", "week"],
  };
  expect(workspaceText(workspaceFrom(SETTINGS), PEOPLE)).toBe(workspaceText(workspaceFrom(other), PEOPLE));
  expect(hashOf(SETTINGS)).toBe(hashOf(other));
  expect(hashOf({})).toMatch(/^[0-9a-f]{64}$/);
  // A default that is written out changes nothing.
  expect(hashOf({ poll: { interval: "15m" } })).toBe(hashOf({}));
});

test.each([
  { windows: ["7d"] },
  { windows: ["week", "7d"] },
  { approval_target: { ...SETTINGS.approval_target, cells: 0.81 } },
  { calendar: { ...SETTINGS.calendar, holidays: ["2026-12-25"] } },
  { calendar: { ...SETTINGS.calendar, leave: { u7Jq2: ["2026-12-23"] } } },
  { limits: { series: 5 } },
  { api: { timeout: "5s" } },
])("another setting has another text and another hash: %j", (change) => {
  const changed = { ...SETTINGS, ...change };
  expect(workspaceText(workspaceFrom(changed), PEOPLE)).not.toBe(workspaceText(workspaceFrom(SETTINGS), PEOPLE));
  expect(hashOf(changed)).not.toBe(hashOf(SETTINGS));
});

test("how people appear is part of it, and the order of workspaces", () => {
  const [acme, beta] = ["acme", "beta"].map((name) => ({ name, api_key: "some-key-0123456789" }));
  const hash = (top: Readonly<Record<string, unknown>>, ...workspaces: unknown[]) =>
    configHash(configFrom({ ...top, workspaces }));
  expect(hash({ people: { teams: { A: ["u7Jq2"] } } }, acme)).not.toBe(hash({}, acme));
  expect(hash({}, acme, beta)).not.toBe(hash({}, beta, acme));
  expect(hash({ api: { concurrency: 7 } }, acme)).not.toBe(hash({}, acme));
});

test("a key decides what is polled, and is not in the hash; one from a file is read again anyway", () => {
  const [one, other] = ["some-key-0123456789", "another-key-0123456789"].map((api_key) => workspaceFrom({ api_key }));
  if (!one || !other) throw new Error("no workspace");
  expect(workspaceText(one, PEOPLE)).not.toBe(workspaceText(other, PEOPLE));
  expect(hashOf({ api_key: "some-key-0123456789" })).toBe(hashOf({ api_key: "another-key-0123456789" }));
  const inFile = { apiKeyFile: "/run/secrets/key" };
  expect(workspaceText({ ...one, ...inFile }, PEOPLE)).toBe(workspaceText({ ...other, ...inFile }, PEOPLE));
  const { requests } = configFrom({ workspaces: [{ name: "acme", api_key: "some-key-0123456789" }] });
  const hashed = (hmacKey: string | undefined) =>
    configHash({ workspaces: [one], requests, people: { ...PEOPLE, hmacKey } });
  expect(hashed("one-secret-0123456789")).toBe(hashed("another-secret-0123456789"));
  expect(hashed("one-secret-0123456789")).not.toBe(hashed(undefined));
});
