import { z } from "zod";
import { keyText, type Path, showValue } from "../config/messages.ts";
import { lineFinder, parseYaml } from "../config/yaml.ts";
import { isRecord } from "../untrusted.ts";
import { type Fault, faultsBetweenKeys } from "./rules.ts";
import { WEB_FILE, type WebFile } from "./schema.ts";

/** What was read, or everything that is wrong with it: a line each. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly string[] };

/** The keys of a mapping's schema, below what prepares it and lets it be left out. */
function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  if (schema instanceof z.ZodPipe) return shapeOf(schema.out);
  if (schema instanceof z.ZodOptional) return shapeOf(schema.unwrap());
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function knownKeysAt(path: Path): string[] {
  let schema: z.core.$ZodType = WEB_FILE;
  for (const segment of path) schema = shapeOf(schema)[segment] ?? schema;
  return Object.keys(shapeOf(schema));
}

function pathsIn(schema: z.core.$ZodType): string[] {
  return Object.entries(shapeOf(schema)).flatMap(([key, child]) => [
    key,
    ...pathsIn(child).map((path) => `${key}.${path}`),
  ]);
}

/** All keys that the file may have. */
export function webFileKeys(): string[] {
  return pathsIn(WEB_FILE);
}

/** Whether what stands there is a secret, or may be one by mistake. */
function isSecret([first, second]: Path): boolean {
  return first === "basic_auth_users" || second === "key" || second === "cert" || second === "client_ca";
}

function childOf(node: unknown, segment: string | number): unknown {
  if (Array.isArray(node)) return node[Number(segment)];
  return isRecord(node) ? node[segment] : undefined;
}

function unknownKeys(parent: Path, names: readonly string[]): Fault[] {
  const text = `is not a known key; valid names: ${knownKeysAt(parent).join(", ")}`;
  return names.map((name) => ({ path: [...parent, name], text }));
}

function faultsOf(document: unknown, issue: z.core.$ZodIssue): Fault[] {
  const path = issue.path.filter((segment) => typeof segment !== "symbol");
  if (issue.code === "unrecognized_keys") return unknownKeys(path, issue.keys);
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path, text: `the name ${message}` }));
  const shown = isSecret(path) ? "the value" : showValue(path.reduce<unknown>(childOf, document));
  return [{ path, text: `${shown} ${issue.message}` }];
}

/** The faults' messages in the order of their lines. */
function messagesOf(faults: readonly Fault[], text: string): string[] {
  const lineOf = lineFinder(text);
  return faults
    .map(({ path, text: fault }) => ({ line: lineOf(path), message: `${keyText(path)}: ${fault}` }))
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, message }) => `line ${line}: ${message}`);
}

/** Checks the text of a web configuration file. */
export function readWebFile(text: string): Checked<WebFile> {
  const yaml = parseYaml(text);
  if ("faults" in yaml) return { ok: false, problems: yaml.faults };
  const result = WEB_FILE.safeParse(yaml.value);
  const faults = result.success
    ? faultsBetweenKeys(result.data)
    : result.error.issues.flatMap((issue) => faultsOf(yaml.value, issue));
  if (result.success && faults.length === 0) return { ok: true, value: result.data };
  return { ok: false, problems: messagesOf(faults, text) };
}
