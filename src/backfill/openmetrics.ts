import type { Labels } from "../metrics/families.ts";
import type { BackfilledFamily, BackfilledSeries } from "./series.ts";

/** What was rendered so far. */
export interface RenderedCount {
  series: number;
  samples: number;
}

const CHUNK_LENGTH = 1 << 20;

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",");
}

/** The lines of one series: each day's value at each of its times. */
function seriesText(name: string, { labels, values }: BackfilledSeries, times: readonly (readonly string[])[]) {
  const head = `${name}{${labelText(labels)}} `;
  let [text, samples] = ["", 0];
  for (const [day, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const line = `${head}${value} `;
    for (const time of times[day] ?? []) {
      text += line + time;
      samples++;
    }
  }
  return { text, samples };
}

/**
 * Renders families as OpenMetrics text with timestamps, in pieces of about a megabyte, series by series, each in
 * ascending time. A family without samples is left out.
 * @param target labels of the scraped target, `job` and `instance`, that a live scrape would add
 * @param times for each day, in epoch seconds
 * Source: OpenMetrics 1.0, and what `promtool tsdb create-blocks-from openmetrics` reads
 */
export function* renderOpenMetrics(
  families: readonly BackfilledFamily[],
  target: Labels,
  times: readonly (readonly number[])[],
  count: RenderedCount,
): Generator<string, void> {
  const lineEnds = times.map((day) => day.map((time) => `${time}\n`));
  let chunk = "";
  for (const { definition, series } of families) {
    const { name, help } = definition;
    let head = `# TYPE ${name} gauge\n# HELP ${name} ${escaped(help)}\n`;
    for (const one of series()) {
      const { text, samples } = seriesText(name, { ...one, labels: { ...one.labels, ...target } }, lineEnds);
      if (samples === 0) continue;
      count.series++;
      count.samples += samples;
      chunk += head + text;
      head = "";
      if (chunk.length >= CHUNK_LENGTH) {
        yield chunk;
        chunk = "";
      }
    }
  }
  yield `${chunk}# EOF\n`;
}
