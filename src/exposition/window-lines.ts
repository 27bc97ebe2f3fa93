import { createHash } from "node:crypto";
import { type Column, columnsOf } from "../metrics/column.ts";
import type { MetricDefinition, Sample } from "../metrics/definition.ts";
import { createRenderer } from "../metrics/render-family.ts";
import { inSlices } from "../steps.ts";
import { type Chunk, withChunkMaker } from "./chunk.ts";

/** Sample lines of one metric in one window; `window` is empty where the metric has none. */
export interface WindowLines {
  readonly window: string;
  readonly series: number;
  /** Equal only for equal lines. */
  readonly key: string;
  readonly chunk: Chunk;
}

/** How many values there are: a row without one is not a series. */
export function seriesOf({ values }: Column): number {
  return values.reduce((count, value) => count + Number(!Number.isNaN(value)), 0);
}

/** Of everything that a chunk is made of: as long as it is the same, so are the bytes. */
function keyOf({ name }: Pick<MetricDefinition, "name">, { rows, values }: Column): string {
  const hash = createHash("sha256").update(name).update("\n").update(rows.digest);
  return hash.update(values).digest("base64");
}

/** Makes the lines of a family's columns, without those that have no values. */
export type MakeLines = (
  definition: Pick<MetricDefinition, "name">,
  columns: readonly Column[],
) => Promise<readonly WindowLines[]>;

/** As {@link MakeLines}, of samples. */
export async function linesOfSamples(
  make: MakeLines,
  { definition, samples }: { readonly definition: MetricDefinition; readonly samples: readonly Sample[] },
): Promise<readonly WindowLines[]> {
  return make(definition, await inSlices(columnsOf(samples)));
}

/**
 * Hands a {@link MakeLines} to the work. Lines that are as they were before are neither rendered nor compressed again.
 * @param before lines whose chunks can be taken over
 */
export async function withLineMaker<T>(
  work: (make: MakeLines) => Promise<T>,
  before: readonly WindowLines[] = [],
): Promise<T> {
  const render = createRenderer();
  const known = new Map(before.map(({ key, chunk }) => [key, chunk]));
  return withChunkMaker((maker) =>
    work(async (definition, columns) => {
      const lines: WindowLines[] = [];
      for (const column of columns) {
        const series = seriesOf(column);
        if (series === 0) continue;
        const key = keyOf(definition, column);
        const chunk = known.get(key) ?? (await maker.make(await inSlices(render(definition, column))));
        lines.push({ window: column.rows.window, series, key, chunk });
      }
      return lines;
    }),
  );
}
