import { textOf } from "../../src/exposition/chunk.ts";
import { composeCounters } from "../../src/exposition/counters.ts";
import type { SelfMetrics } from "../../src/self/recorder.ts";
import type { Format } from "../../src/self/registry.ts";

/** All of the exporter's own metrics, as a scrape in that format has them after the data. */
export async function selfText(metrics: SelfMetrics, format: Format): Promise<string> {
  return textOf(await composeCounters(metrics.workspaces(), format)) + (await metrics.render(format));
}
