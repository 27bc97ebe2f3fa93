import type { Format } from "../../src/self/registry.ts";

/** One line with a value. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One family: its two comment lines and its samples, in the order of the text. */
export interface ParsedFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: ParsedSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?Inf|nan)$/i;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\", '"': '"', n: "\n" };

/** The names a family's samples may have. An OpenMetrics counter's samples end in `_total`, its family does not. */
const SUFFIXES: Readonly<Record<Format, Readonly<Record<string, readonly string[]>>>> = {
  text: { gauge: [""], counter: [""], histogram: ["_bucket", "_sum", "_count"], summary: ["", "_sum", "_count"] },
  openmetrics: {
    gauge: [""],
    counter: ["_total"],
    histogram: ["_bucket", "_sum", "_count"],
    summary: ["", "_sum", "_count"],
  },
};

function readValue(text: string): number {
  if (!NUMBER.test(text)) throw new Error(`no number: ${JSON.stringify(text)}`);
  if (/^nan$/i.test(text)) return NaN;
  return Number(text.replace(/Inf$/, "Infinity"));
}

const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(,?)/y;

/** Reads `name="value",…}` from `start`; returns the labels and where the text goes on after the brace. */
function readLabels(line: string, start: number): { labels: Record<string, string>; end: number } {
  const labels: Record<string, string> = {};
  let at = start;
  for (; line[at] !== "}"; at = LABEL.lastIndex) {
    LABEL.lastIndex = at;
    const [text, name = "", value = "", comma] = LABEL.exec(line) ?? [];
    if (text === undefined || name in labels) throw new Error(`bad label at ${at}: ${line}`);
    if (comma === "" && line[LABEL.lastIndex] !== "}") throw new Error(`no comma at ${LABEL.lastIndex}: ${line}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? "");
  }
  return { labels, end: at + 1 };
}

function readSample(line: string): ParsedSample {
  const name = /^[^{ ]+/.exec(line)?.[0] ?? "";
  if (!NAME.test(name)) throw new Error(`bad name: ${line}`);
  const braced = line[name.length] === "{";
  const { labels, end } = braced ? readLabels(line, name.length + 1) : { labels: {}, end: name.length };
  if (line[end] !== " ") throw new Error(`no space before the value: ${line}`);
  return { name, labels, value: readValue(line.slice(end + 1)) };
}

function linesOf(text: string, format: Format): string[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const lines = text.slice(0, -1).split("\n");
  if (format === "text") return lines.filter((line) => line !== "");
  if (lines.pop() !== "# EOF") throw new Error("the last line is not # EOF");
  return lines;
}

class Reader {
  readonly families = new Map<string, ParsedFamily>();
  readonly #series = new Set<string>();
  readonly #format: Format;
  #current: ParsedFamily | undefined;

  constructor(format: Format) {
    this.#format = format;
  }

  read(line: string, next: string | undefined): void {
    const help = /^# HELP (\S+) (.+)$/.exec(line);
    if (help) this.#open(help[1] ?? "", help[2] ?? "", next);
    else if (line.startsWith("# TYPE ")) this.#expectTypeOf(line);
    else if (line.startsWith("#")) throw new Error(`neither HELP nor TYPE: ${line}`);
    else this.#add(line);
  }

  #open(name: string, help: string, next: string | undefined): void {
    const type = new RegExp(`^# TYPE ${name} (\\w+)$`).exec(next ?? "")?.[1];
    if (!NAME.test(name) || type === undefined) throw new Error(`HELP without TYPE: ${name}`);
    if (this.families.has(name)) throw new Error(`family given twice: ${name}`);
    this.#current = { name, help, type, samples: [] };
    this.families.set(name, this.#current);
  }

  #expectTypeOf(line: string): void {
    if (this.#current === undefined || line !== `# TYPE ${this.#current.name} ${this.#current.type}`)
      throw new Error(`TYPE without HELP: ${line}`);
    if (this.#current.samples.length > 0) throw new Error(`TYPE after samples: ${line}`);
  }

  #add(line: string): void {
    const sample = readSample(line);
    const family = this.#current;
    const names = family ? (SUFFIXES[this.#format][family.type] ?? []).map((suffix) => family.name + suffix) : [];
    if (!family || !names.includes(sample.name)) throw new Error(`sample outside its family: ${line}`);
    const series = seriesOf(sample);
    if (this.#series.has(series)) throw new Error(`series given twice: ${series}`);
    this.#series.add(series);
    family.samples.push(sample);
  }
}

/** A series as text: name and labels, sorted by label name. */
export function seriesOf({ name, labels }: Pick<ParsedSample, "name" | "labels">): string {
  return `${name}${JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;
}

/**
 * Reads an exposition, strictly: HELP and TYPE before the samples, families whole and once, no series twice, every
 * line ended, `# EOF` last in OpenMetrics and only there.
 * @throws Error on what is not so
 */
export function parseExposition(text: string, format: Format = "text"): Map<string, ParsedFamily> {
  const lines = linesOf(text, format);
  const reader = new Reader(format);
  for (const [index, line] of lines.entries()) reader.read(line, lines[index + 1]);
  return reader.families;
}

/** The samples of one family that have all the given labels; empty when there is no such family. */
export function samplesOf(
  families: ReadonlyMap<string, ParsedFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): readonly ParsedSample[] {
  const wanted = Object.entries(labels);
  return (families.get(name)?.samples ?? []).filter((sample) =>
    wanted.every(([label, value]) => sample.labels[label] === value),
  );
}

/** The value of the one sample with the given labels; undefined when there is none or more than one. */
export function valueOf(
  families: ReadonlyMap<string, ParsedFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const samples = samplesOf(families, name, labels);
  return samples.length === 1 ? samples[0]?.value : undefined;
}
