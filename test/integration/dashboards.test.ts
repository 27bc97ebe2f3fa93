import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { run } from "../../src/cli/program.ts";
import { createTestHost } from "../support/test-host.ts";

const COMMITTED = "grafana/dashboards";
const committed = readdirSync(COMMITTED)
  .filter((file) => file.endsWith(".json"))
  .map((file) => [file, readFileSync(join(COMMITTED, file), "utf8")] as const);
const folder = mkdtempSync(join(tmpdir(), "roboflow-dashboards-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Dashboard {
  readonly uid: string;
  readonly timezone: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly query?: unknown }[] };
}

async function printed(...options: readonly string[]): Promise<string> {
  const { host, output } = createTestHost();
  expect(await run(["dashboards", ...options], host), output.stderr).toBe(0);
  return output.stdout;
}

/** Every dashboard that is printed, by uid. */
async function dashboards(...options: readonly string[]): Promise<ReadonlyMap<string, Dashboard>> {
  const documents = (await printed(...options)).split(/^(?=\{$)/m).map((text) => JSON.parse(text) as Dashboard);
  return new Map(documents.map((dashboard) => [dashboard.uid, dashboard]));
}

function variable(dashboard: Dashboard | undefined, name: string) {
  return dashboard?.templating.list.find((one) => one.name === name);
}

test("without options the committed dashboards are printed, one document after another", async () => {
  const bySize = (texts: readonly string[]) => texts.toSorted((a, b) => a.length - b.length);
  const texts = (await printed()).split(/^(?=\{$)/m);
  expect(bySize(texts)).toEqual(bySize(committed.map(([, text]) => text)));
});

test("with a directory the committed files are written, as they are", async () => {
  const directory = join(folder, "written");
  expect(await printed(`--output-dir=${directory}`)).toBe("");
  expect(await printed(`--output-dir=${directory}`)).toBe("");
  expect(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), "utf8")])).toEqual(committed);
});

/** More than this in an annotation is refused, and `kubectl apply` puts the whole object into one. */
const MAX_ANNOTATION_BYTES = 262_144;

test("each dashboard is a ConfigMap that the sidecar of Grafana finds and kubectl can apply", async () => {
  const maps = parseAllDocuments(await printed("--format=configmap")).map(
    (document) => document.toJS() as { readonly metadata: { readonly name: string }; readonly data: object },
  );
  expect(new Map(maps.flatMap(({ data }) => Object.entries(data)))).toEqual(new Map(committed));
  expect(maps[0]).toMatchObject({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "roboflow-exporter-dashboard-overview", labels: { grafana_dashboard: "1" } },
  });
  expect(maps.filter((map) => Buffer.byteLength(JSON.stringify(map)) > MAX_ANNOTATION_BYTES)).toEqual([]);
  await printed("--format=configmap", `--output-dir=${folder}`);
  const file = readFileSync(join(folder, "roboflow-exporter-dashboards.yml"), "utf8");
  expect(file).toBe(await printed("--format=configmap"));
});

test("data source, zone, windows and addresses are those of the place", async () => {
  const place = ["--datasource=prom-eu", "--timezone=Europe/Berlin", "--windows=30d,week, all,1d"];
  const links = [
    "--docs-base-url=https://git.example.org/exporter/",
    "--dashboard-base-url=https://grafana.example.org",
  ];
  const found = await dashboards(...place, ...links);
  const overview = found.get("roboflow-overview");
  expect(overview?.timezone).toBe("Europe/Berlin");
  expect(variable(overview, "datasource")).toMatchObject({
    query: "prometheus",
    current: { text: "prom-eu", value: "prom-eu", selected: true },
  });
  expect(variable(overview, "docs")).toMatchObject({ query: "https://git.example.org/exporter" });
  expect(variable(overview, "window")).toMatchObject({
    query: "Last 30 days : 30d, This week : week, All time : all, Last day : 1d",
    current: { text: "Last 30 days", value: "30d" },
  });
  const urls = [...found.values()].flatMap((dashboard) => [...JSON.stringify(dashboard).matchAll(/"url":"([^"]*)"/g)]);
  const kinds = new Set(
    urls.map(([, url = ""]) => /^(?:https:\/\/grafana\.example\.org\/d\/|\$\{docs\}\/|$)/.exec(url)?.[0]),
  );
  expect(kinds).toEqual(new Set(["https://grafana.example.org/d/", "${docs}/", ""]));
});

test("runbooks can be somewhere else than the other pages", async () => {
  const texts = await printed("--runbook-base-url=https://wiki.example.org/runbooks");
  expect(texts).toContain('"url": "https://wiki.example.org/runbooks/${__value.raw}.md"');
  expect(texts).not.toContain("prometheus/runbooks");
  expect(texts).toContain("${docs}/docs/backfill.md");
});

test("firing alerts are found and shown by the severities of the place", async () => {
  const overview = JSON.stringify(
    (await dashboards("--severity-map=critical=page,warning=ticket")).get("roboflow-overview"),
  );
  const asked = [...overview.matchAll(/severity=\\"(\w+)\\"/g)].map(([, name]) => name);
  expect(asked).toEqual(["page", "ticket", "info"]);
  expect(overview).toContain(
    '{"0":{"text":"page","color":"red","index":0},"1":{"text":"ticket","color":"orange","index":1}',
  );
});

test("UTC is Grafana's own word", async () => {
  expect((await dashboards("--timezone=UTC")).get("roboflow-quality")?.timezone).toBe("utc");
});

test.each([
  ["--format=yaml", "is not a format; valid names: json, configmap"],
  ["--datasource=${oops}", "is not the uid or name of a data source; copy it from Grafana"],
  ["--timezone=+02:00", "is not an IANA time zone; use a name like UTC or Europe/Berlin"],
  ["--windows=7d,8x", "is not a window; use today, <N>d (1d to 3660d), week, month or all"],
  ["--docs-base-url=docs", "is not a URL; write it like https://api.roboflow.com"],
  ["--severity-map=warnings=ticket", 'names "warnings"; did you mean "warning"?'],
])("refuses %s", async (option, problem) => {
  const { host, output } = createTestHost();
  expect(await run(["dashboards", option], host)).toBe(1);
  const at = option.indexOf("=");
  expect(output).toEqual({
    stdout: "",
    stderr: `${option.slice(0, at)}: ${JSON.stringify(option.slice(at + 1))} ${problem}\n`,
  });
});
