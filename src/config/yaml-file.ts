import { type Document, LineCounter, parseDocument } from "yaml";
import type { Report } from "./problem.ts";
import { type ReadFile, readUtf8File } from "./secrets.ts";
import { showPath } from "./show.ts";
import { type Spellings, type YamlValues, isMapping, readValues } from "./yaml-values.ts";

const FLAG = "--config.file";

/** Some thousand workspaces; what is read takes a hundred times as much memory. */
const MAX_BYTES = 2 ** 20;

/** The faults after the first are mostly its echoes. */
const MAX_FAULTS = 3;

/** The commonest mistakes in our words. The library's may quote the file, which may hold a key. */
const FAULTS: Readonly<Record<string, string>> = {
  BAD_ALIAS: "a value begins with * or &, which mark aliases and anchors; put it in quotes",
  BAD_INDENT: "a line is not indented as its neighbours are; align it",
  BLOCK_AS_IMPLICIT_KEY: 'a value holds ": "; put the value in quotes',
  BAD_SCALAR_START: "a value begins with a reserved character; put it in quotes",
  DUPLICATE_KEY: "a key is given twice; remove one of them",
  MISSING_CHAR: "a quote, colon or bracket is missing; add it",
  MULTIPLE_DOCS: "the file holds several documents; keep one, without ---",
  RESOURCE_EXHAUSTION: "lists or mappings are nested too deeply; write them flat",
  TAB_AS_INDENT: "a line is indented with a tab; use spaces",
  TAG_RESOLVE_FAILED: "a tag is not known; remove the word that begins with !",
  UNEXPECTED_TOKEN: "something stands where nothing may; put the whole value in quotes, or remove it",
};

/** The file's content, and how its values were written. */
export interface YamlFile {
  /** A mapping. */
  readonly document: unknown;
  readonly spellings: Spellings;
}

function syntaxFaults(document: Document.Parsed): string[] {
  return [...document.errors, ...document.warnings].map(({ code, linePos }) => {
    const start = linePos?.[0];
    const place = `line ${start?.line ?? 1}, column ${start?.col ?? 1}`;
    return `${place}: ${FAULTS[code] ?? `this is not valid YAML (${code}); correct it`}`;
  });
}

function parseYaml(text: string): YamlValues {
  if (Buffer.byteLength(text) > MAX_BYTES) return { faults: ["is larger than 1 MiB; give a smaller file"] };
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: true, logLevel: "error" });
  const faults = syntaxFaults(document);
  if (faults.length > 0) return { faults };
  const read = readValues(document, lineCounter);
  if ("faults" in read || isMapping(read.value)) return read;
  if (read.value === null) return { ...read, value: {} };
  return { faults: ["is not a mapping of keys; see docs/configuration.md"] };
}

/**
 * Reads the configuration file.
 * @returns an empty mapping without a file; undefined when the file cannot be used, which is reported.
 */
export function readYamlFile(path: string | undefined, readFile: ReadFile, report: Report): YamlFile | undefined {
  if (path === undefined) return { document: {}, spellings: new WeakMap() };
  const file = readUtf8File(path, readFile);
  const parsed = file.ok ? parseYaml(file.value) : { faults: [file.problem] };
  if ("value" in parsed) return { document: parsed.value, spellings: parsed.spellings };
  for (const fault of parsed.faults.slice(0, MAX_FAULTS)) report([FLAG], `${showPath(path)} ${fault}`);
  return undefined;
}
