import type { MetricDefinition, Sample } from "../../src/metrics/definition.ts";
import { textOf } from "../../src/exposition/chunk.ts";
import { linesOfSamples, withLineMaker } from "../../src/exposition/window-lines.ts";

/** The sample lines of a family, without its header, in the way in which they are published. */
export async function renderedLines(definition: MetricDefinition, samples: readonly Sample[]): Promise<Buffer> {
  const lines = await withLineMaker((make) => linesOfSamples(make, { definition, samples }));
  return Buffer.from(lines.map(({ chunk }) => textOf(chunk)).join(""));
}
