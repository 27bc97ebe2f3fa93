import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type EffectiveSetting, effectiveConfig } from "../../../src/config/effective.ts";
import { effectiveYaml } from "../../../src/config/effective-yaml.ts";
import { readAll } from "../../../src/config/load.ts";
import { shardOf } from "../../../src/config/shards.ts";
import { type Case, HMAC_KEY, KEY, sourcesOf } from "../../support/configurations.ts";

function effective(given: Case) {
  return effectiveConfig(readAll(sourcesOf(given)));
}

const yamlOf = (given: Case) => effectiveYaml(effective(given));

function originsOf(settings: readonly EffectiveSetting[] | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries((settings ?? []).map(({ key, value, origin }) => [key, [value, origin]]));
}

const FILE = `
poll: { interval: 30m, timezone: Europe/Berlin }
people: { teams: { A: [u1] } }
workspaces:
  - { name: acme, api_key_file: /key, poll: { interval: 10m }, labelers: [u1, u2], projects: ["a", "b"] }
  - { name: bolt, api_key: ${KEY}2, approval_target: { default: 0.9, "A: b #c": 0.8 }, poll: { schedule: "5 * * * *" } }
`;

describe("where a setting comes from", () => {
  test("flags and defaults", () => {
    const { flags } = effective({ flags: { maxRequests: "12" } });
    expect(originsOf(flags)).toMatchObject({
      "--web.max-requests": [12, "flag --web.max-requests"],
      "--web.telemetry-path": ["/metrics", "default"],
      "--storage.path": [undefined, "default"],
    });
  });

  test("variables come before the file, by the name that was used", () => {
    const env = { ROBOFLOW_API_KEY: KEY, ROBOFLOW_WORKSPACE: "from-env", ROBOFLOW_WINDOWS: "today" };
    const { workspaces } = effective({ env, yaml: "windows: [7d]\nworkspaces: [{ name: acme, api_key_file: /key }]" });
    expect(originsOf(workspaces[0])).toMatchObject({
      name: ["from-env", "environment variable ROBOFLOW_WORKSPACE"],
      api_key: ["<secret>", "environment variable ROBOFLOW_API_KEY"],
      windows: [["today"], "environment variable ROBOFLOW_WINDOWS"],
    });
    expect(Object.keys(originsOf(workspaces[0]))).not.toContain("api_key_file");
  });

  test("a workspace's own key, the top level's, and the default", () => {
    const { common, workspaces } = effective({ yaml: FILE });
    expect(originsOf(workspaces[0])).toMatchObject({
      name: ["acme", "file, workspaces[0].name"],
      api_key_file: ["/key", "file, workspaces[0].api_key_file"],
      "poll.interval": ["10m", "file, workspaces[0].poll.interval"],
      "poll.timezone": ["Europe/Berlin", "file, poll.timezone"],
      "poll.concurrency": [2, "default"],
      "poll.jitter": [undefined, "default"],
    });
    expect(originsOf(workspaces[1])).toMatchObject({ api_key: ["<secret>", "file, workspaces[1].api_key"] });
    expect(Object.keys(originsOf(workspaces[1]))).not.toContain("poll.interval");
    expect(originsOf(common)).toMatchObject({ "people.teams": [{ A: ["u1"] }, "file, people.teams"] });
  });

  test("of several workspaces none has the variable's key", () => {
    const { workspaces } = effective({ yaml: FILE, env: { ROBOFLOW_API_KEY: `${KEY}3` } });
    expect(originsOf(workspaces[0])["api_key"]).toBeUndefined();
  });

  test("a name that the API gives is a default", () => {
    const [workspace] = effective({}).workspaces;
    expect(workspace?.[0]).toEqual({ key: "name", value: undefined, otherwise: "asked of the API", origin: "default" });
  });
});

describe("as YAML", () => {
  test("it can be read as a configuration, and means the same", () => {
    const yaml = yamlOf({ yaml: FILE });
    const again = yamlOf({ yaml: yaml.replace("<secret>", `${KEY}2`) });
    const withoutOrigins = (text: string) => text.replaceAll(/ # (?:file|default)[^\n]*/g, "");
    expect(withoutOrigins(again)).toBe(withoutOrigins(yaml));
    expect(parse(yaml)).toMatchObject({
      "x-flags": { "--config.file": "/config.yml" },
      workspaces: [{ name: "acme", poll: { interval: "10m" } }, { approval_target: { default: 0.9, "A: b #c": 0.8 } }],
    });
  });

  test("each line says where it is from; a default that is not a value is a comment", () => {
    const yaml = yamlOf({ yaml: FILE });
    expect(yaml).toContain("\n  - name: acme # file, workspaces[0].name\n    api_key_file: /key # file,");
    expect(yaml).toContain("\n      timezone: Europe/Berlin # file, poll.timezone\n");
    expect(yaml).toMatch(/\n {6}# jitter: a tenth of [^\n]* \(default\)\n/);
    const value =
      /^(?:#.*|[\w-]+:|\s*|.* # (?:default|flag|file|environment).*|\s+(?:# .* \(default\)|(?:# )?[\w-]+:))$/;
    expect(yaml.split("\n").filter((line) => !value.test(line))).toEqual([]);
  });

  test("a shard says which workspaces are its own, and it can still be read as a configuration", () => {
    const loaded = readAll(sourcesOf({ yaml: FILE, flags: { shard: "1/2" } }));
    const own = { index: shardOf("acme", 2), count: 2 };
    const [mine, other] = [own.index, 1 - own.index];
    expect([shardOf("bolt", 2), loaded.config.shard]).toEqual([other, { index: 1, count: 2 }]);
    const yaml = effectiveYaml(effectiveConfig(loaded, own));
    expect(yaml).toContain(`workspaces:
  # This is shard ${mine}/2. Workspaces that it polls: 1 of 2.
  # polled by this shard
  - name: acme `);
    expect(yaml).toContain(`\n  # polled by shard ${other}/2, not by this one\n  - name: bolt `);
    expect(parse(yaml)).toEqual(parse(effectiveYaml(effectiveConfig(loaded))));
  });

  test("it has no secret", () => {
    const secret =
      "workspaces: [{ name: acme, api_key: rf_S3cretKeyOfTheTests }]\npeople: { identity: hmac, hmac_key_file: /hmac }";
    const yaml = yamlOf({ yaml: secret, env: {} });
    expect(yaml).not.toContain(KEY);
    expect(yaml).not.toContain(HMAC_KEY);
    expect(yaml).toContain("api_key: <secret> # file");
  });

  test.each(["identity: hmac, hmac_key_file: /hmac", "names: false"])("people are hidden with %s", (policy) => {
    const yaml = yamlOf({
      yaml: `
people: { ${policy}, system: [Ann Example], teams: { A: [u-one] } }
calendar: { leave: { u-two: ["2026-11-18"] } }
workspaces: [{ name: acme, api_key_file: /key, labelers: [u-three] }]`,
    });
    for (const name of ["Ann", "u-one", "u-two", "u-three"]) expect(yaml).not.toContain(name);
    expect(yaml).toContain('labelers: "<hidden, as people are>"');
  });
});
