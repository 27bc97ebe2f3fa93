import { type Document, LineCounter, type Pair, isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import { isRecord } from "../untrusted.ts";
import { showValue, type Path } from "./messages.ts";

/** Some thousand workspaces; what is read takes a hundred times as much memory. */
const MAX_BYTES = 2 ** 20;

/** The most common mistakes in our own words. Those of the library may quote the file, which may hold a key. */
const FAULTS: Readonly<Record<string, string>> = {
  BAD_ALIAS: "a value begins with * or &, which mark aliases and anchors; put it in quotes",
  BAD_INDENT: "this line is not indented like its neighbours; align it",
  BLOCK_AS_IMPLICIT_KEY: 'a value holds ": "; put the value in quotes',
  BAD_SCALAR_START: "a value begins with a reserved character; put it in quotes",
  DUPLICATE_KEY: "a key is given twice; remove one of them",
  MISSING_CHAR: "a quote, colon or bracket is missing; add it",
  MULTIPLE_DOCS: "the file holds several documents; keep one, without ---",
  RESOURCE_EXHAUSTION: "lists or mappings are nested too deeply; write them flat",
  TAB_AS_INDENT: "a line is indented with a tab; use spaces",
  TAG_RESOLVE_FAILED: "a tag is not known; remove the word that begins with !",
  UNEXPECTED_TOKEN: "unexpected text; put the whole value in quotes, or remove it",
};

/** Values of a file with all aliases written out; thousands of workspaces need fewer. */
const MAX_VALUES = 250_000;

/** How values were written, by what holds them and their name there, where YAML's reading has lost that: 2.10, 007. */
export type Spellings = WeakMap<object, ReadonlyMap<string | number, string>>;

/** A file's values, or what is wrong with it, with lines where it has them. */
export type YamlFile =
  | {
      /** A mapping. */
      readonly value: unknown;
      readonly spellings: Spellings;
    }
  | { readonly faults: readonly string[] };

interface Anchored {
  readonly value: unknown;
  /** Values in it, itself included. */
  readonly size: number;
}

/** Its source, where a value that is not text was written in another way than it would be shown. */
function spellingOf(node: unknown): string | undefined {
  if (!isScalar(node) || typeof node.value === "string" || node.value === null) return undefined;
  if (node.source === undefined || Number.isNaN(node.value)) return undefined;
  return node.source === showValue(node.value) ? undefined : node.source;
}

function rangeStart(node: unknown): number {
  return (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined) ?? 0;
}

/** Makes plain values of a document's nodes, in their order: an alias means the last anchor of its name above it. */
class ValueReader {
  readonly spellings: Spellings = new WeakMap();
  readonly faults: string[] = [];
  readonly #anchors = new Map<string, Anchored>();
  readonly #lines: LineCounter;
  #count = 0;
  #isFull = false;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  read(node: unknown): unknown {
    if (isAlias(node)) return this.#readAlias(node.source, node);
    const before = this.#count++;
    const value = isMap(node) ? this.#readMap(node.items) : isSeq(node) ? this.#readList(node.items) : plain(node);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: this.#count - before });
    return value;
  }

  #fault(node: unknown, text: string): void {
    // What is left out then would look like further faults.
    if (this.#isFull) return;
    const { line, col } = this.#lines.linePos(rangeStart(node));
    this.faults.push(`line ${line}, column ${col}: ${text}`);
  }

  #readAlias(source: string, node: unknown): unknown {
    const anchored = this.#anchors.get(source);
    if (!anchored) {
      this.#fault(node, "an alias (*) has no anchor (&) of its name above it; write the value out");
      return undefined;
    }
    this.#count += anchored.size;
    if (this.#count <= MAX_VALUES) return anchored.value;
    this.#fault(node, `aliases make more than ${MAX_VALUES} values of this file; use fewer of them`);
    this.#isFull = true;
    return undefined;
  }

  #readList(items: readonly unknown[]): unknown[] {
    const values = items.map((item) => this.read(item));
    this.#keepSpellings(
      values,
      items.map((item, index) => [index, spellingOf(item)]),
    );
    return values;
  }

  #readMap(items: readonly Pair[]): Readonly<Record<string, unknown>> {
    const own: (readonly [string, unknown, string | undefined])[] = [];
    const merged: Readonly<Record<string, unknown>>[] = [];
    for (const { key, value } of items) {
      if (isScalar(key) && typeof key.value === "symbol") merged.push(...this.#readMerged(key, value));
      else own.push([this.#readKey(key), this.read(value), spellingOf(value)]);
    }
    // What a mapping says itself holds, then what the first of those that are merged into it says.
    const sources = merged.toReversed();
    const mapping = Object.fromEntries([
      ...sources.flatMap((source) => Object.entries(source)),
      ...own.map(([name, value]) => [name, value] as const),
    ]);
    const inherited = sources.flatMap((source) => [...(this.spellings.get(source) ?? [])]);
    this.#keepSpellings(mapping, [
      ...inherited,
      ...own.map(([name, , spelling]): [string, string | undefined] => [name, spelling]),
    ]);
    return mapping;
  }

  /** A key that is not text would be found by another name than the one that was written. */
  #readKey(node: unknown): string {
    const key = this.read(node);
    if (typeof key === "string") return key;
    const source = isScalar(node) ? (node.source ?? "") : "";
    if (source !== "") this.#fault(node, `the key ${source} is not text to YAML; put it in quotes: "${source}"`);
    else if (isScalar(node) || node === null)
      this.#fault(node, "a key is missing before its colon; write it, or remove the line");
    else
      this.#fault(node, "a key is a list or a mapping; if it is a template's {{ … }}, fill it in or put it in quotes");
    return source;
  }

  #readMerged(key: unknown, node: unknown): Readonly<Record<string, unknown>>[] {
    const value = this.read(node);
    const sources: unknown[] = Array.isArray(value) ? value : [value];
    const mappings = sources.filter(isRecord);
    if (mappings.length < sources.length)
      this.#fault(key, "<< takes a mapping, or a list of them; give it an alias of one");
    return mappings;
  }

  #keepSpellings(holder: object, spellings: readonly (readonly [string | number, string | undefined])[]): void {
    const kept = new Map<string | number, string>();
    for (const [name, spelling] of spellings) {
      if (spelling === undefined) kept.delete(name);
      else kept.set(name, spelling);
    }
    if (kept.size > 0) this.spellings.set(holder, kept);
  }
}

function plain(node: unknown): unknown {
  return isScalar(node) ? node.value : null;
}

/**
 * The values of a document that has no syntax error. Merge keys (`<<`) are followed. Done here and not by the library,
 * which takes time that grows with the square of the aliases, and makes text of every key.
 */
function readValues(document: Document.Parsed, lines: LineCounter): YamlFile {
  const reader = new ValueReader(lines);
  const value = reader.read(document.contents);
  return reader.faults.length > 0 ? { faults: reader.faults } : { value, spellings: reader.spellings };
}

function syntaxFaults(document: Document.Parsed): string[] {
  return [...document.errors, ...document.warnings].map(({ code, linePos }) => {
    const start = linePos?.[0];
    const place = `line ${start?.line ?? 1}, column ${start?.col ?? 1}`;
    return `${place}: ${FAULTS[code] ?? `this is not valid YAML (${code}); correct it`}`;
  });
}

/** Reads the text of a configuration file. */
export function parseYaml(text: string): YamlFile {
  if (Buffer.byteLength(text) > MAX_BYTES) return { faults: ["is larger than 1 MiB; give a smaller file"] };
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: true, logLevel: "error" });
  const faults = syntaxFaults(document);
  if (faults.length > 0) return { faults };
  const read = readValues(document, lineCounter);
  if ("faults" in read || isRecord(read.value)) return read;
  if (read.value === null) return { ...read, value: {} };
  return { faults: ["is not a mapping of keys; see docs/configuration.md"] };
}

/** Where a key or an element is written, and what it holds. */
interface Place {
  readonly start: number | undefined;
  readonly value: unknown;
}

function placeIn(node: unknown, segment: string | number): Place | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === segment);
    return pair && { start: isScalar(pair.key) ? pair.key.range?.[0] : undefined, value: pair.value };
  }
  const element: unknown = isSeq(node) && typeof segment === "number" ? node.items[segment] : undefined;
  return isScalar(element) ? { start: element.range?.[0], value: element } : undefined;
}

/** Finds the lines of a YAML file in which keys are written; for a key that is not there, the line of what would hold it. */
export function lineFinder(text: string): (path: Path) => number {
  const lineCounter = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter, logLevel: "error" });
  return (path) => {
    let place: Place | undefined = { start: 0, value: contents };
    let start = 0;
    for (const segment of path) {
      place = placeIn(place?.value, segment);
      start = place?.start ?? start;
    }
    return lineCounter.linePos(start).line;
  };
}
