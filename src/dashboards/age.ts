import { simulated } from "./annotations.ts";
import type { Override } from "./grafana-types.ts";
import { HEALTH, SELF } from "../rules/series.ts";
import type { PanelDefinition, Query } from "./model.ts";
import { stat } from "./panels/single.ts";

/** Seconds since the last good poll of each source of each workspace. A clock that is behind does not make an age below 0. */
export function ageOf(metric: (name: string) => string): string {
  return `clamp_min(time() - max by (workspace, source) (${metric(HEALTH.lastSuccess)}), 0)`;
}

/** Seconds between two polls of each source of each workspace. */
export function intervalsOf(metric: (name: string) => string): string {
  return `min by (workspace, source) (${metric(HEALTH.interval)})`;
}

/** Ages in poll intervals: a poll may take its time, and after three the data is withheld by default. */
const AGES = [
  { range: "< 1.5", color: "green" },
  { range: ">= 1.5 < 3", color: "orange" },
  { range: ">= 3", color: "red" },
] as const;

const COLOURS: readonly Override[] = AGES.map(({ color }, index) => ({
  matcher: { id: "byFrameRefID", options: "ABC".charAt(index) },
  properties: [{ id: "color", value: { mode: "fixed", fixedColor: color } }],
}));

/** Next to the age, in words: simulated data must not pass for real. */
const demo = (expr: string): Query => ({ expr: `max(${expr})`, legend: "data", unit: "none", emptyReason: REAL });
const REAL = "the data is real";

const DEMO_TEXT: Override = {
  matcher: { id: "byFrameRefID", options: "E" },
  properties: [
    {
      id: "mappings",
      value: [{ type: "value", options: { "1": { text: "demo", color: "orange", index: 0 } } }],
    },
  ],
};

/**
 * The age of the data next to the poll interval, of the workspace that is the latest by its own interval.
 * @param metric selects a health metric as the dashboard does
 * @param marks selects the exporters whose data may be simulated
 */
export function dataAge(metric: (name: string) => string, width: number, marks: string = SELF.demo): PanelDefinition {
  const [age, interval] = [ageOf(metric), intervalsOf(metric)];
  const worst = `topk(1, ${age} / on (workspace, source) (${interval} > 0))`;
  const ages = AGES.map(({ range }): Query => ({
    expr: `max(${age} and on (workspace, source) (${worst} ${range}))`,
    legend: "age",
    emptyReason: "the age has another colour",
  }));
  return stat(
    {
      title: "Age of the data",
      description:
        "Time since the exporter's last good poll of the Roboflow API, and the time between two polls; with several workspaces, of the one that is the latest by its own interval. " +
        "Orange from one and a half intervals on, red from three. Says nothing about how fresh Roboflow's own numbers are. Simulated data is marked.",
      unit: "s",
      queries: [
        ...ages,
        { expr: `max(${interval} and on (workspace, source) ${worst})`, legend: "interval" },
        demo(simulated(metric(HEALTH.up), marks)),
      ],
    },
    { width, decimals: 0, noValue: "no successful poll yet", overrides: [...COLOURS, DEMO_TEXT] },
  );
}
