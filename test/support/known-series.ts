import { readdirSync, readFileSync } from "node:fs";
import { collectDefaultMetrics, Registry } from "prom-client";
import { parse } from "yaml";
import { z } from "zod";
import { INFO_METRICS } from "../../src/metrics/info-metrics.ts";
import { optionalLabels } from "../../src/metrics/labeler-labels.ts";
import { NAMES } from "../../src/rules/names.ts";
import { CATALOGUE } from "../../src/exposition/catalogue.ts";

const RULES = new URL("../../prometheus/rules/", import.meta.url);

const ruleFile = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          record: z.string().optional(),
          labels: z.record(z.string(), z.string()).optional(),
          expr: z.string(),
        }),
      ),
    }),
  ),
});

const LEVELS: Readonly<Record<string, readonly string[]>> = {
  global: [],
  workspace: ["workspace"],
  project: ["workspace", "project", "project_name"],
  labeler: ["workspace", "labeler", "labeler_name"],
  team: ["workspace", "team"],
  project_labeler: ["workspace", "project", "labeler"],
};

/** Labels by name of series, `job` and `instance` included where Prometheus adds them. */
type Known = ReadonlyMap<string, readonly string[]>;

/** Labels of people that are there where the configuration asks for them. */
const OPTIONAL = optionalLabels({ email: true, teams: new Map([["l1", "Acme"]]) });

const SCRAPED = ["job", "instance"];
const ALERT = [
  ...["alertname", "alertstate", "severity", "area", "tier"],
  ...["workspace", "project", "project_name", "labeler", "labeler_name"],
];

function published(): [string, readonly string[]][] {
  return CATALOGUE.flatMap(({ name, type, labels }): [string, readonly string[]][] => {
    const all = [...labels, ...(name === INFO_METRICS.labeler.name ? OPTIONAL : []), ...SCRAPED];
    if (type !== "histogram") return [[name, all]];
    return [
      [`${name}_bucket`, [...all, "le"]],
      [`${name}_sum`, all],
      [`${name}_count`, all],
    ];
  });
}

function recorded(): [string, readonly string[]][] {
  const files = readdirSync(RULES).filter((file) => file.endsWith(".yml"));
  const rules = files.flatMap((file) => {
    const text = readFileSync(new URL(file, RULES), "utf8");
    return ruleFile.parse(parse(text)).groups.flatMap((group) => group.rules);
  });
  return rules.flatMap(({ record, labels }): [string, readonly string[]][] => {
    if (record === undefined) return [];
    const ofLevel = LEVELS[record.split(":", 1)[0] ?? ""] ?? [];
    const ofNames = record === NAMES.labeler ? ["team"] : [];
    return [[record, [...ofLevel, ...ofNames, ...Object.keys(labels ?? {})]]];
  });
}

async function ofProcess(): Promise<[string, readonly string[]][]> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = await registry.getMetricsAsJSON();
  registry.clear();
  return metrics.map(({ name }) => [name, SCRAPED]);
}

/** Every series that a Prometheus with the shipped rules holds: published, recorded, of the process, of the scrape. */
export async function knownSeries(): Promise<Known> {
  const scrape = ["up", "scrape_duration_seconds", "scrape_samples_scraped"].map((name) => [name, SCRAPED] as const);
  return new Map([
    ...published(),
    ...recorded(),
    ...(await ofProcess()),
    ...scrape,
    ["ALERTS", ALERT] as const,
    ["ALERTS_FOR_STATE", ALERT] as const,
  ]);
}
