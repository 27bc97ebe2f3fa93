import type { Lines } from "./chunks.ts";
import type { Sample } from "../metrics/definition.ts";
import type { BackfilledFamily, BackfilledSeries } from "./series.ts";

/** What was rendered so far. */
export interface RenderedCount {
  series: number;
  samples: number;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function labelText(labels: Sample["labels"]): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",");
}

function whole(text: string): Lines {
  return { beginning: text, ends: [new Uint8Array()] };
}

/** The lines of one series, day by day: the day's value at each of its times. */
function* seriesLines(
  name: string,
  { labels, values }: BackfilledSeries,
  times: readonly (readonly Uint8Array[])[],
): Generator<Lines, void> {
  const head = `${name}{${labelText(labels)}} `;
  for (const [day, value] of values.entries()) {
    const ends = times[day] ?? [];
    if (!Number.isNaN(value) && ends.length > 0) yield { beginning: `${head}${value} `, ends };
  }
}

/**
 * Renders families as OpenMetrics text with timestamps, a day's lines at a time, series by series, each in ascending
 * time. A family without samples is left out.
 * @param target labels of the scraped target, `job` and `instance`, that a live scrape would add
 * @param times for each day, in epoch seconds
 * Source: OpenMetrics 1.0, and what `promtool tsdb create-blocks-from openmetrics` reads
 */
export function* renderOpenMetrics(
  families: readonly BackfilledFamily[],
  target: Sample["labels"],
  times: readonly (readonly number[])[],
  count: RenderedCount,
): Generator<Lines, void> {
  const ends = times.map((day) => day.map((time) => Buffer.from(`${time}\n`)));
  for (const { definition, series } of families) {
    const { name, help } = definition;
    let head: Lines | undefined = whole(`# TYPE ${name} gauge\n# HELP ${name} ${escaped(help)}\n`);
    for (const one of series()) {
      const before = count.samples;
      for (const lines of seriesLines(name, { ...one, labels: { ...one.labels, ...target } }, ends)) {
        if (head) yield head;
        head = undefined;
        yield lines;
        count.samples += lines.ends.length;
      }
      count.series += Number(count.samples > before);
    }
  }
  yield whole("# EOF\n");
}
