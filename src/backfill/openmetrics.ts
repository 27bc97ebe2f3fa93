import { startOfDayMs } from "../calendar/zones.ts";
import type { Sample } from "../metrics/definition.ts";
import { type DayLine, dateAt } from "./questions.ts";
import type { BackfilledFamily, BackfilledSeries } from "./series.ts";

/** Lines with the same beginning. */
export interface Lines {
  readonly beginning: string;
  /** The end of each, in UTF-8, with the line break. All are equally long. */
  readonly ends: readonly Uint8Array[];
}

/** Large enough that a write costs little compared with the bytes it copies, small enough for the processor's cache. */
const CHUNK_BYTES = 1 << 17;
/** A UTF-16 unit takes at most as many bytes as UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/** Repeats the first `length` bytes of a buffer until there are `count` of them: by doubling, which takes few copies. */
function repeat(buffer: Buffer, length: number, count: number): void {
  for (let have = 1; have < count; have *= 2)
    buffer.copyWithin(have * length, 0, Math.min(have, count - have) * length);
}

/** Writes lines into a buffer that has room for them. Returns their length in bytes. */
function writeLines(buffer: Buffer, { beginning, ends }: Lines): number {
  const [first = new Uint8Array()] = ends;
  const endAt = buffer.write(beginning);
  const length = endAt + first.length;
  repeat(buffer, length, ends.length);
  for (const [line, end] of ends.entries()) buffer.set(end, line * length + endAt);
  return length * ends.length;
}

/** Splits lines that are too many for one buffer. */
function* fitting({ beginning, ends }: Lines): Generator<Lines & { readonly maxBytes: number }, void> {
  const maxBytes = beginning.length * MAX_BYTES_PER_UNIT + (ends[0]?.length ?? 0);
  const count = Math.max(1, Math.floor(CHUNK_BYTES / maxBytes));
  for (let at = 0; at < ends.length; at += count) {
    const part = ends.length <= count ? ends : ends.slice(at, at + count);
    yield { beginning, ends: part, maxBytes: maxBytes * part.length };
  }
}

/**
 * Joins lines into pieces of UTF-8. Pieces are views of one buffer, which is used again for the next piece: use each
 * before asking for another.
 */
export function* inChunks(all: Iterable<Lines>): Generator<Uint8Array, void> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let length = 0;
  for (const one of all) {
    for (const lines of fitting(one)) {
      if (length + lines.maxBytes > CHUNK_BYTES) {
        yield buffer.subarray(0, length);
        length = 0;
      }
      if (lines.maxBytes > CHUNK_BYTES) yield Buffer.concat([Buffer.from(lines.beginning), ...lines.ends]);
      else length += writeLines(buffer.subarray(length), lines);
    }
  }
  yield buffer.subarray(0, length);
}

/** When and how often a day's value is written. */
interface Sampling {
  readonly timezone: string;
  /** Seconds from sample to sample, at most a day. */
  readonly stepSeconds: number;
  /** Epoch seconds; nothing is written at or after it. */
  readonly before: number;
}

/**
 * The times, in epoch seconds, at which a day's value is written: every step after the day's beginning, and once in its
 * last second. Not at midnight itself: there a query still looks for the day before.
 */
export function sampleTimes(date: string, next: string, { timezone, stepSeconds, before }: Sampling): number[] {
  const [start, end] = [startOfDayMs(date, timezone) / 1000, startOfDayMs(next, timezone) / 1000 - 1];
  const times: number[] = [];
  for (let time = start + stepSeconds; time < end; time += stepSeconds) times.push(time);
  return [...times, end].filter((time) => time < before);
}

/** {@link sampleTimes} of each day of the line from a date on; none before it, where days only fill windows. */
export function lineTimes(line: DayLine, from: string, sampling: Sampling): readonly (readonly number[])[] {
  return Array.from({ length: line.count }, (_, day) => {
    const date = dateAt(line, day);
    return date < from ? [] : sampleTimes(date, dateAt(line, day + 1), sampling);
  });
}

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
