import { COUNT } from "./alert-parts.ts";
import type { Parameters } from "./parameters.ts";
import type { AlertRule } from "./rule-file.ts";
import { SELF } from "./series.ts";

const LABELS = { severity: "warning", area: "exporter" } as const;

/** Targets that serve build info, did so in a week, or whose job is named like an exporter. */
function down({ jobs }: Parameters): AlertRule {
  return {
    comment:
      "Whatever the job is called: a target that served roboflow_exporter_build_info in the last 7 days, or whose job's name " +
      "matches the parameter jobs.",
    alert: "RoboflowExporterDown",
    expr: `up == 0
and on (job, instance)
(
  max by (job, instance) (max_over_time(${SELF.buildInfo}[7d]))
  or
  max by (job, instance) (up{job=~"${jobs}"})
)`,
    for: "5m",
    labels: LABELS,
    summary: "Roboflow exporter {{ $labels.instance }} cannot be scraped",
    description:
      "Prometheus has not been able to scrape {{ $labels.instance }} of job {{ $labels.job }} for 5 minutes.",
  };
}

const absent: AlertRule = {
  alert: "RoboflowExporterAbsent",
  expr: `absent(${SELF.buildInfo})`,
  for: "10m",
  labels: LABELS,
  summary: "Prometheus knows no running Roboflow exporter",
  description: `Prometheus has not received ${SELF.buildInfo} from any target for 10 minutes.`,
};

const shardMissing: AlertRule = {
  comment:
    "Shards of the same number of shards belong together, whatever their jobs are called, and replicas of a shard count once. While the number changes, both numbers exist for a while.",
  alert: "RoboflowShardMissing",
  expr: `max by (shards) (${SELF.shardInfo} * ignoring (shard, shards) group_left () ${SELF.shards})
- on (shards)
count by (shards) (count by (shard, shards) (${SELF.shardInfo}))
> 0`,
  for: "10m",
  labels: LABELS,
  summary: `${COUNT} of {{ $labels.shards }} shards of the Roboflow exporter are missing`,
  description: "No target serves them, so the data of their workspaces is missing.",
};

/** Alerts that an exporter, or a part of one, is not there. They hold for any name of the scrape job. */
export function unreachable(parameters: Parameters): readonly AlertRule[] {
  return [down(parameters), absent, shardMissing];
}
