import { SELF } from "../../rules/series.ts";
import type { ValueMapping } from "../grafana-types.ts";
import type { PanelDefinition, RowDefinition } from "../model.ts";
import { stat } from "../panels/single.ts";
import { table } from "../panels/table.ts";
import { NEUTRAL } from "../thresholds.ts";
import { targetMetric } from "./exporter-queries.ts";

/** A metric with the configuration's hash, and with the shard where there are shards. */
function ofInstance(metric: string): string {
  const known = `${targetMetric(metric)} * on (job, instance) group_left (sha256) ${targetMetric(SELF.configInfo)}`;
  const sharded = `${known} * on (job, instance) group_left (shard) ${targetMetric(SELF.shardInfo)}`;
  return `max by (instance, shard, sha256) (${sharded} or on (job, instance) ${known})`;
}

function read(refused: string): readonly ValueMapping[] {
  return [{ type: "value", options: { "0": { text: refused, color: "red" }, "1": { text: "good", color: "green" } } }];
}

function ofInstances(): PanelDefinition {
  return table(
    {
      title: "Configuration of each instance",
      description:
        "Since when each instance runs its configuration, and whether the last reload succeeded. After a failed one the configuration before it stays in use: " +
        "the log says what is wrong; mend the file and reload. A web configuration file that is refused is read again when it changes. " +
        "Replicas and shards of one file show the same hash under Configuration; reload, or restart, those that differ.",
      unit: "none",
      keys: [
        { label: "instance", heading: "Instance" },
        { label: "shard", heading: "Shard", width: 80 },
        // The beginning is enough to compare.
        { label: "sha256", heading: "Configuration", width: 130 },
      ],
      columns: [
        { heading: "Loaded", expr: `1000 * ${ofInstance(SELF.configReloadTime)}`, unit: "dateTimeFromNow" },
        { heading: "Last reload", expr: ofInstance(SELF.configReload), unit: "none", mappings: read("failed") },
        { heading: "Web configuration", expr: ofInstance(SELF.webConfig), unit: "none", mappings: read("refused") },
      ],
      sortBy: "Instance",
      ascending: true,
      noValue: "No instance is scraped.",
    },
    { width: 20, height: 6 },
  );
}

function different(): PanelDefinition {
  return stat(
    {
      title: "Configurations",
      description:
        "Different configurations in use now. If all instances read the same file, more than one means that some have not loaded its newest content, or that a rollout is under way.",
      unit: "none",
      queries: [{ expr: `count(count by (sha256) (${targetMetric(SELF.configInfo)}))` }],
    },
    { height: 6, thresholds: NEUTRAL },
  );
}

export const configRow: RowDefinition = { title: "Configuration", panels: [ofInstances(), different()] };
