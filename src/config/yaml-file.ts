import { type Document, parseDocument } from "yaml";
import type { Report } from "./problem.ts";
import { type ReadFile, readTextFile } from "./secrets.ts";
import { showValue } from "./show.ts";

const FLAG = "--config.file";
const MAX_BYTES = 2 ** 20;
const MAX_ALIASES = 100;

/** The faults after the first are mostly its echoes. */
const MAX_FAULTS = 3;

/** The commonest mistakes in our words. The library's may quote the file, which may hold a key. */
const FAULTS: Readonly<Record<string, string>> = {
  BAD_INDENT: "a line is not indented as its neighbours are; align it",
  BLOCK_AS_IMPLICIT_KEY: 'a value holds ": "; put the value in quotes',
  BAD_SCALAR_START: "a value begins with a reserved character; put it in quotes",
  DUPLICATE_KEY: "a key is given twice; remove one of them",
  MISSING_CHAR: "a quote, colon or bracket is missing; add it",
  MULTIPLE_DOCS: "the file holds several documents; keep one, without ---",
  TAB_AS_INDENT: "a line is indented with a tab; use spaces",
  TAG_RESOLVE_FAILED: "a tag is not known; remove the word that begins with !",
};

function syntaxFaults(document: Document.Parsed): string[] {
  return [...document.errors, ...document.warnings].slice(0, MAX_FAULTS).map(({ code, linePos }) => {
    const start = linePos?.[0];
    const place = `line ${start?.line ?? 1}, column ${start?.col ?? 1}`;
    return `${place}: ${FAULTS[code] ?? `this is not valid YAML (${code}); correct it`}`;
  });
}

/** Any error here is about aliases, the only thing that is looked up this late. */
function plainValue(document: Document.Parsed): { readonly value: unknown } | undefined {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { value };
  } catch {
    return undefined;
  }
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseYaml(text: string): { readonly value: unknown } | { readonly faults: readonly string[] } {
  if (Buffer.byteLength(text) > MAX_BYTES) return { faults: ["is larger than 1 MiB; give a smaller file"] };
  const document = parseDocument(text, { prettyErrors: true, logLevel: "error" });
  const faults = syntaxFaults(document);
  if (faults.length > 0) return { faults };
  const plain = plainValue(document);
  if (!plain) return { faults: ["has an alias without an anchor, or too many aliases; write the values out"] };
  if (plain.value === null) return { value: {} };
  return isMapping(plain.value) ? plain : { faults: ["is not a mapping of keys; see docs/configuration.md"] };
}

/**
 * Reads the configuration file.
 * @returns the mapping it holds, empty without a file; undefined when the file cannot be used, which is reported.
 */
export function readYamlFile(path: string | undefined, readFile: ReadFile, report: Report): unknown {
  if (path === undefined) return {};
  const file = readTextFile(path, readFile);
  const parsed = file.ok ? parseYaml(file.value) : { faults: [file.problem] };
  if ("value" in parsed) return parsed.value;
  for (const fault of parsed.faults) report([FLAG], `${showValue(path)} ${fault}`);
  return undefined;
}
