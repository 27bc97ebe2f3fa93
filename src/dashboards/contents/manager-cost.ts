import type { PanelDefinition, RowDefinition } from "../model.ts";
import { table, type ValueColumn } from "../panels/table.ts";
import { PROJECT_SCOPE } from "../promql.ts";
import { bare, costPerImageOf } from "../../rules/series.ts";
import { TIME_SPENT } from "../../sources/metric-names.ts";
import { inWindow } from "../selectors.ts";
import { namedProject, PROJECT_KEYS } from "./manager-left.ts";

const BY = "workspace, project";
const EMPTY = "cost_per_hour or the legacy endpoint is not configured, or fewer than 20 images were labeled";

const WINDOW = "28d";

function inMonth(metric: string): string {
  return `max by (${BY}) (${inWindow(metric, PROJECT_SCOPE, WINDOW)})`;
}

function columns(): ValueColumn[] {
  const cost = inMonth(bare(costPerImageOf(WINDOW)));
  const hours = `${inMonth(TIME_SPENT.projectSeconds)} / 3600`;
  const images = inMonth(TIME_SPENT.projectImages);
  const known = (expr: string) => namedProject(`(${expr}) and on (${BY}) ${cost}`);
  const empty = { unit: "none", emptyReason: EMPTY } as const;
  return [
    { heading: "Cost per image", expr: namedProject(cost), decimals: 2, ...empty },
    { heading: "Images", expr: known(images), ...empty },
    { heading: "Hours", expr: known(hours), decimals: 1, ...empty },
    { heading: "Cost", expr: known(`${cost} * on (${BY}) ${images}`), decimals: 0, ...empty },
  ];
}

function costs(): PanelDefinition {
  return table(
    {
      title: "Cost per image",
      description:
        "What the labeling of an image costs in the last 28 days: the hours that people spent annotating, as Roboflow measured them, times the cost of an hour, divided by the images; not with fewer than 20 images. " +
        "It is in the currency of cost_per_hour; time for review, breaks and training is not in it. Compare projects of one kind alone, and look for what makes the expensive ones slow.",
      unit: "none",
      keys: PROJECT_KEYS,
      columns: columns(),
      sortBy: "Cost per image",
      noValue:
        "Not known: it needs cost_per_hour and legacy: true for the workspace in the exporter's configuration, and the recording rules.",
    },
    { height: 8 },
  );
}

/** What an image costs, where the configuration says what an hour does. */
export const costRow: RowDefinition = { title: "Cost, in the chosen projects", panels: [costs()] };
