import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { differences } from "../support/differences.ts";
import { NODE_OPTIONS } from "../support/node-options.ts";
import { needs, run } from "../support/programs.ts";
import { prometheusText } from "../support/rule-files.ts";

interface ServiceDefinition {
  readonly image?: string;
  readonly build?: { readonly context: string };
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: readonly string[] | Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: object;
}

interface Compose {
  readonly services: Readonly<Record<string, ServiceDefinition>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const DEPLOY = fileURLToPath(new URL("../../deploy", import.meta.url));
const deployed = (name: string) => readFileSync(join(DEPLOY, name), "utf8");
const compose = parse(deployed("compose.yaml"), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const temporary = mkdtempSync(join(tmpdir(), "roboflow-compose-"));
afterAll(() => {
  rmSync(temporary, { recursive: true });
});

// What compose puts in the place of ${NAME:-default} has colons of its own.
const mountsOf = ({ volumes = [] }: ServiceDefinition) => volumes.map((volume) => volume.split(/:(?!-)/));
/** Files that the user may name, or nothing. */
const OPTIONAL = /^\$\{ROBOFLOW_\w+_FILE:-\/dev\/null\}$/;

test.each(services)("%s publishes its ports on the loopback only", (_name, { ports = [] }) => {
  expect(ports.length).toBeGreaterThan(0);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

test.each(services)("%s is an image of an exact version, or built from this repository", (_name, { image, build }) => {
  if (build) expect(existsSync(resolve(DEPLOY, build.context, "Dockerfile"))).toBe(true);
  else expect(image).toMatch(/^docker\.io\/[\w-]+\/[\w-]+:v?\d+\.\d+\.\d+$/);
});

test.each(services)("%s mounts files that exist, read-only, and volumes that are declared", (_name, service) => {
  for (const [source = "", , mode] of mountsOf(service)) {
    if (OPTIONAL.test(source)) expect(mode, source).toBe("ro");
    else if (!source.startsWith(".")) expect(compose.volumes).toHaveProperty(source);
    else {
      expect(existsSync(resolve(DEPLOY, source)), source).toBe(true);
      expect(mode, source).toBe("ro");
    }
  }
});

test.each(services)("%s can write its volumes only, and gain no rights", (_name, service) => {
  expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
});

test.each(services)("%s has a health check", (_name, { healthcheck, build }) => {
  const dockerfile = build ? readFileSync(resolve(DEPLOY, build.context, "Dockerfile"), "utf8") : "";
  expect(healthcheck !== undefined || /^HEALTHCHECK /m.test(dockerfile)).toBe(true);
});

test("no password stands in it, and Grafana has no account to log in with", () => {
  const settings = services.map(([, { environment = {} }]) => (Array.isArray(environment) ? {} : environment));
  expect(settings.flatMap(Object.keys).filter((name) => /PASSWORD|KEY|TOKEN|SECRET/.test(name))).toEqual([]);
  expect(compose.services["grafana"]?.environment).toMatchObject({
    GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: "true",
    GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer",
    GF_AUTH_BASIC_ENABLED: "false",
    GF_AUTH_DISABLE_LOGIN_FORM: "true",
  });
});

test("Prometheus's configuration is the shipped one but for the names of the containers", () => {
  expect(differences(parse(prometheusText("prometheus.yml")), parse(deployed("prometheus.yml")))).toEqual([
    'scrape_configs.0.static_configs.0.targets.0: "127.0.0.1:17626" -> "exporter:17626"',
    'alerting.alertmanagers.0.static_configs.0.targets.0: "127.0.0.1:9093" -> "alertmanager:9093"',
  ]);
  for (const name of ["exporter", "alertmanager"]) expect(compose.services).toHaveProperty(name);
});

test("Grafana finds its data source and its dashboards where they are provisioned", () => {
  const mounts = new Map(mountsOf(compose.services["grafana"] ?? {}).map(([from = "", to = ""]) => [to, from]));
  const provisioned = (path: string) =>
    parse(readFileSync(resolve(DEPLOY, mounts.get("/etc/grafana/provisioning") ?? "", path), "utf8")) as unknown;
  const dashboards = provisioned("dashboards/roboflow.yml") as { providers: { options: { path: string } }[] };
  for (const { options } of dashboards.providers) expect([...mounts.keys()]).toContain(options.path);
  const sources = provisioned("datasources/prometheus.yml") as { datasources: { url: string }[] };
  expect(sources.datasources.map(({ url }) => url)).toEqual(["http://prometheus:9090"]);
  const home = "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH";
  const environment = compose.services["grafana"]?.environment as Record<string, string>;
  const [, file = ""] = (environment[home] ?? "").split("/etc/grafana/dashboards/roboflow/");
  expect(existsSync(resolve(DEPLOY, mounts.get("/etc/grafana/dashboards/roboflow") ?? "", file))).toBe(true);
});

test("promtool and amtool accept the configuration as it is mounted", async (context) => {
  await needs("promtool", context);
  await needs("amtool", context);
  for (const name of ["prometheus", "alertmanager"])
    for (const [source = "", target = ""] of mountsOf(compose.services[name] ?? {}))
      if (source.startsWith(".")) cpSync(resolve(DEPLOY, source), join(temporary, target), { recursive: true });
  const checked = await run("promtool", ["check", "config", join(temporary, "/etc/prometheus/prometheus.yml")]);
  expect(checked.code, checked.output).toBe(0);
  expect(checked.output).toContain(`SUCCESS: ${String(readdirSync("prometheus/rules").length)} rule files found`);
  const am = await run("amtool", ["check-config", join(temporary, "/etc/alertmanager/alertmanager.yml")]);
  expect(am.code, am.output).toBe(0);
});

test("amtool accepts the samples of receivers", async (context) => {
  await needs("amtool", context);
  const [before, samples = ""] = prometheusText("alertmanager.yml").split(/^(?=receivers:)/m);
  const file = join(temporary, "samples.yml");
  writeFileSync(file, `${before ?? ""}${samples.replaceAll(/^ {4}# /gm, "    ")}`);
  const { receivers } = parse(readFileSync(file, "utf8")) as { receivers: object[] };
  expect(receivers.flatMap(Object.keys).filter((key) => key.endsWith("_configs"))).toEqual([
    "webhook_configs",
    "slack_configs",
    "email_configs",
    "webhook_configs",
    "pagerduty_configs",
  ]);
  const checked = await run("amtool", ["check-config", file]);
  expect(checked.code, checked.output).toBe(0);
});

const STORAGE = "--storage.path=/var/lib/roboflow-exporter";

test.each([
  { with: "no key", env: {}, mode: ["demo"] },
  { with: "an empty key", env: { ROBOFLOW_API_KEY: "" }, mode: ["demo"] },
  { with: "a key", env: { ROBOFLOW_API_KEY: "some-key" }, mode: [STORAGE] },
  { with: "a key's file", env: {}, files: { "/run/secrets/roboflow-api-key": "KEY" }, mode: [STORAGE], key: "KEY" },
  {
    with: "a configuration",
    env: {},
    files: { "/etc/roboflow-exporter.yml": "CONFIG" },
    mode: ["--config.file=CONFIG", STORAGE],
  },
])("with $with, the exporter runs $mode", ({ env, files = {}, mode, key = "" }) => {
  const { entrypoint = [], command = [] } = compose.services["exporter"] ?? {};
  const [shell = "", ...flags] = entrypoint;
  // In the place of Node.js: a program that prints what it was given.
  const node = join(temporary, "node");
  writeFileSync(node, '#!/bin/sh\nprintf "%s\\n" "$ROBOFLOW_API_KEY_FILE" "$@"\n');
  chmodSync(node, 0o755);
  for (const name of Object.values(files)) writeFileSync(join(temporary, name), "something");
  const script = command
    .map((text) => text.replaceAll("$$", "$"))
    .map((text) => Object.entries(files).reduce((all, [path, name]) => all.replaceAll(path, name), text));
  const printed = execFileSync(shell, [...flags, ...script], {
    cwd: temporary,
    env: { ...env, PATH: temporary },
    encoding: "utf8",
  });
  expect(printed.split("\n")).toEqual([
    key,
    ...NODE_OPTIONS,
    "/app/dist/main.js",
    ...mode,
    "--web.listen-address=:17626",
    "",
  ]);
});
