import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { differences } from "./differences.ts";
import { prometheusFiles, prometheusText } from "./rule-files.ts";

/** Where the programs listen on this machine. */
export interface Surroundings {
  readonly exporter: string;
  readonly alertmanager: string;
  readonly webhookUrl: string;
}

interface PrometheusFile {
  scrape_configs: { static_configs: { targets: string[] }[] }[];
  alerting: { alertmanagers: { static_configs: { targets: string[] }[] }[] };
}

interface AlertmanagerFile {
  route: { group_interval: string };
  time_intervals: { time_intervals: unknown[] }[];
  receivers: { webhook_configs: { url: string }[] }[];
}

interface RuleFile {
  groups: { rules: { alert?: string; for?: string; keep_firing_for?: string; labels?: Record<string, string> }[] }[];
}

/** The alerts that a test waits for; the others keep their patience, so that starting and stopping raises none. */
function isHasty({ alert, labels }: RuleFile["groups"][number]["rules"][number]): boolean {
  return alert === "RoboflowApiKeyRejected" || (alert !== undefined && labels?.["area"] === "quality");
}

function adaptPrometheus(file: PrometheusFile, { exporter, alertmanager }: Surroundings): void {
  for (const { static_configs: targets } of file.scrape_configs) for (const one of targets) one.targets = [exporter];
  for (const { static_configs: targets } of file.alerting.alertmanagers)
    for (const one of targets) one.targets = [alertmanager];
}

function adaptAlertmanager(file: AlertmanagerFile, { webhookUrl }: Surroundings): void {
  // Messages after a group's first one, the resolved ones among them, wait for this.
  file.route.group_interval = "5s";
  // Tests run at night, too.
  for (const one of file.time_intervals) one.time_intervals = [{ weekdays: ["sunday:saturday"] }];
  for (const one of file.receivers)
    for (const webhook of one.webhook_configs) webhook.url = webhookUrl + new URL(webhook.url).pathname;
}

function adaptRules(file: RuleFile): void {
  for (const rule of file.groups.flatMap(({ rules }) => rules).filter(isHasty)) {
    rule.for = "0s";
    if (rule.keep_firing_for !== undefined) rule.keep_firing_for = "0s";
  }
}

function adapt(directory: string, path: string, change: (file: unknown) => void): string[] {
  const text = prometheusText(path);
  const adapted: unknown = parse(text);
  change(adapted);
  writeFileSync(join(directory, path), JSON.stringify(adapted));
  return differences(parse(text), adapted).map((difference) => `${basename(path)}: ${difference}`);
}

/**
 * Writes the shipped configuration and rules into a directory, fit for the surroundings and for a test's patience.
 * @returns everything that differs from what is shipped
 */
export function writeShippedStack(directory: string, surroundings: Surroundings): string[] {
  mkdirSync(join(directory, "rules"));
  return [
    ...adapt(directory, "prometheus.yml", (file) => {
      adaptPrometheus(file as PrometheusFile, surroundings);
    }),
    ...adapt(directory, "alertmanager.yml", (file) => {
      adaptAlertmanager(file as AlertmanagerFile, surroundings);
    }),
    ...prometheusFiles("rules").flatMap((path) =>
      adapt(directory, path, (file) => {
        adaptRules(file as RuleFile);
      }),
    ),
  ];
}
